#!/usr/bin/python3
"""Trains the network on the pictures that make_pictures.py wrote. Needs torch, numpy, OpenCV.

    train.py --data DIR --state STATE.pt [--until 20000] [--rate 2e-3] [--minutes N]

STATE.pt holds everything that goes on with: weights, their running mean, optimiser, random numbers, steps done. It is
written every few minutes and at the end; the same command goes on where it stopped. The rate falls as a cosine from the
step at which the schedule began to --until; a finished run goes on with a larger --until and (usually) a smaller --rate.
The running mean of the weights is what is checked and exported (export.py).

Lines that it prints: loss; Dice of cortex, tendon and discontinuity over all checking pictures together; distance of the
cortex in mm where it is found within 1 mm, and the share found.
"""
import argparse
import copy
import os
import signal
import sys
import time

import cv2
import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from augment import sample  # noqa: E402
from measures import UNKNOWN, cortex_distances, normalised  # noqa: E402
from network import CLASSES, Network, parameters  # noqa: E402
from pictures import Pictures  # noqa: E402

CLASS_WEIGHT = (1.0, 1.5, 1.0, 2.0)
SIZES = (((160, 208), 8), ((256, 256), 5))  # of crops, and how many make a batch; the second in three batches of ten


def loss_of(logits, label, near):
    """Cross-entropy, more of it where `near` (at the tendon), and soft Dice of the three classes that are looked for."""
    target = label.long()
    known = target != UNKNOWN
    target = torch.where(known, target, torch.zeros_like(target))
    weight = torch.tensor(CLASS_WEIGHT)[target] * (1 + near) * known
    entropy = (F.cross_entropy(logits, target, reduction="none") * weight).sum() / weight.sum().clamp(min=1)
    share = torch.softmax(logits, 1) * known[:, None]
    dice = 0.0
    for k in (1, 2, 3):
        truth = ((target == k) & known).float()
        dice = dice + 1 - (2 * (share[:, k] * truth).sum() + 50) / (share[:, k].sum() + truth.sum() + 50)
    return entropy + 0.2 * dice, entropy.item()


def tendon(label):
    return ((label == 2) | (label == 3)).astype(np.uint8)


def hasten(net):
    """torch 1.13 on one thread takes a slow way for 1 x 1 convolutions, and not for dilated ones, which are the same."""
    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d) and module.kernel_size == (1, 1):
            module.dilation = (2, 2)
    return net


