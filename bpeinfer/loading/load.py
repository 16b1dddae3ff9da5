"""`load_tokenizer`: from the name of a source to a `Tokenizer`."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, TypeGuard

from tokenizers import Tokenizer as LibraryTokenizer

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError
from bpeinfer.files import digest, shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.choose_pretokenizer import AUTO, choose_pretokenizer
from bpeinfer.loading.encoder_merges import acts_otherwise
from bpeinfer.loading.file_format import parse
from bpeinfer.loading.found_files import TokenizerFiles, find_files, told_by_config, vocabulary_of
from bpeinfer.loading.learned import learned_merges
from bpeinfer.loading.raw import RawTokenizer, Token
from bpeinfer.loading.tokenizer import Provenance, Tokenizer
from bpeinfer.loading.two_stages import first_stage
from bpeinfer.merges import MergeList

__all__ = ["is_source", "load_tokenizer"]


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
        called, files = shown(source), find_files(os.fspath(source), cache_dir, limits)
    else:
        called, files = "tokenizers.Tokenizer", _in_memory(_of_the_library(source))
    main = next(iter(files.contents))
    label = files.labels[main]
    raw = told_by_config(parse(files.contents[main], label, vocabulary_of(files), full=full), files)
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
        listed=raw.merges if acts_otherwise(raw, merges, audit) else None,
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


def _in_memory(tokenizer: LibraryTokenizer) -> TokenizerFiles:
    """Return the tokenizer.json that the library would write."""
    file, data = "tokenizer.json", tokenizer.to_str().encode()
    return TokenizerFiles(
        name="tokenizers.Tokenizer",
        contents={file: data},
        hashes={file: digest(data)},
        labels={file: "the tokenizers.Tokenizer given"},
        paths={},
    )
