#!/usr/bin/python3
"""Writes the stand-in networks that the tests use, each a few kB, into data/. Needs Debian's python3-onnx and numpy.

    make_networks.py [--out data]

They are made by hand, not trained; the same bytes each time.

    blur         shift-invariant: two convolutions of seeded weights, reach 5 pixels; three classes
    line         a bright line with darkness below it is cortex, what lies up to 4 mm above it is tendon
    shares       ends in softmax itself; two classes
    grey         one class, its probability the normalised value itself (sigmoid)
    colour       takes three channels
    fixed        takes pictures of 64 x 64 only
    half         returns maps of half the size
    two_outputs, unknown_layer, not_a_number: what their names say
"""
import argparse
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

FLOAT = TensorProto.FLOAT


def conv(name, inputs, output, weights, bias, pads=None, strides=(1, 1)):
    """(node, its weights): a convolution that keeps the size where pads and strides are left out."""
    weights = np.asarray(weights, np.float32)
    rows, columns = weights.shape[2:]
    pads = pads or [rows // 2, columns // 2, rows // 2, columns // 2]
    node = helper.make_node("Conv", [inputs, f"{name}_w", f"{name}_b"], [output], name=name,
                            kernel_shape=[rows, columns], pads=pads, strides=list(strides))
    return node, [numpy_helper.from_array(weights, f"{name}_w"),
                  numpy_helper.from_array(np.asarray(bias, np.float32), f"{name}_b")]


def write(path, parts, channels=1, outputs=("maps",), classes=None, side=64):
    nodes = [node for node, _ in parts]
    weights = [w for _, ws in parts for w in ws]
    picture = helper.make_tensor_value_info("picture", FLOAT, [1, channels, side, side])
    maps = [helper.make_tensor_value_info(name, FLOAT, [1, classes, None, None]) for name in outputs]
    graph = helper.make_graph(nodes, path.stem, [picture], maps, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], producer_name="make_networks.py")
    model.ir_version = 6
    save(model, str(path))


def line_network():
    """Rows of 0.2 mm. The score of a place: 0.6 mm of echo there less twice what is 1 to 12 mm below it."""
    kernel = np.zeros((1, 1, 121, 7), np.float32)
    kernel[0, 0, 59:62] = 1 / 21
    kernel[0, 0, 65:121] = -2 / (56 * 7)
    score = conv("score", "picture", "s", kernel, [-2.2])
    near = helper.make_node("MaxPool", ["s"], ["near"], name="near", kernel_shape=[21, 3], pads=[0, 1, 20, 1],
                            strides=[1, 1])
    both = helper.make_node("Concat", ["s", "near"], ["both"], name="both", axis=1)
    above = helper.make_node("Relu", ["both"], ["above"], name="above")
    # other, cortex, tendon, discontinuity
    mixed = conv("maps", "above", "maps", np.reshape([[0, 0], [6, 0], [-8, 6], [0, 0]], (4, 2, 1, 1)), [3, 0, 0, -20])
    return [score, (near, []), (both, []), (above, []), mixed]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data")
    out = parser.parse_args().out
    out.mkdir(exist_ok=True)
    random = np.random.default_rng(1)
    first = conv("first", "picture", "a", random.normal(0, 0.3, (4, 1, 7, 7)), random.normal(0, 0.3, 4))
    relu = (helper.make_node("Relu", ["a"], ["b"], name="relu"), [])
    second = conv("second", "b", "maps", random.normal(0, 0.3, (3, 4, 5, 5)), random.normal(0, 0.3, 3))
    write(out / "blur.onnx", [first, relu, second], classes=3)
    write(out / "line.onnx", line_network(), classes=4, side=256)
    write(out / "grey.onnx", [conv("grey", "picture", "maps", np.ones((1, 1, 1, 1)), [0])], classes=1)
    softmax = (helper.make_node("Softmax", ["m"], ["maps"], name="softmax", axis=1), [])
    write(out / "shares.onnx", [conv("two", "picture", "m", np.reshape([3, -3], (2, 1, 1, 1)), [1, 0]), softmax], classes=2)
    write(out / "colour.onnx", [conv("mix", "picture", "maps", np.ones((2, 3, 1, 1)), [0, 0])], channels=3, classes=2)
    shape = numpy_helper.from_array(np.asarray([1, 1, 64, 64], np.int64), "shape")
    reshape = (helper.make_node("Reshape", ["picture", "shape"], ["r"], name="reshape"), [shape])
    write(out / "fixed.onnx", [reshape, conv("grey", "r", "maps", np.ones((1, 1, 1, 1)), [0])], classes=1)
    write(out / "half.onnx", [conv("half", "picture", "maps", np.ones((2, 1, 2, 2)), [0, 0], [0, 0, 0, 0], (2, 2))],
          classes=2)
    write(out / "two_outputs.onnx", [conv("one", "picture", "left", np.ones((1, 1, 1, 1)), [0]),
                                     conv("other", "picture", "right", np.ones((1, 1, 1, 1)), [0])],
          outputs=("left", "right"), classes=1)
    strange = (helper.make_node("Frobnicate", ["picture"], ["a"], name="strange_layer"), [])
    write(out / "unknown_layer.onnx", [strange, conv("grey", "a", "maps", np.ones((1, 1, 1, 1)), [0])], classes=1)
    write(out / "not_a_number.onnx", [conv("nan", "picture", "maps", np.ones((1, 1, 1, 1)), [float("nan")])], classes=1)


if __name__ == "__main__":
    main()
