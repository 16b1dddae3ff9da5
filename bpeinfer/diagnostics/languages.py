"""Which categories are registers or variants of one language or kind, by their groups and names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["languages", "relatives"]

Longs = NDArray[np.int64]

# ISO 639-1, of 2026.
ISO = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
CODES = frozenset(ISO.split())


def relatives(names: Sequence[str], groups: Sequence[str]) -> Longs:
    """Return int64[n], one number for each language or kind: categories of a group whose names begin alike.

    ``en-law`` and ``en-news`` of one group are registers of one language, ``pt`` and ``pt-br`` its variants: what one
    of them lacks, another may have, so they are judged together. ``wiki-de`` and ``wiki-fr`` are two languages from one
    source: a beginning that is no language's code, before the codes of several, says nothing.
    """
    keys = list(zip(groups, _beginnings(names, groups), strict=True))
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)


def _beginnings(names: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Return what each name has of its language: ``pt`` of ``pt-br``, and ``wiki-pt`` of ``wiki-pt-br``."""
    parts = [(group, *f"{name}-".split("-")[:2]) for name, group in zip(names, groups, strict=True)]
    coded: dict[tuple[str, str], set[str]] = {}
    for group, first, second in parts:
        if first.lower() not in CODES and second.lower() in CODES:
            coded.setdefault((group, first), set()).add(second.lower())
    return [
        f"{first}-{second}" if len(coded.get((group, first), ())) > 1 else first
        for group, first, second in parts
    ]


def languages(names: Sequence[str], groups: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the categories of each language that has several and is not a group by itself, by its name.

    The name is what their names begin with and an asterisk: ``pt*`` for ``pt`` and ``pt-br``. One that would stand for
    two things is left out, and so is a language that has all categories.
    """
    sets, of, begin = relatives(names, groups), np.array(groups), _beginnings(names, groups)
    found: dict[str, list[tuple[int, ...]]] = {}
    for number in range(int(sets.max(initial=-1)) + 1):
        members = np.flatnonzero(sets == number)
        group = groups[members[0]]
        whole = len(names) if group == "" else np.count_nonzero(of == group)
        if 1 < len(members) < whole:
            found.setdefault(f"{begin[members[0]]}*", []).append(tuple(members.tolist()))
    taken = {*names, *groups}
    return {name: sets[0] for name, sets in found.items() if len(sets) == 1 and name not in taken}
