"""Folds the batch norms of train_tissue_net.Net into its convolutions and writes the file that the library carries."""
from tissue_net_format import write_hcnet


def folded(step):
    """Weight and bias of a Step (convolution, batch norm, relu) or of a plain convolution."""
    convolution = getattr(step, "conv", step)
    weight = convolution.weight.detach().double()
    norm = getattr(step, "norm", None)
    if norm is None:
        return weight.numpy(), convolution.bias.detach().double().numpy()
    scale = norm.weight.detach().double() / (norm.running_var.double() + norm.eps).sqrt()
    bias = norm.bias.detach().double() - norm.running_mean.double() * scale
    return (weight * scale[:, None, None, None]).numpy(), bias.numpy()


def network(net):
    """The layers of the U-Net and their parameters, as write_hcnet takes them."""
    ops = [{"name": "x", "op": "input", "out": net.e0.conv.in_channels}]
    tensors = {}

    def add(name, op, *inputs, **more):
        ops.append({"name": name, "op": op, "inputs": list(inputs), **more})
        return name

    def conv(name, source):
        step = getattr(net, name)
        tensors[name] = folded(step)
        convolution = getattr(step, "conv", step)
        return add(name, "conv", source, kernel=convolution.kernel_size[0], out=convolution.out_channels,
                   relu=hasattr(step, "norm"))

    last = conv("e0", "x")
    skipped = [last]
    for level in (1, 2, 3, 4):
        last = add(f"p{level}", "maxpool2", last)
        last = conv(f"e{level}b", conv(f"e{level}a", last))
        skipped.append(last)
    for level in (3, 2, 1, 0):
        up = add(f"u{level}", "upsample2", last)
        last = conv(f"d{level}", add(f"c{level}", "concat", up, skipped[level]))
    add("y", "softmax", conv("out", last))
    return ops, tensors


def export_net(net, path):
    net.eval()
    write_hcnet(path, *network(net))