def padded(grey, label):
    """A checking picture as the program shows it: normalised, at multiples of 16, empty outside."""
    rows, columns = (-(-n // 16) * 16 for n in grey.shape)
    usable = label != UNKNOWN
    value, _, _ = normalised(grey, usable)
    value[~usable] = 0
    x = np.zeros((rows, columns), np.float32)
    x[:grey.shape[0], :grey.shape[1]] = value
    return torch.from_numpy(x)[None, None]


@torch.no_grad()
def check(net, pictures, limit=None):
    net.eval()
    both, ours, theirs = np.zeros(len(CLASSES)), np.zeros(len(CLASSES)), np.zeros(len(CLASSES))
    distances = []
    for grey, label, about in pictures.items[:limit]:
        share = torch.softmax(net(padded(grey, label)), 1)[0].numpy()[:, :grey.shape[0], :grey.shape[1]]
        best, known = share.argmax(0), label != UNKNOWN
        for k in range(len(CLASSES)):
            a, b = (best == k) & known, label == k
            both[k] += (a & b).sum()
            ours[k] += a.sum()
            theirs[k] += b.sum()
        if about["not_gradable"] == "none":
            distances.append(cortex_distances(share[1], label))
    net.train()
    dice = 2 * both / np.maximum(1, ours + theirs)
    distances = np.concatenate(distances) if distances else np.full(1, 9.0)
    found = distances < 1
    return {"dice": {name: round(float(v), 4) for name, v in zip(CLASSES, dice)},
            "cortex_mm": round(float(distances[found].mean()), 4) if found.any() else None,
            "cortex_found": round(float(found.mean()), 4)}


class Run:
    """Weights, their running mean, optimiser and random numbers, kept in one file."""

    def __init__(self, path, seed):
        self.path = path
        torch.manual_seed(seed)
        self.net = hasten(Network()).to(memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.net)
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=1e-3, weight_decay=1e-3)
        self.random = np.random.default_rng(seed)
        self.step, self.began, self.until, self.seconds = 0, 0, None, 0.0
        if os.path.exists(path):
            state = torch.load(path)
            self.net.load_state_dict(state["net"])
            self.mean.load_state_dict(state["mean"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.random.bit_generator.state = state["random"]
            self.step, self.began, self.until, self.seconds = state["at"]

    def save(self):
        torch.save({"net": self.net.state_dict(), "mean": self.mean.state_dict(),
                    "optimiser": self.optimiser.state_dict(), "random": self.random.bit_generator.state,
                    "at": (self.step, self.began, self.until, self.seconds)}, self.path + ".part")
        os.replace(self.path + ".part", self.path)

    def schedule(self, until):
        if until != self.until:
            self.began, self.until = (self.step if self.until and self.step >= self.until else self.began), until

    def rate(self, highest):
        done = (self.step - self.began) / max(1, self.until - self.began)
        warm = min(1.0, (self.step - self.began + 1) / 200)
        return highest * warm * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * min(1.0, done))))

    @torch.no_grad()
    def average(self):
        decay = min(0.998, (self.step + 1) / (self.step + 20))
        for ours, theirs in zip(self.mean.state_dict().values(), self.net.state_dict().values()):
            if ours.is_floating_point():
                ours.mul_(decay).add_(theirs, alpha=1 - decay)
            else:
                ours.copy_(theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--state", required=True)
    parser.add_argument("--until", type=int, default=20000, help="steps at which the schedule ends")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop earlier than that")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tell", type=float, default=5, help="minutes between two lines")
    parser.add_argument("--check", type=int, default=120, help="checking pictures for those lines; all at the end")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    run = Run(options.state, options.seed)
    run.schedule(options.until)
    train, held = Pictures(options.data, "train"), Pictures(options.data, "check")
    print(f"{parameters(run.net)} parameters, {len(train)} pictures, {len(held)} to check, step {run.step}", flush=True)
    asked = []  # to stop: what has been done is kept
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.append(True))
    begin, told, running = time.time(), time.time(), None
    before, pick = run.seconds, lambda kinds=None: train.pick(run.random, kinds)
    while not asked and run.step < options.until and time.time() - begin < 60 * options.minutes:
        for group in run.optimiser.param_groups:
            group["lr"] = run.rate(options.rate)
        size, count = SIZES[int(run.random.random() < 0.3)]
        crops = [sample(run.random, pick, size) for _ in range(count)]
        x = torch.from_numpy(np.stack([c[0] for c in crops]))[:, None].contiguous(memory_format=torch.channels_last)
        label = torch.from_numpy(np.stack([c[1] for c in crops]))
        near = torch.from_numpy(np.stack([cv2.dilate(tendon(c[1]), np.ones((9, 9), np.uint8)) for c in crops]))
        loss, entropy = loss_of(run.net(x), label, near)
        run.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(run.net.parameters(), 1.0)
        run.optimiser.step()
        run.step += 1
        run.average()
        running = entropy if running is None else 0.98 * running + 0.02 * entropy
        if time.time() - told > 60 * options.tell:
            run.seconds = before + time.process_time()
            run.save()
            print(f"step {run.step}, {run.seconds / 60:.0f} CPU minutes, {len(train)} pictures, rate "
                  f"{run.rate(options.rate):.2e}, loss {running:.4f} | {check(run.mean, held, options.check)}", flush=True)
            train.refresh()
            held.refresh()
            told = time.time()
    run.seconds = before + time.process_time()
    run.save()
    answer = "stopped" if asked else check(run.mean, held)
    print(f"step {run.step}, {run.seconds / 60:.0f} CPU minutes: {answer}", flush=True)


if __name__ == "__main__":
    main()
