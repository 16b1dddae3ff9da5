"""What a tokenizer's files say apart from how text is split, which may have to be chosen in a second step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpeinfer.errors import TokenizerFileError
from bpeinfer.limits import Limits
from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.choose_pretokenizer import AUTO, choose_pretokenizer
from bpeinfer.loading.encoder_merges import acts_otherwise
from bpeinfer.loading.file_format import parse
from bpeinfer.loading.found_files import TokenizerFiles, told_by_config, vocabulary_of
from bpeinfer.loading.learned import learned_merges
from bpeinfer.loading.raw import RawTokenizer, Token
from bpeinfer.loading.tokenizer import Provenance, Tokenizer
from bpeinfer.loading.two_stages import first_stage
from bpeinfer.merges import MergeList

__all__ = ["UnsplitTokenizer", "read_files"]


@dataclass(frozen=True, eq=False, kw_only=True)
class UnsplitTokenizer:
    """A tokenizer without a pre-tokenizer.

    Attributes:
        name: what reports call it.
        source: the source as its caller named it.
        files: what was read.
        raw: what the main file says.
        merges: the learned merges, and their account in `audit`.
        stages: see `first_stage`.
        notes: what the user should know of it.
        limits: how long the split pattern may take.
    """

    name: str
    source: str
    files: TokenizerFiles
    raw: RawTokenizer
    merges: MergeList
    audit: MergeAudit
    stages: tuple[int, int] | None
    notes: tuple[str, ...]
    limits: Limits

    def split_by(self, pretokenizer: str | None) -> Tokenizer:
        """Return the whole tokenizer.

        Args:
            pretokenizer: as for `load_tokenizer`.

        Raises:
            UnknownPretokenizerError: nothing says how text is split, and `pretokenizer` is None.
            TokenizerFileError: `pretokenizer` is empty or cannot be built.
        """
        if pretokenizer == "":
            raise TokenizerFileError(
                f"{self.source}: the pre-tokenizer given is empty; give a known name or a pattern"
            )
        raw, merges, files = self.raw, self.merges, self.files
        main = files.main
        first = self.stages[0] if self.stages else None
        splitting = choose_pretokenizer(
            raw,
            merges.head(first) if first else merges,
            AUTO if first and pretokenizer is None else pretokenizer,
            files.labels[main],
        )
        provenance = Provenance(
            source=self.source,
            format=raw.format,
            repository=files.repository,
            revision=files.revision,
            files=files.hashes,
            sha256=files.hashes[main],
            path=files.paths.get(main),
        )
        return Tokenizer(
            name=self.name,
            merges=merges,
            pretokenizer=replace(splitting.pretokenizer, seconds=self.limits.pattern),
            pretokenizer_origin=splitting.origin,
            provenance=provenance,
            audit=self.audit,
            limits=splitting.limits,
            added=raw.added,
            takes_whole=raw.takes_whole,
            listed=raw.merges if acts_otherwise(raw, merges, self.audit) else None,
            notes=(*self.notes, *splitting.notes),
            first_stage=first,
        )


def read_files(
    files: TokenizerFiles, source: str, name: str | None, *, full: bool, limits: Limits
) -> UnsplitTokenizer:
    """Read the merge list in some files; the arguments are those of `load_tokenizer`.

    Raises:
        TokenizerFileError: a damaged file.
        NotBpeError: the tokenizer is not BPE.
    """
    label = files.labels[files.main]
    raw = told_by_config(parse(files.contents[files.main], label, vocabulary_of(files), full=full), files)
    try:
        merges, audit = learned_merges(raw)
    except TokenizerFileError as error:
        raise TokenizerFileError(f"{label}: {error}") from error
    stages = first_stage(merges)
    notes = [*files.notes, *raw.notes, *_account_notes(audit)]
    if stages is not None:
        rank = _listed_rank(raw, merges, stages[1])
        notes.append(
            f"merges cross word boundaries from rank {rank:,} on and none before: trained in two stages "
            f"(SuperBPE). Only the first {stages[0]:,} merges are used, with a pre-tokenizer that fits them"
        )
    return UnsplitTokenizer(
        name=name or files.name,
        source=source,
        files=files,
        raw=raw,
        merges=merges,
        audit=audit,
        stages=stages,
        notes=tuple(notes),
        limits=limits,
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
