"""`load_tokenizer`: from the name of a source to a `Tokenizer`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeGuard

from tokenizers import Tokenizer as LibraryTokenizer

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError
from bpeinfer.files import decompress, digest, read_up_to, reading, shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.choose_pretokenizer import AUTO, choose_pretokenizer
from bpeinfer.loading.encoder_merges import encoder_merges
from bpeinfer.loading.end_of_path import end_of_path
from bpeinfer.loading.file_format import is_vocabulary, parse
from bpeinfer.loading.gguf import MAGIC
from bpeinfer.loading.hub import BEST_FIRST, choose_files, download, must_be_a_file
from bpeinfer.loading.learned import learned_merges
from bpeinfer.loading.raw import RawTokenizer, Token
from bpeinfer.loading.tokenizer import Provenance, Tokenizer
from bpeinfer.loading.tokenizer_json import parse_json
from bpeinfer.loading.two_stages import first_stage
from bpeinfer.merges import MergeList
from bpeinfer.near_names import did_you_mean, did_you_mean_file

__all__ = ["BUNDLED", "is_source", "load_tokenizer"]

_BUNDLED_FOLDER = Path(__file__).parent.parent / "bundled"
LISTED = 5
"""Other .json files that are named for a folder without a tokenizer file."""
BUNDLED = {"gpt2": _BUNDLED_FOLDER / "gpt2" / "merges.txt.gz"}
"""Name → file of the tokenizers that ship with the package."""


@dataclass(frozen=True, kw_only=True)
class _Files:
    """The files of one tokenizer, unpacked, the main one first; `labels` name them in errors."""

    name: str
    contents: Mapping[str, bytes]
    hashes: Mapping[str, str]
    labels: Mapping[str, str]
    paths: Mapping[str, Path]
    repository: str | None = None
    revision: str | None = None
    notes: tuple[str, ...] = ()


def is_source(given: object) -> TypeGuard[str | os.PathLike[str] | LibraryTokenizer]:
    """Return whether `load_tokenizer` accepts it: a name, a path, or a tokenizer of the library `tokenizers`."""
    return isinstance(given, str | os.PathLike) or isinstance(_of_the_library(given), LibraryTokenizer)


def _of_the_library(given: object) -> Any:
    """Return what is inside one of the fast tokenizers of `transformers`, and anything else as it is."""
    return getattr(given, "backend_tokenizer", given)


def load_tokenizer(
    source: str | os.PathLike[str] | LibraryTokenizer,
    *,
    name: str | None = None,
    pretokenizer: str | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    full: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Tokenizer:
    """Load a tokenizer from ``bundled:gpt2``, a file, a folder or a hub id (``owner/name[@revision]``).

    Args:
        source: what to load; also a ``tokenizers.Tokenizer`` in memory, or a fast tokenizer of transformers.
        name: what reports call it (default: the hub id, or the end of the path).
        pretokenizer: overrides how text is split: a known name (r50k, p50k, cl100k, o200k, …), a pattern, or "auto",
            the known one that can produce most of the merges.
        cache_dir: where hub files are kept (default: the usual huggingface-hub cache).
        full: read the whole list even if the model uses only its first part (tekken, CLIP).
        limits: how large a file may be, and how long its split pattern may take.

    Example:
        >>> tokenizer = load_tokenizer("bundled:gpt2")
        >>> len(tokenizer.merges), tokenizer.merges.pair(0)
        (50000, (b' ', b't'))

    Raises:
        TokenizerNotFoundError: there is nothing by that name, or `source` is neither a name nor a tokenizer.
        TokenizerFileError: `name` is empty, a damaged file, or one whose pre-tokenizer is unknown and not given.
        NotBpeError: the tokenizer is not BPE.
    """
    if not is_source(source):
        raise TokenizerNotFoundError(
            f"source is of type {type(source).__name__}, expected a path, a hub id, bundled:gpt2 or a "
            "tokenizers.Tokenizer"
        )
    if pretokenizer == "":
        raise TokenizerFileError(
            f"{source}: the pre-tokenizer given is empty; give a known name or a pattern"
        )
    if name is not None and not name.strip():
        raise TokenizerFileError("the name given for the tokenizer is empty")
    if isinstance(source, str | os.PathLike):
        called, files = shown(source), _find(os.fspath(source), cache_dir, limits)
    else:
        called, files = "tokenizers.Tokenizer", _in_memory(_of_the_library(source))
    main = next(iter(files.contents))
    label = files.labels[main]
    raw = parse(files.contents[main], label, _vocabulary(files), full=full)
    try:
        merges, audit = learned_merges(raw)
    except TokenizerFileError as error:
        raise TokenizerFileError(f"{label}: {error}") from error
    stage = first_stage(merges)
    notes = [*files.notes, *raw.notes, *_account_notes(audit)]
    if stage is not None:
        rank = _listed_rank(raw, merges, stage[1])
        notes.append(
            f"merges cross word boundaries from rank {rank:,} on and none before: trained in two stages "
            f"(SuperBPE). Only the first {stage[0]:,} merges are used, with a pre-tokenizer that fits them"
        )
    splitting = choose_pretokenizer(
        raw,
        merges.head(stage[0]) if stage else merges,
        AUTO if stage and pretokenizer is None else pretokenizer,
        label,
    )
    provenance = Provenance(
        source=called,
        format=raw.format,
        repository=files.repository,
        revision=files.revision,
        files=files.hashes,
        sha256=files.hashes[main],
        path=files.paths.get(main),
    )
    return Tokenizer(
        name=name or files.name,
        merges=merges,
        pretokenizer=replace(splitting.pretokenizer, seconds=limits.pattern),
        pretokenizer_origin=splitting.origin,
        provenance=provenance,
        audit=audit,
        limits=splitting.limits,
        added=raw.added,
        takes_whole=raw.takes_whole,
        encoder=encoder_merges(raw, merges, audit),
        notes=(*notes, *splitting.notes),
        first_stage=stage[0] if stage else None,
    )


def _listed_rank(raw: RawTokenizer, merges: MergeList, rank: int) -> int:
    """Return the place of a merge in the file's own list, which may contain merges that were set aside."""
    left, right = merges.pair(rank)
    pair: tuple[Token, Token] = (left, right) if raw.unit == "byte" else (left.decode(), right.decode())
    return raw.merges.index(pair) if raw.merges is not None and pair in raw.merges else rank


