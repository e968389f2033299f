"""Writes the network files that lib/segmentation reads (see src/tissue_net_file.h), and runs them, slowly, with numpy.

    write_hcnet(path, ops, tensors)

ops: a list of dictionaries in the order of computation, the first {"name", "op": "input", "out"}, then
     {"name", "op", "inputs": [names]} with op one of conv, maxpool2, upsample2, concat, softmax; a conv has also
     "kernel" (1 or 3), "out", and perhaps "relu" (bool) and "dilation". The last one is a softmax.
tensors: for each conv's name (weight [out, in, kernel, kernel], bias [out]), batch norm already folded in.
"""
import numpy as np


def header(ops, dtype):
    lines = ["hcnet 1", f"type {dtype}"]
    for op in ops:
        if op["op"] == "input":
            lines.append(f"input {op['name']} {op['out']}")
            continue
        words = [op["name"], op["op"], ",".join(op["inputs"])]
        words += [f"{key}={int(op[key])}" for key in ("kernel", "out", "dilation", "relu") if key in op]
        lines.append(" ".join(words))
    return "\n".join(lines + ["end", ""]).encode("ascii")


def write_hcnet(path, ops, tensors, dtype="float16"):
    if dtype not in ("float16", "float32"):
        raise ValueError("dtype must be float16 or float32")
    if ops[0]["op"] != "input" or ops[-1]["op"] != "softmax":
        raise ValueError("the first op must be input and the last one softmax")
    channels, parts = {}, [header(ops, dtype)]
    for op in ops:
        name, kind = op["name"], op["op"]
        inputs = [channels[i] for i in op.get("inputs", [])]
        if kind == "conv":
            weight, bias = (np.asarray(t, np.float64) for t in tensors[name])
            if weight.shape != (op["out"], inputs[0], op["kernel"], op["kernel"]) or bias.shape != (op["out"],):
                raise ValueError(f"{name}: shapes {weight.shape}, {bias.shape} do not fit {op}")
            for values in (weight, bias):
                stored = values.astype("<f2" if dtype == "float16" else "<f4")
                if not np.isfinite(stored).all():
                    raise ValueError(f"{name}: a parameter is not finite as {dtype}")
                parts.append(stored.tobytes())
        channels[name] = op["out"] if kind in ("input", "conv") else sum(inputs)
    with open(path, "wb") as file:
        file.write(b"".join(parts))


def convolved(x, weight, bias, dilation=1):
    reach = weight.shape[2] // 2 * dilation
    padded = np.pad(x, ((0, 0), (reach, reach), (reach, reach)))
    result = np.zeros((weight.shape[0],) + x.shape[1:]) + bias[:, None, None]
    for ky in range(weight.shape[2]):
        for kx in range(weight.shape[3]):
            y0, x0 = ky * dilation, kx * dilation
            part = padded[:, y0:y0 + x.shape[1], x0:x0 + x.shape[2]]
            result += np.einsum("oi,iyx->oyx", weight[:, :, ky, kx], part)
    return result


def reference(ops, tensors, x):
    """Class probabilities [class, row, column] for x [channel, row, column]."""
    levels, deepest = {ops[0]["name"]: 0}, 0
    for op in ops[1:]:
        change = {"maxpool2": 1, "upsample2": -1}.get(op["op"], 0)
        levels[op["name"]] = levels[op["inputs"][0]] + change
        deepest = max(deepest, levels[op["name"]])
    rows, columns = x.shape[1:]
    stride = 2 ** deepest
    x = np.pad(np.asarray(x, np.float64), ((0, 0), (0, -rows % stride), (0, -columns % stride)), mode="edge")
    values = {ops[0]["name"]: x}
    for op in ops[1:]:
        v = [values[i] for i in op["inputs"]]
        if op["op"] == "conv":
            weight, bias = (np.asarray(t, np.float64) for t in tensors[op["name"]])
            y = convolved(v[0], weight, bias, op.get("dilation", 1))
            y = np.maximum(y, 0) if op.get("relu") else y
        elif op["op"] == "maxpool2":
            c, h, w = v[0].shape
            y = v[0].reshape(c, h // 2, 2, w // 2, 2).max(axis=(2, 4))
        elif op["op"] == "upsample2":
            y = v[0].repeat(2, axis=1).repeat(2, axis=2)
        elif op["op"] == "concat":
            y = np.concatenate(v)
        else:
            y = np.exp(v[0] - v[0].max(axis=0))
            y /= y.sum(axis=0)
        values[op["name"]] = y
    return values[ops[-1]["name"]][:, :rows, :columns]
