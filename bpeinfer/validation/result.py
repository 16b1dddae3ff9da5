"""`Validations`: each tokenizer's published shares, the inferred ones, and how well they agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bpeinfer.estimate import MixtureEstimate
from bpeinfer.reports.document import Document
from bpeinfer.reports.formats import Reportable
from bpeinfer.reports.validation import validation_document
from bpeinfer.validation.truths import PublishedTruth

__all__ = ["SCHEMA_VERSION", "Component", "Validation", "Validations"]

SCHEMA_VERSION = 1
"""Version of `Validations.to_dict`, increased when a field changes its meaning or is removed."""


@dataclass(frozen=True, kw_only=True)
class Component:
    """One published share.

    Attributes:
        name: what it is a share of, such as a language.
        truth: as published, in the maker's unit.
        byte_share, pair_share: inferred; None if no sample represents it.
        unit_share: inferred, in the maker's unit; None if that is not known or the samples do not have it.
        total_interval: of the byte share, None if there is none.
        categories: the samples that represent it.
    """

    name: str
    truth: float
    byte_share: float | None
    pair_share: float | None
    unit_share: float | None
    total_interval: tuple[float, float] | None
    categories: tuple[str, ...]

    @property
    def held(self) -> bool | None:
        """Whether the total interval contains the truth; None without an interval."""
        if self.total_interval is None:
            return None
        return self.total_interval[0] <= self.truth <= self.total_interval[1]


@dataclass(frozen=True, kw_only=True)
class Validation:
    """One tokenizer.

    Attributes:
        truth: what its maker says.
        source: where it was read from.
        components: each published share with the inferred one; () if nothing was inferred.
        estimate: the whole estimate, None if there is none.
        error: why there is none.
    """

    truth: PublishedTruth
    source: str
    components: tuple[Component, ...]
    estimate: MixtureEstimate | None
    error: str | None

    @property
    def overlap(self) -> float | None:
        """Overlap accuracy: 1 less the total variation of both kinds of shares, the rest as one share."""
        known = [(one.truth, one.byte_share or 0.0) for one in self.components]
        if not known:
            return None
        off = sum(abs(truth - share) for truth, share in known)
        rest = abs(sum(truth for truth, _ in known) - sum(share for _, share in known))
        return 1 - (off + rest) / 2

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        held = [one.held for one in self.components if one.held is not None]
        return {
            "truth": self.truth.to_dict(),
            "source": self.source,
            "error": self.error,
            "verdict": None if self.estimate is None else self.estimate.verdict.value,
            "overlap_accuracy": self.overlap,
            "held": sum(held),
            "intervals": len(held),
            "components": [
                {
                    "name": one.name,
                    "truth": one.truth,
                    "byte_share": one.byte_share,
                    "pair_share": one.pair_share,
                    "unit_share": one.unit_share,
                    "total_interval": None if one.total_interval is None else list(one.total_interval),
                    "held": one.held,
                    "categories": list(one.categories),
                }
                for one in self.components
            ],
        }


@dataclass(frozen=True, repr=False)
class Validations(Reportable):
    """Tokenizers whose makers published shares."""

    rows: tuple[Validation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON (the same as ``bpeinfer validate --json``)."""
        return {"schema_version": SCHEMA_VERSION, "tokenizers": [row.to_dict() for row in self.rows]}

    def report(self) -> Document:
        """Return published and inferred shares, and how well they agree."""
        return validation_document(self.to_dict())

    def __repr__(self) -> str:
        return f"Validations({sum(row.error is None for row in self.rows)} of {len(self.rows)} inferred)"
