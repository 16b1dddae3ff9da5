"""``--expect``, ``--within`` and ``--fail-on``: when ``bpeinfer infer`` ends with exit code 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer

from bpeinfer.diagnostics.verdict import Verdict
from bpeinfer.expectation import Expectation

__all__ = ["NOT_AS_EXPECTED", "Expect", "FailOn", "Gate", "Within"]

NOT_AS_EXPECTED = 1
"""Exit code when there is a result, but --expect or --fail-on is not met."""

Expect = Annotated[
    str | None,
    typer.Option(
        metavar="NAME=PERCENT,...",
        help="Shares of bytes that categories, groups or languages (pt*: pt and pt-br) should have, such as "
        "fr=50,de=30; exit code 1 if one is off by more than --within.",
    ),
]
Within = Annotated[float, typer.Option(help="Percentage points by which a share may differ from --expect.")]
FailOn = Annotated[
    Literal["doubtful", "poor"] | None,
    typer.Option(help="Exit code 1 if the verdict is this or worse."),
]
_WORSE = {"doubtful": {Verdict.DOUBTFUL, Verdict.POOR}, "poor": {Verdict.POOR}}


@dataclass(frozen=True)
class Gate:
    """The conditions that a result must meet."""

    expectation: Expectation | None
    fail_on: Literal["doubtful", "poor"] | None

    @classmethod
    def of(cls, expect: str | None, within: float, fail_on: Literal["doubtful", "poor"] | None) -> Gate:
        """Read the three options.

        Raises:
            InferenceError: --expect or --within is malformed.
        """
        return cls(None if expect is None else Expectation.from_text(expect, within), fail_on)

    def check_names(self, categories: Sequence[str], groups: Sequence[str]) -> None:
        """Refuse names that are no category, group or language, and shares of more than 100 % in all.

        Raises:
            InferenceError: a name is none of them, or the shares sum to more.
        """
        if self.expectation:
            self.expectation.check_names(categories, groups)

    def judge(self, result: Mapping[str, Any]) -> tuple[bool, list[str]]:
        """Return whether a result passes, and what to say about it."""
        passed, said = True, []
        if self.expectation:
            passed = not self.expectation.misses(result)
            said.append(self.expectation.as_text(result))
        if self.fail_on and Verdict(result["verdict"]) in _WORSE[self.fail_on]:
            passed = False
            reason = result["withheld"] or result["fit"]["reason"]
            said.append(
                f"{result['tokenizer']['name']}: {result['verdict']} (--fail-on {self.fail_on}): {reason}"
            )
        return passed, said
