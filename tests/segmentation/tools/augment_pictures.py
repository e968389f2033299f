#!/usr/bin/python3
"""Pictures as another gain and noise floor would have made them, for fitting. Needs numpy, scipy and Pillow.

augment_pictures.py SEED OUT_DIR PICTURE ...

Grey is taken for 65 dB of log-compressed amplitude; complex noise with a speckle-sized grain that grows with depth is
added to the amplitude, as raising the gain and the time-gain compensation does, and the sum is compressed again.
"""
import os
import sys

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

rng = np.random.default_rng(int(sys.argv[1]))
for path in sys.argv[3:]:
    grey = np.asarray(Image.open(path).convert('L')).astype(float)
    amplitude = 10 ** ((grey / 255 - 1) * 65 / 20)
    level = 10 ** ((rng.uniform(25, 85) / 255 - 1) * 65 / 20)
    shape = grey.shape
    looks = []
    for _ in range(int(rng.choice([1, 3]))):
        noise = gaussian_filter(rng.normal(size=shape), (1.2, 3)) + 1j * gaussian_filter(rng.normal(size=shape), (1.2, 3))
        noise /= np.sqrt((np.abs(noise) ** 2).mean())
        depth = np.linspace(-1, 1, shape[0])[:, None] * rng.uniform(0, 6)
        phase = np.exp(1j * rng.uniform(0, 2 * np.pi, size=shape))
        looks.append(np.abs(amplitude * phase + noise * level * 10 ** (depth / 20)))
    out = np.mean(looks, 0)
    grey = (1 + 20 * np.log10(np.maximum(out, 1e-9)) / 65) * 255 + rng.uniform(-5, 25)
    name = os.path.splitext(os.path.basename(path))[0]
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(
        os.path.join(sys.argv[2], os.path.basename(path) if path.endswith('.png') else name + '.png'))
