"""Polylines as (n, 2) arrays, in mm."""
import numpy as np


def as_points(points, scale=(1.0, 1.0)):
    """List of [x, y] to an array, multiplied by mm per px."""
    if not points:
        return np.zeros((0, 2))
    return np.asarray(points, dtype=float).reshape(-1, 2) * np.asarray(scale, dtype=float)


def length(line):
    return float(np.hypot(*np.diff(line, axis=0).T).sum()) if len(line) > 1 else 0.0


def arc(line):
    """Distance along the line of each of its points."""
    if len(line) == 0:
        return np.zeros(0)
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def resampled(line, step, values=None):
    """Points every `step` along the line, both ends included; with `values`, these interpolated at the same places."""
    if len(line) < 2:
        return (line, values) if values is not None else line
    along = arc(line)
    count = max(2, int(round(along[-1] / step)) + 1)
    at = np.linspace(0.0, along[-1], count)
    points = np.stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])], axis=1)
    if values is None:
        return points
    return points, np.interp(at, along, np.asarray(values, dtype=float))


def nearest(points, line):
    """For each point: (distance to the polyline, place of the nearest point along it). Infinity for an empty line."""
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    if len(line) == 0:
        return np.full(len(points), np.inf), np.zeros(len(points))
    if len(line) == 1:
        return np.hypot(*(points - line[0]).T), np.zeros(len(points))
    along = arc(line)
    begin = line[:-1]
    step = np.diff(line, axis=0)
    size = np.hypot(step[:, 0], step[:, 1])
    best = np.full(len(points), np.inf)
    place = np.zeros(len(points))
    safe = np.where(size > 0, size, 1.0) ** 2
    for low in range(0, len(points), 256):  # bounded memory for long lines
        some = points[low : low + 256]
        offset = some[:, None, :] - begin[None]
        t = np.clip((offset * step[None]).sum(axis=2) / safe[None], 0.0, 1.0)
        gap = offset - t[..., None] * step[None]
        distance = np.hypot(gap[..., 0], gap[..., 1])
        index = distance.argmin(axis=1)
        rows = np.arange(len(some))
        best[low : low + 256] = distance[rows, index]
        place[low : low + 256] = along[index] + t[rows, index] * size[index]
    return best, place


def nearest_of(points, lines):
    """Distance of each point to the nearest of several lines."""
    best = np.full(len(points), np.inf)
    for line in lines:
        if len(line):
            best = np.minimum(best, nearest(points, line)[0])
    return best
