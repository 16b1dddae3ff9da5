"""Which categories are registers or variants of one language or kind, by their groups and names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["languages", "relatives"]

Longs = NDArray[np.int64]


def relatives(names: Sequence[str], groups: Sequence[str]) -> Longs:
    """Return int64[n], one number for each language or kind: categories of a group whose names begin alike.

    ``en-law`` and ``en-news`` of one group are registers of one language, ``pt`` and ``pt-br`` its variants: what one
    of them lacks, another may have, so they are judged together.
    """
    keys = [(group, name.partition("-")[0]) for name, group in zip(names, groups, strict=True)]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)


def languages(names: Sequence[str], groups: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the categories of each language that has several and is not a group by itself, by its name.

    The name is what their names begin with and an asterisk: ``pt*`` for ``pt`` and ``pt-br``. One that would stand for
    two things is left out, and so is a language that has all categories.
    """
    sets, of = relatives(names, groups), np.array(groups)
    found: dict[str, list[tuple[int, ...]]] = {}
    for number in range(int(sets.max(initial=-1)) + 1):
        members = np.flatnonzero(sets == number)
        group = groups[members[0]]
        whole = len(names) if group == "" else np.count_nonzero(of == group)
        if 1 < len(members) < whole:
            found.setdefault(f"{names[members[0]].partition('-')[0]}*", []).append(tuple(members.tolist()))
    taken = {*names, *groups}
    return {name: sets[0] for name, sets in found.items() if len(sets) == 1 and name not in taken}
