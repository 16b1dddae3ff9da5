"""Options that stand together in several commands, as dataclasses; `grouped` spells them out for Typer."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from bpeinfer.cli.options import (
    Cache,
    Categories,
    Limit,
    LimitsOption,
    Name,
    OnInvalid,
    Pretokenizer,
    Sources,
    TextField,
    Workers,
    processors,
)
from bpeinfer.cli.samples import kept_counts, read_samples
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.loading.tokenizer import Tokenizer

__all__ = ["Choice", "Counting", "Reading", "Splitting", "grouped"]


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command whose parameters are plain options: those of a dataclass in the place of each dataclass.

    Typer makes an option of each parameter and knows no groups of them.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if dataclasses.is_dataclass(hint)}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        if name in groups:
            parameters += _of_fields(groups[name])
        else:
            parameters.append(parameter.replace(annotation=hints[name], kind=parameter.KEYWORD_ONLY))

    def flat(**values: Any) -> None:
        for name, group in groups.items():
            of_group = {field.name: values.pop(field.name) for field in dataclasses.fields(group)}
            values[name] = group(**of_group)
        command(**values)

    flat.__name__, flat.__doc__, flat.__module__ = command.__name__, command.__doc__, command.__module__
    flat.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    vars(flat)["__signature__"] = inspect.Signature(parameters)
    return flat


def _of_fields(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in dataclasses.fields(group)
    ]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Splitting:
    """How one tokenizer is called, and how it splits text."""

    name: Name = None
    pretokenizer: Pretokenizer = None

    def load(self, tokenizer: str, limits: Limits) -> Tokenizer:
        """Load a tokenizer; errors are those of `load_tokenizer`."""
        return load_tokenizer(tokenizer, name=self.name, pretokenizer=self.pretokenizer, limits=limits)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reading:
    """How files are read."""

    text_field: TextField = "text"
    errors: OnInvalid = "strict"
    limits: LimitsOption = ""

    @property
    def allowed(self) -> Limits:
        """The limits on what is read.

        Raises:
            LimitError: --limits is malformed.
        """
        return Limits.from_text(self.limits)

    def texts(self, paths: str | Sequence[str], *, whole: bool = False) -> Corpus:
        """Read texts that are no samples: all of them, from one on; errors are those of `load_corpus`."""
        return read_samples(
            paths,
            text_field=self.text_field,
            errors=self.errors,
            minimum=1,
            limits=self.allowed,
            whole=whole,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice:
    """Which categories, sources and documents of the samples are used."""

    categories: Categories = None
    sources: Sources = None
    limit: Limit = None

    def samples(
        self, paths: Sequence[str] | None, reading: Reading, *, seed: int, minimum: int = 2
    ) -> Corpus:
        """Read samples, the starter pack if no paths are given; errors are those of `load_corpus`."""
        return read_samples(
            paths,
            text_field=reading.text_field,
            categories=self.categories,
            sources=self.sources,
            errors=reading.errors,
            limit=self.limit,
            seed=seed,
            minimum=minimum,
            limits=reading.allowed,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Counting:
    """How samples are counted."""

    workers: Workers = 0
    cache: Cache = True

    @property
    def processors(self) -> int:
        """The number of workers."""
        return processors(self.workers)

    @property
    def folder(self) -> Path | None:
        """The folder in which counts are kept, None if they should not be."""
        return kept_counts(self.cache)
