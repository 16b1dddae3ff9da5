"""`HubDataset`: the files of a data set at one commit, opened for reading in any order by range requests.

The client's own file system (`huggingface_hub.HfFileSystem`) lists and reads; it retries requests that are cut off or
deferred. What it delivers must have the length requested.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

from bpeinfer.corpora.hub.sample import HubSample
from bpeinfer.corpora.text_files import FORMATS, matches
from bpeinfer.errors import CorpusError
from bpeinfer.files import SUFFIXES
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.loading.hub_errors import in_our_words
from bpeinfer.loading.hub_requests import guarded, patiently

__all__ = ["BLOCK", "JSON_LINES", "HubDataset", "asking"]

BLOCK = 1 << 18
"""Bytes per request: a column of a row group can begin anywhere, and small samples need little of it."""

# Number of files kept in memory: the footer of a .parquet file is needed whenever its turn comes.
_FILES = 4
_BLOCKS_OF_A_FILE = 8
_READ = 1 << 16  # bytes taken from the blocks at once

JSON_LINES = (".json", ".ndjson")
"""Suffixes, other than .jsonl, that data sets use for files of JSON lines."""


@dataclass(frozen=True, kw_only=True)
class HubDataset:
    """The files in a data set from which a sample is taken.

    Attributes:
        sample: what is wanted.
        commit: the data set's commit.
        sizes: path in the data set → bytes, in the order of paths.
        limits: the limits on the hub's answers, lines and expansion.
        system: the client's file system.
        blocks: path → cached parts of the most recently opened files.
    """

    sample: HubSample
    commit: str
    sizes: Mapping[str, int]
    limits: Limits = field(default=DEFAULT_LIMITS, repr=False)
    system: Any = field(repr=False, compare=False)
    blocks: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def find(cls, sample: HubSample, commit: str = "", limits: Limits = DEFAULT_LIMITS) -> HubDataset:
        """Ask the hub for the data set's commit and files.

        Raises:
            CorpusError: the hub cannot be reached; the data set is missing or gated, or lacks the revision,
                configuration or files; or none of the files can be read.
        """
        import huggingface_hub as hub
        from huggingface_hub import constants

        with asking(sample, limits):
            wanted = commit or sample.revision or None
            api = hub.HfApi(endpoint=constants.ENDPOINT)
            info = patiently(
                lambda: api.dataset_info(sample.dataset, revision=wanted, expand=["sha", "cardData"]),
                str(sample),
            )
            found = info.sha
            if not isinstance(found, str) or not re.fullmatch(r"[0-9a-f]{40}", found):
                raise CorpusError(f"{sample}: the hub names no commit (check HF_ENDPOINT); try again")
            configs = info.card_data.get("configs") if info.card_data else None
            system = hub.HfFileSystem(endpoint=constants.ENDPOINT, skip_instance_cache=True)
            root = f"datasets/{sample.dataset}@{found}"
            sizes = _files(sample, configs, system, root)
        return cls(sample=sample, commit=found, sizes=sizes, limits=limits, system=system)

    def open(self, path: str) -> IO[bytes]:
        """Open a file of the data set; only what is read is requested.

        Raises:
            CorpusError: the hub does not deliver it.
        """
        with asking(self.sample, self.limits):
            full = f"datasets/{self.sample.dataset}@{self.commit}/{path}"
            file = self.system.open(
                full,
                block_size=BLOCK,
                cache_type="blockcache",
                cache_options={"maxblocks": _BLOCKS_OF_A_FILE},
            )
            if path in self.blocks:
                file.cache = self.blocks[path] = self.blocks.pop(path)
                return io.BufferedReader(file, _READ)
            fetch = file.cache.fetcher

            def whole(start: int, stop: int) -> bytes:
                stop = min(stop, self.sizes[path])
                # Caught here, so that a reader of the file cannot mistake the hub's errors for its own.
                with told_by_us(self.sample):
                    data: bytes = patiently(lambda: fetch(start, stop), str(self.sample))
                if len(data) != stop - start:
                    raise CorpusError(
                        f"{self.sample}: the hub delivered {len(data):,} bytes of {path}, expected {stop - start:,}; "
                        "try again"
                    )
                return data

            file.cache.fetcher = whole
            self.blocks[path] = file.cache
            if len(self.blocks) > _FILES:
                del self.blocks[next(iter(self.blocks))]
        return io.BufferedReader(file, _READ)


@contextmanager
def asking(sample: HubSample, limits: Limits) -> Iterator[None]:
    """Bound what the hub sends in this thread while the block runs, and turn errors into one line."""
    with told_by_us(sample), guarded(str(sample), limits):
        yield


def told_by_us(sample: HubSample) -> AbstractContextManager[None]:
    """Turn the client's errors into one-line errors about samples."""
    return in_our_words(str(sample), kind="data set", missing="", refusal=CorpusError)


