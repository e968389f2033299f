"""The pictures that make_pictures.py wrote, in memory."""
import glob
import json
import os

import numpy as np


class Pictures:
    """All shards of a folder whose names begin so; refresh() takes in what has been written since."""

    def __init__(self, folder, stem, limit=None):
        self.pattern, self.limit = os.path.join(folder, f"{stem}-*.npz"), limit
        self.known, self.items, self.of_kind = set(), [], {}
        self.refresh()

    def refresh(self):
        for path in sorted(glob.glob(self.pattern))[:self.limit]:
            if path in self.known or path.endswith(".part.npz"):
                continue
            self.known.add(path)
            with np.load(path) as file:
                for i, about in enumerate(json.loads(str(file["about"]))):
                    self.of_kind.setdefault(about["kind"], []).append(len(self.items))
                    self.items.append((file[f"grey_{i}"], file[f"label_{i}"], about))

    def __len__(self):
        return len(self.items)

    def pick(self, random, kinds=None):
        """(grey, label, kind) of a random picture, of these kinds if there are any."""
        rows = [i for k in kinds or () for i in self.of_kind.get(k, ())]
        i = rows[random.integers(len(rows))] if rows else int(random.integers(len(self.items)))
        grey, label, about = self.items[i]
        return grey, label, about["kind"]
