"""The network: a U-Net made of cheap blocks, for one core.

A stem takes the picture to half its resolution at once; two 3 x 3 convolutions work there, the rest of the depth lies
where pixels are few: at a sixteenth (3.2 mm) large depthwise kernels see the whole picture, which is what tells a bone's
line from a fascia (its shadow) and a footprint from free tendon. On the way back what comes up is added to what was there
(sums cost less than joining). At the end each place of half resolution answers for its four pixels, so that borders are
placed finer than the stem's pixels.

Operators of the exported file: Conv, ReLU, Add, Resize (nearest), ConvTranspose, Softmax (opset 11, batch norms folded);
OpenCV 4.6 reads all of them, at any size that is a multiple of 16.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

CLASSES = ("other", "cortex", "tendon", "discontinuity")


class Step(nn.Sequential):
    """Convolution, batch norm, ReLU."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, groups=1, active=True):
        layers = [nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False),
                  nn.BatchNorm2d(outputs)]
        super().__init__(*layers, *([nn.ReLU(inplace=True)] if active else []))


class Wide(nn.Module):
    """Depthwise k x k and 1 x 1, added to what came in: sees far for few parameters."""

    def __init__(self, channels, kernel):
        super().__init__()
        self.depth = Step(channels, channels, kernel, groups=channels)
        self.point = Step(channels, channels, 1, active=False)

    def forward(self, x):
        return F.relu(x + self.point(self.depth(x)))


class Network(nn.Module):
    """Input: n x 1 x 256 x 256 (any multiple of 16). Output: logits of CLASSES, the same size."""

    def __init__(self, width=(16, 24, 32, 64), wide=5, kernel=5):
        super().__init__()
        a, b, c, d = width
        self.stem = Step(1, a, 4, 2)
        self.stem[0].padding = (1, 1)
        self.e1 = Step(a, a)
        self.down2, self.e2 = Step(a, b, 3, 2), Step(b, b)
        self.down3, self.e3 = Step(b, c, 3, 2), Step(c, c)
        self.down4 = Step(c, d, 3, 2)
        self.far = nn.Sequential(*[Wide(d, kernel) for _ in range(wide)])
        self.r3, self.d3 = Step(d, c, 1), Step(c, c)
        self.r2, self.d2 = Step(c, b, 1), Step(b, b)
        self.r1, self.d1 = Step(b, a, 1), Step(a, a)
        self.out = nn.Conv2d(a, 4 * len(CLASSES), 3, padding=1, bias=False)
        self.bias = nn.Parameter(torch.zeros(1, len(CLASSES), 1, 1))

    def last(self, x):
        """What out and bias are applied to, at half resolution."""
        e1 = self.e1(self.stem(x))
        e2 = self.e2(self.down2(e1))
        e3 = self.e3(self.down3(e2))
        far = self.far(self.down4(e3))
        up = lambda t: F.interpolate(t, scale_factor=2, mode="nearest")  # noqa: E731
        d3 = self.d3(up(self.r3(far)) + e3)
        d2 = self.d2(up(self.r2(d3)) + e2)
        return self.d1(up(self.r1(d2)) + e1)

    def forward(self, x):
        return F.pixel_shuffle(self.out(self.last(x)), 2) + self.bias


class Exported(nn.Module):
    """Probabilities, as the ONNX file gives them. Its last layer is the same as a transposed convolution: pixel shuffle
    would fix the size, since OpenCV 4.6 takes it for a reshape."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        weight, count = net.out.weight.detach(), len(CLASSES)
        turned = torch.zeros(weight.shape[1], count, 6, 6)
        for i in range(2):  # row and column within the four pixels of a place
            for j in range(2):
                for u in range(3):
                    for v in range(3):
                        turned[:, :, i - 2 * u + 4, j - 2 * v + 4] = weight[2 * i + j::4, :, u, v].t()
        self.out = nn.ConvTranspose2d(weight.shape[1], count, 6, 2, 2)
        self.out.weight.data = turned
        self.out.bias.data = net.bias.detach().flatten().clone()
        self.eval()  # torch.onnx.export puts a module that is not, and all it holds, back to training afterwards

    def forward(self, x):
        return torch.softmax(self.out(self.net.last(x)), 1)


def parameters(net):
    return sum(p.numel() for p in net.parameters())