def _files(sample: HubSample, listed: Any, system: Any, root: str) -> dict[str, int]:
    """Find the files of the sample, path → bytes."""
    globs = sample.files or _globs(sample, listed)
    found = {path: size for glob in globs or ("**",) for path, size in _listed(system, root, glob)}
    if not globs:
        found = _guess(sample, found)
    readable = {path: found[path] for path in sorted(found) if _is_readable(path)}
    if not readable:
        others = ", ".join(sorted({PurePosixPath(path).suffix or path for path in found})[:8]) or "none"
        raise CorpusError(
            f"{sample}: no readable files ({', '.join((*FORMATS, *JSON_LINES))}, each optionally compressed; found "
            f"{others}); name them in a recipe (files = ...), or try @refs/convert/parquet"
        )
    return readable


def _listed(system: Any, root: str, glob: str) -> Iterator[tuple[str, int]]:
    """Yield the files that a glob matches, with their sizes; empty ones are left out."""
    for name, about in system.glob(f"{root}/{glob}", detail=True).items():
        size = about.get("size")
        if about.get("type") == "file" and isinstance(size, int) and size > 0:
            yield str(name).partition(f"{root}/")[2], size


def _globs(sample: HubSample, listed: Any) -> tuple[str, ...]:
    """Return the paths that the data set's card names for the configuration, () if it names none.

    Raises:
        CorpusError: the card lacks the configuration, or has several and the sample names none.
    """
    configs = _configs(listed)
    if not configs:
        return ()
    names = ", ".join(list(configs)[:12]) + (", …" if len(configs) > 12 else "")
    default = [name for name, config in configs.items() if config.get("default") or name == "default"]
    chosen = sample.config or (default or list(configs))[0]
    if chosen not in configs:
        raise CorpusError(f"{sample}: the data set has no configuration {chosen!r}; there are {names}")
    if not sample.config and not default and len(configs) > 1:
        raise CorpusError(
            f"{sample}: the data set has several configurations ({names}); name one "
            f"(hub:{sample.dataset}/{next(iter(configs))}#{sample.column})"
        )
    return _of_split(sample, configs[chosen]["data_files"], str(configs[chosen].get("data_dir") or ""))


def _configs(listed: Any) -> dict[str, dict[str, Any]]:
    """Return the configurations for which a card names files, by name."""
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return {str(row["config_name"]): row for row in rows if "config_name" in row and row.get("data_files")}


def _of_split(sample: HubSample, data_files: Any, folder: str) -> tuple[str, ...]:
    """Return the paths of one split: the one requested, else train, else the first."""
    rows = data_files if isinstance(data_files, list) else [data_files]
    splits: dict[str, list[str]] = {}
    for row in rows:
        paths = row.get("path", []) if isinstance(row, dict) else row
        split = str(row.get("split", "train")) if isinstance(row, dict) else "train"
        paths = paths if isinstance(paths, list) else [paths]
        splits.setdefault(split, []).extend(f"{folder}/{path}".strip("/") for path in map(str, paths))
    if sample.split and sample.split not in splits:
        raise CorpusError(f"{sample}: there is no split {sample.split!r}; there are {', '.join(splits)}")
    return tuple(splits[sample.split or ("train" if "train" in splits else next(iter(splits)))])


def _guess(sample: HubSample, found: Mapping[str, int]) -> dict[str, int]:
    """Choose files if the card names none: those in a folder named like the configuration, then those of the split."""
    chosen = dict(found)
    if sample.config:
        chosen = {
            path: size
            for path, size in found.items()
            if f"/{sample.config}/" in f"/{path}" or matches(PurePosixPath(path).name, [f"{sample.config}.*"])
        }
        if not chosen:
            raise CorpusError(
                f"{sample}: the data set's card names no configurations, and it has no folder or file "
                f"{sample.config!r}; name files in a recipe (files = ...)"
            )
    split = sample.split or "train"
    of_split = {path: size for path, size in chosen.items() if split in PurePosixPath(path).as_posix()}
    return of_split or chosen


def _is_readable(path: str) -> bool:
    name = PurePosixPath(path)
    bare = name.with_suffix("") if name.suffix in SUFFIXES else name
    return bare.suffix in (*FORMATS, *JSON_LINES) and not any(
        part.startswith((".", "_")) for part in name.parts
    )