def _account_notes(audit: MergeAudit) -> list[str]:
    """Return the notes of the account that concern every result: dropped merges, and the order chosen."""
    notes = []
    missing, repeated, never = (
        audit.merges_set_aside.get(reason, 0)
        for reason in ("merges_of_missing_parts", "repeated_merges", "merges_of_count_0")
    )
    if missing:
        notes.append(
            f"{missing:,} of {audit.listed_merges:,} listed merges are left out: no earlier merge makes their parts"
        )
    if repeated:
        notes.append(
            f"{repeated:,} merges are listed twice; the first place, where training made them, counts"
        )
    if never:
        notes.append(f"the last {never:,} merges are left out: their pairs occurred nowhere (count 0)")
    if audit.method == "replay" and audit.order == "list":
        notes.append(
            "the ids are not in the order in which the tokens were made, so the order of the list is used "
            f"({audit.order_inversions:,} tokens differ)"
        )
    return notes


def _in_memory(tokenizer: LibraryTokenizer) -> _Files:
    """Return the tokenizer.json that the library would write."""
    file, data = "tokenizer.json", tokenizer.to_str().encode()
    return _Files(
        name="tokenizers.Tokenizer",
        contents={file: data},
        hashes={file: digest(data)},
        labels={file: "the tokenizers.Tokenizer given"},
        paths={},
    )


def _find(source: str, cache_dir: str | os.PathLike[str] | None, limits: Limits) -> _Files:
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
        return _read(end_of_path(path), _choose(path), limits)
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


def _choose(folder: Path) -> list[Path]:
    """Pick the files to read in a folder, the richest format first; a lone file may have any name."""
    with reading(folder, TokenizerNotFoundError):
        files = sorted(path for path in folder.iterdir() if os.path.isfile(path))
    chosen = (
        choose_files([path.name for path in files])
        or [path.name for path in files if path.suffix == ".gguf"][:1]
    )
    if chosen:
        return [folder / name for name in chosen]
    if len(files) == 1:
        return files
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
        return [path, *[other for other in beside if other.is_file()][:1]]
    if path.name in ("vocab.json", "encoder.json"):
        beside = [path.with_name("merges.txt"), path.with_name("vocab.bpe")]
        return [*[other for other in beside if other.is_file()][:1], path]
    return [path]


def _read(name: str, paths: list[Path], limits: Limits) -> _Files:
    contents, hashes, labels, places = {}, {}, {}, {}
    for path in paths:
        file = shown(path.name)
        places[file] = path
        contents[file], hashes[file] = _contents(path, limits.tokenizer)
        labels[file] = shown(path)
    return _Files(name=name, contents=contents, hashes=hashes, labels=labels, paths=places)


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


def _vocabulary(files: _Files) -> dict[str, int] | None:
    for name, data in list(files.contents.items())[1:]:
        vocab = parse_json(data, files.labels[name])
        if not is_vocabulary(vocab):
            raise TokenizerFileError(
                f"{files.labels[name]}: expected an object of token → id, the vocabulary of a merge list"
            )
        return dict(vocab)
    return None
