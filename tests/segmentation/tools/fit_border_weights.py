#!/usr/bin/python3
"""Fits the weights of border_evidence.cpp from heights that `hip_lab borders` wrote. Needs numpy and scipy.

fit_border_weights.py CSV ...    (columns: x, y, label 0/1, features)
"""
import sys

import numpy as np
from scipy.optimize import minimize


def main():
    xs, ys, ws = [], [], []
    for path in sys.argv[1:]:
        try:
            table = np.loadtxt(path, ndmin=2)
        except ValueError:
            continue
        if len(table) == 0:
            continue
        y = table[:, 2]
        w = np.zeros(len(y))
        for value, total in ((1, 0.2), (0, 0.8)):
            if (y == value).any():
                w[y == value] = total / (y == value).sum()
        xs.append(table[:, 3:]), ys.append(y), ws.append(w)
    x, y, w = np.concatenate(xs), np.concatenate(ys), np.concatenate(ws)
    w /= w.sum()
    mean, sd = np.average(x, 0, w), x.std(0) + 1e-6
    mean[0], sd[0] = 0, 1
    z = (x - mean) / sd

    def loss(b):
        m = z @ b
        p = 1 / (1 + np.exp(-m))
        value = (w * (np.logaddexp(0, m) - y * m)).sum() + 1e-3 * (b[1:] ** 2).sum()
        gradient = z.T @ (w * (p - y))
        gradient[1:] += 2e-3 * b[1:]
        return value, gradient

    b = minimize(loss, np.zeros(z.shape[1]), jac=True, method='L-BFGS-B', options={'maxiter': 2000}).x
    raw = b / sd
    raw[0] = b[0] - (b[1:] * mean[1:] / sd[1:]).sum()
    print('pictures', len(xs), 'loss', loss(b)[0], 'standardised', np.round(b, 2))
    print('constexpr BorderFeatures weights{' + ', '.join(f'{v:.3f}F' for v in raw) + '};')


main()
