#!/usr/bin/python3
"""Writes tests/segmentation/data: small random networks with every layer in every position that the library treats in
a way of its own, an input, and what numpy makes of it. Run again only where the format changes."""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tissue_net_format import reference, write_hcnet


def op(name, kind, *inputs, **more):
    return {"name": name, "op": kind, "inputs": list(inputs), **more}


OPS = [
    {"name": "x", "op": "input", "out": 3},
    op("a", "conv", "x", kernel=3, out=8, relu=True),
    op("p", "maxpool2", "a"),
    op("b", "conv", "p", kernel=3, out=24, relu=True),
    op("bd", "conv", "b", kernel=3, out=5, dilation=2),  # 5: not a multiple of the vectors
    op("j", "concat", "b", "bd"),
    op("q", "maxpool2", "j"),  # of a joined picture
    op("c", "conv", "q", kernel=3, out=40, relu=True),
    op("u", "upsample2", "c"),
    op("uu", "upsample2", "u"),  # twice
    op("f", "concat", "uu", "a", "x"),
    op("d", "conv", "f", kernel=3, out=16, relu=True),
    op("v", "upsample2", "bd"),
    op("e", "conv", "v", kernel=3, out=6, relu=True, dilation=3),  # dilated over an upsampled picture
    op("g", "concat", "d", "v", "e"),
    op("o", "conv", "g", kernel=1, out=4),
    op("y", "softmax", "o"),
]


def main():
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
    random = np.random.default_rng(3)
    channels, tensors = {}, {}
    for layer in OPS:
        inputs = [channels[i] for i in layer.get("inputs", [])]
        if layer["op"] == "conv":
            k = layer["kernel"]
            weight = random.normal(0, 1.4 / np.sqrt(k * k * inputs[0]), (layer["out"], inputs[0], k, k))
            tensors[layer["name"]] = (weight.astype(np.float16), random.normal(0, 0.2, layer["out"]).astype(np.float16))
        channels[layer["name"]] = layer.get("out", sum(inputs))
    x = random.normal(0, 1, (3, 18, 27)).astype(np.float32)
    y = reference(OPS, tensors, x).astype(np.float32)
    write_hcnet(os.path.join(folder, "small_net.hcnet"), OPS, tensors)
    with open(os.path.join(folder, "small_net.values"), "wb") as file:
        for values in (x, y):
            np.array(values.shape, "<i4").tofile(file)
            values.astype("<f4").tofile(file)
    print("range of the result", y.min(), y.max())


if __name__ == "__main__":
    main()
