"""What tests of diagnosis share: hostile names, a choice by its key, columns as a user has them."""

import numpy as np

from ridge_math import Dataset

ODD = ('GNP "1954", \\old\\', "$x$ [red]\u200b#λ\n", "it's Y")


def chosen(found, key):
    (choice,) = [c for c in found.choices if c.criterion.key == key]
    return choice


def uncorrelated(**other):
    return Dataset.synthetic(correlation=0.0, **other)


def table_of(data):
    """The raw columns of a dataset by name, as a user would have them."""
    raw = np.concatenate(list(data.rows.blocks()))
    return dict(zip(data.rows.names, raw.T, strict=True))
