"""What trainer, export and checks share: the grid, the normalisation of a picture, distances of the cortex."""
import numpy as np

SPACING_MM = 0.2
LEAST_SD = 0.02  # of a picture: below, there is nothing to see
UNKNOWN = 255  # label of pixels that say nothing


def normalised(grey, usable):
    """As the descriptor says: (grey / 255 - mean) / sd, both of the usable pixels; what shows nothing is left out."""
    value = grey.astype(np.float32) / 255
    seen = value[usable]
    mean, sd = (float(seen.mean()), max(float(seen.std()), LEAST_SD)) if seen.size else (0.0, 1.0)
    return (value - mean) / sd, mean, sd


def cortex_distances(share, label):
    """mm from the true middle of the cortex to the best row of each column; columns in which it runs too steeply or
    twice are left out."""
    line = label == 1
    count = line.sum(0)
    columns = np.nonzero((count >= 2) & (count <= 5))[0]
    if not len(columns):
        return np.zeros(0)
    rows = np.arange(label.shape[0])[:, None]
    middle = (line * rows).sum(0)[columns] / count[columns]
    best = share[:, columns].argmax(0)
    near = np.clip(best[None] + np.arange(-2, 3)[:, None], 0, label.shape[0] - 1)
    mass = share[near, columns[None]]
    return np.abs((mass * near).sum(0) / mass.sum(0) - middle) * SPACING_MM
