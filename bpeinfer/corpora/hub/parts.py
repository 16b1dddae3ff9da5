"""The parts of a data set's files in random order: row groups, batches, stretches of lines, whole compressed files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

import numpy as np

from bpeinfer.corpora.arrow import batches
from bpeinfer.corpora.hub.dataset import BLOCK, JSON_LINES, HubDataset
from bpeinfer.corpora.parquet import row_groups
from bpeinfer.corpora.text_files import TextFile, split_name
from bpeinfer.files import SUFFIXES, Unpacked

__all__ = ["HubText", "in_random_order", "number_of_parts", "part_of"]


@dataclass(frozen=True, kw_only=True)
class HubText(TextFile):
    """A file of a data set, or part of one, read from the hub; `remote` opens it."""

    remote: Callable[[], IO[bytes]] = field(repr=False, compare=False)

    @property
    def suffix(self) -> str:
        """The suffix of the format; data sets also name files of JSON lines .json."""
        suffix = split_name(self.path)[1]
        return ".jsonl" if suffix in JSON_LINES else suffix

    def documents(self) -> Iterator[str]:
        """Yield the documents in file order; at a fixed commit, a file does not change."""
        return self._documents()

    def _open(self) -> IO[bytes]:
        kind = SUFFIXES.get(split_name(self.path)[2], "")
        stream = self.remote()
        return io.BufferedReader(Unpacked(stream, kind, self.limits.expansion), BLOCK) if kind else stream


def part_of(dataset: HubDataset, path: str, number: int, stretch: int) -> HubText:
    """Return one part of a file; `stretch` is the size in bytes of a part of a file of lines."""
    whole = _whole(dataset, path)
    if split_name(whole.path)[2] or whole.suffix == ".csv":
        return whole
    if whole.suffix in (".parquet", ".arrow"):
        return replace(whole, part=number)
    return replace(whole, start=number * stretch, stop=min((number + 1) * stretch, whole.size))


def number_of_parts(dataset: HubDataset, path: str, stretch: int) -> int:
    """Return how many parts a file has that can be read in any order.

    Raises:
        CorpusError: the file is damaged, or the hub does not deliver it.
    """
    whole = _whole(dataset, path)
    if split_name(whole.path)[2] or whole.suffix == ".csv":
        return 1
    if whole.suffix in (".parquet", ".arrow"):
        count = row_groups if whole.suffix == ".parquet" else batches
        with whole.remote() as stream:
            return count(stream, whole._refusal)
    return -(-whole.size // stretch)


def in_random_order(
    sizes: Mapping[str, int], seed: int, count: Callable[[str], int]
) -> Iterator[tuple[str, int]]:
    """Yield the parts of all files in an order drawn by a seed: one part of each file in turn, larger files sooner.

    Args:
        sizes: path → bytes; a file of twice the size is twice as likely to come first.
        seed: the seed, which alone determines the order.
        count: path → number of its parts; called when a file's turn comes.
    """
    draws = {path: _random(seed, path).exponential() / size for path, size in sizes.items()}
    live = sorted(draws, key=lambda path: (draws[path], path))
    orders: dict[str, list[int]] = {}
    turn = 0
    while live:
        left = []
        for path in live:
            if path not in orders:
                orders[path] = _random(seed, f"{path}\n").permutation(count(path)).tolist()
            if turn < len(orders[path]):
                yield path, orders[path][turn]
                left.append(path)
        live = left
        turn += 1


def _random(seed: int, name: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}\n{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _whole(dataset: HubDataset, path: str) -> HubText:
    return HubText(
        path=Path(f"hub:{dataset.sample.dataset}@{dataset.commit[:12]}/{path}"),
        text_field=dataset.sample.column,
        errors="replace",
        size=dataset.sizes[path],
        limits=dataset.limits,
        remote=lambda: dataset.open(path),
    )
