"""`Tokenizer`: a merge list, how text is split for it, and where both come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.encoder_merges import encoder_merges
from bpeinfer.loading.raw import Token
from bpeinfer.loading.trainer_limits import TrainerLimits
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["Provenance", "Tokenizer"]


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a tokenizer was read from.

    Attributes:
        source: what the caller requested.
        format: name of the file format.
        repository, revision: hub repository and the commit that was read; None for local files.
        files: name → sha256 of the unpacked content of every file that was read, the main one first.
        sha256: of the main file (the one with the merges or tokens), unpacked.
        path: the local path of that file, for loading it in the library itself (see `bpeinfer.inspection.self_check`).
    """

    source: str
    format: str
    repository: str | None
    revision: str | None
    files: Mapping[str, str]
    sha256: str
    path: Path | None = field(default=None, compare=False)

    @property
    def file(self) -> str:
        """Name of the main file inside the folder or repository."""
        return next(iter(self.files), "")


@dataclass(frozen=True, kw_only=True)
class Tokenizer:
    """A loaded tokenizer.

    Attributes:
        name: what reports call it.
        merges: the learned merges, in order.
        pretokenizer: text → pretokens, as the tokenizer does it.
        pretokenizer_origin: where the splitting rules come from (the file, the registry, or the caller).
        provenance: files and hashes.
        audit: what was set aside, and why.
        limits: which pairs the trainer was allowed to merge, where the file records it.
        added: texts of the tokens that the file adds (special ones included), which an encoder cuts out of the text
            before anything else; () for formats that do not list them.
        takes_whole: whether the encoder takes a pretoken that is a token whole, whatever the merges make of it.
        listed: the merges as the file lists them, where its encoder may act otherwise with them than with the learned
            ones (another order, merges added by hand); else None.
        notes: what an auditor should know about how the file was read.
        first_stage: number of merges in the first of two training stages, to which `pretokenizer` belongs; None
            if there was only one stage.
    """

    name: str
    merges: MergeList
    pretokenizer: Pretokenizer
    pretokenizer_origin: str
    provenance: Provenance
    audit: MergeAudit
    limits: TrainerLimits | None = None
    added: tuple[str, ...] = ()
    takes_whole: bool = False
    listed: Sequence[tuple[Token, Token]] | None = field(default=None, repr=False, compare=False)
    notes: tuple[str, ...] = ()
    first_stage: int | None = None

    @cached_property
    def encoder(self) -> MergeList | None:
        """The merges that the file's encoder uses, where they are not the learned ones in their order.

        The symbols of `merges` come first. Worked out when it is first asked for: Gemma's takes seconds.
        """
        return None if self.listed is None else encoder_merges(self.listed, self.merges)
