#!/usr/bin/python3
"""Fits the weights of bone_evidence.cpp from crests that bone_lab wrote. Needs numpy and scipy.

fit_bone_weights.py FEATURES_DIR[,FEATURES_DIR ...] ANNOTATIONS_DIR [MORE.csv with a 0/1 label in the third column ...]

Positive: crests within 0.35 mm of an annotated surface (high or medium). Negative: crests more than 0.8 mm from all
surfaces. Annotated pictures of specimens 1 to 4 and half of the pictures without bone take part; the others are for
testing. Each picture weighs the same, positives and negatives of a picture as 1 to 2.
"""
import glob
import json
import os
import sys

import numpy as np
from scipy.optimize import minimize

TUNING_WITHOUT_BONE = ('GM_P_1', 'GM_T_1.', 'GM_T_5', 'S1_', 'S2_')


def distances(points, lines):
    """Distance of each point to the nearest vertex (vertices are 3 px apart)."""
    if not lines:
        return np.full(len(points), 1e9)
    vertices = np.concatenate([np.array(line) for line in lines])
    out = np.full(len(points), 1e9)
    for k in range(0, len(points), 2000):
        d = points[k:k + 2000, None, :] - vertices[None, :, :]
        out[k:k + 2000] = np.sqrt((d ** 2).sum(2)).min(1)
    return out


def main():
    features, annotations, more = sys.argv[1], sys.argv[2], sys.argv[3:]
    xs, ys, ws = [], [], []

    def add(x, y, positive_share):
        w = np.zeros(len(y))
        for value, total in ((1, positive_share), (0, 1 - positive_share)):
            n = (y == value).sum()
            if n:
                w[y == value] = total / n
        xs.append(x), ys.append(y), ws.append(w)

    for path in sorted(glob.glob(os.path.join(annotations, '*.json'))):
        data = json.load(open(path))
        if int(data['image'].split('-')[1].split('_')[0]) > 4:
            continue
        for folder in features.split(','):
            table = np.loadtxt(os.path.join(folder, data['image'] + '.csv'))
            mm = data['mm_per_px'][0]
            sure = [s['points_px'] for s in data['surfaces'] if s['confidence'] != 'low']
            every = [s['points_px'] for s in data['surfaces']]
            near, far = distances(table[:, :2], sure) * mm, distances(table[:, :2], every) * mm
            use = (near < 0.35) | (far > 0.8)
            add(table[use, 2:], (near < 0.35)[use].astype(float), 0.33)
    for folder in features.split(','):
        for path in sorted(glob.glob(os.path.join(folder, '*.csv'))):
            if any(os.path.basename(path).startswith(p) for p in TUNING_WITHOUT_BONE):
                table = np.loadtxt(path)
                add(table[:, 2:], np.zeros(len(table)), 0.0)
    for path in more:
        table = np.loadtxt(path)
        add(table[:, 3:], table[:, 2], 0.33)
    x, y, w = np.concatenate(xs), np.concatenate(ys), np.concatenate(ws)
    w /= w.sum()
    mean, sd = np.average(x, 0, w), x.std(0) + 1e-6
    mean[0], sd[0] = 0, 1
    z = (x - mean) / sd

    def loss(b):
        m = z @ b
        p = 1 / (1 + np.exp(-m))
        value = (w * (np.logaddexp(0, m) - y * m)).sum() + 2e-3 * (b[1:] ** 2).sum()
        gradient = z.T @ (w * (p - y))
        gradient[1:] += 4e-3 * b[1:]
        return value, gradient

    b = minimize(loss, np.zeros(z.shape[1]), jac=True, method='L-BFGS-B', options={'maxiter': 2000}).x
    raw = b / sd
    raw[0] = b[0] - (b[1:] * mean[1:] / sd[1:]).sum()
    print('loss', loss(b)[0], 'standardised', np.round(b, 2))
    print('constexpr BoneFeatures weights{' + ', '.join(f'{v:.3f}F' for v in raw) + '};')


main()
