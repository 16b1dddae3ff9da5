"""The files of one tokenizer: where a source's are, and what those beside the main one say."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError
from bpeinfer.files import decompress, digest, read_up_to, reading, shown
from bpeinfer.limits import Limits
from bpeinfer.loading.choose_files import (
    BEST_FIRST,
    choose_files,
    gguf_models,
    note_of_others,
    passed_over,
)
from bpeinfer.loading.end_of_path import end_of_path
from bpeinfer.loading.file_format import is_vocabulary
from bpeinfer.loading.gguf import MAGIC
from bpeinfer.loading.hub import download, must_be_a_file
from bpeinfer.loading.raw import RawTokenizer
from bpeinfer.loading.slow_classes import CONFIG, class_named
from bpeinfer.loading.tokenizer_json import parse_json
from bpeinfer.near_names import did_you_mean, did_you_mean_file

__all__ = ["BUNDLED", "TokenizerFiles", "find_files", "told_by_config", "vocabulary_of"]

_BUNDLED_FOLDER = Path(__file__).parent.parent / "bundled"
LISTED = 5
"""Other .json files that are named for a folder without a tokenizer file."""
BUNDLED = {"gpt2": _BUNDLED_FOLDER / "gpt2" / "merges.txt.gz"}
"""Name → file of the tokenizers that ship with the package."""


@dataclass(frozen=True, kw_only=True)
class TokenizerFiles:
    """The files of one tokenizer, unpacked, the main one first; `labels` name them in errors."""

    name: str
    contents: Mapping[str, bytes]
    hashes: Mapping[str, str]
    labels: Mapping[str, str]
    paths: Mapping[str, Path]
    repository: str | None = None
    revision: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def main(self) -> str:
        """The file with the merges."""
        return next(iter(self.contents))


def find_files(source: str, cache_dir: str | os.PathLike[str] | None, limits: Limits) -> TokenizerFiles:
    """Find and read the files of a bundled tokenizer, a file, a folder or a hub id.

    Raises:
        TokenizerNotFoundError: there is nothing by that name.
        TokenizerFileError: a file is damaged or too large.
    """
    if source.startswith("bundled:"):
        name = source.removeprefix("bundled:")
        if name not in BUNDLED:
            raise TokenizerNotFoundError(
                f"{source}: no such bundled tokenizer; there is bundled:{', '.join(BUNDLED)}"
                + did_you_mean(name, BUNDLED)
            )
        return _read(source, [BUNDLED[name]], limits)
    path = Path(os.path.expanduser(source))  # noqa: PTH111 - Path's version raises if there is no such user
    if os.path.isdir(path):
        chosen, notes = _choose(path)
        return replace(_read(end_of_path(path), chosen, limits), notes=notes)
    if os.path.exists(path):
        return _read(end_of_path(path), _with_companion(path), limits)
    if must_be_a_file(source, near := did_you_mean_file(path)):
        other = near or "; give a file, a folder, bundled:gpt2 or a hub id (owner/name)"
        raise TokenizerNotFoundError(f"{shown(source)}: no such file or folder{other}")
    found = download(source, cache_dir, limits)
    files = _read(source, list(found.paths), limits)
    return replace(
        files,
        repository=found.repository,
        revision=found.revision,
        labels={path.name: f"{found.repository}/{path.name}" for path in found.paths},
        notes=found.notes,
    )


def _choose(folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """Pick the files to read in a folder, the richest format first, and note others; a lone file may have any name."""
    with reading(folder, TokenizerNotFoundError):
        files = sorted(path for path in folder.iterdir() if os.path.isfile(path))
    names = [path.name for path in files]
    if chosen := choose_files(names):
        others = passed_over(names, chosen[0])
        return [folder / name for name in chosen], note_of_others("folder", chosen[0], others)
    if models := gguf_models(names):
        return [folder / models[0]], note_of_others("folder", models[0], models[1:])
    if len(files) == 1:
        return files, ()
    wanted = ", ".join(patterns[0] for patterns in BEST_FIRST)
    there = [path.name for path in files if path.suffix == ".json"][:LISTED]
    other = f"; if one of its other files is the tokenizer, name it: {', '.join(there)}" if there else ""
    raise TokenizerNotFoundError(
        f"{shown(folder)}: a folder without a tokenizer file (looked for {wanted}){other}"
    )


def _with_companion(path: Path) -> list[Path]:
    """Return a merge list together with the vocabulary next to it, and vice versa."""
    if path.name in ("merges.txt", "vocab.bpe"):
        beside = [path.with_name("vocab.json"), path.with_name("encoder.json")]
        config = path.with_name(CONFIG)
        return [
            path,
            *[other for other in beside if other.is_file()][:1],
            *([config] if config.is_file() else []),
        ]
    if path.name in ("vocab.json", "encoder.json"):
        beside = [path.with_name("merges.txt"), path.with_name("vocab.bpe")]
        lists = [other for other in beside if other.is_file()]
        return _with_companion(lists[0]) if lists else [path]
    return [path]


def _read(name: str, paths: list[Path], limits: Limits) -> TokenizerFiles:
    contents, hashes, labels, places = {}, {}, {}, {}
    for path in paths:
        file = shown(path.name)
        places[file] = path
        contents[file], hashes[file] = _contents(path, limits.tokenizer)
        labels[file] = shown(path)
    return TokenizerFiles(name=name, contents=contents, hashes=hashes, labels=labels, paths=places)


def _contents(path: Path, limit: int) -> tuple[bytes, str]:
    """Return a file's unpacked bytes and their sha256, read once; of a GGUF only the header: the weights follow."""
    with reading(path, TokenizerFileError, TokenizerNotFoundError), path.open("rb") as stream:
        data = read_up_to(stream, limit)
        more = stream.read(1 << 20)
        if data.startswith(MAGIC):
            whole = hashlib.sha256(data)
            while more:
                whole.update(more)
                more = stream.read(1 << 20)
            return data, whole.hexdigest()
    if more:
        raise TokenizerFileError(
            f"{shown(path)}: larger than {limit:,} bytes, too large for a tokenizer file; is this a model's weights? "
            f"If it is a tokenizer, raise the limit (--limits tokenizer={2 * limit})"
        )
    unpacked = decompress(data, shown(path), limit, refusal=TokenizerFileError)
    return unpacked, digest(unpacked)


def vocabulary_of(files: TokenizerFiles) -> dict[str, int] | None:
    """Return the vocabulary (token → id) beside a merge list, if there is one.

    Raises:
        TokenizerFileError: the file beside it is something else.
    """
    for name, data in list(files.contents.items())[1:]:
        if name == CONFIG:
            continue
        vocab = parse_json(data, files.labels[name])
        if not is_vocabulary(vocab):
            raise TokenizerFileError(
                f"{files.labels[name]}: expected an object of token → id, the vocabulary of a merge list"
            )
        return dict(vocab)
    return None


def told_by_config(raw: RawTokenizer, files: TokenizerFiles) -> RawTokenizer:
    """Add what the tokenizer_config.json beside a merge list says of how text is split."""
    if CONFIG not in files.contents or raw.has_pre_tokenizer:
        return raw
    config = parse_json(files.contents[CONFIG], files.labels[CONFIG])
    if not isinstance(config, dict):
        raise TokenizerFileError(f"{files.labels[CONFIG]}: expected an object, found {type(config).__name__}")
    return replace(raw, splitting=class_named(config), space_prefix=config.get("add_prefix_space") is True)
