"""`HubSample`: one category's sample from a data set on the hub, and recipes, which list many."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from bpeinfer.corpora.text_files import select_names
from bpeinfer.errors import CorpusError, LimitError
from bpeinfer.files import read_file, shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits, amount_of

__all__ = ["HUB", "RECIPES", "HubSample", "find_recipe", "is_recipe", "read_recipe", "select_samples"]

HUB = "hub:"
"""Prefix of the name of a data set on the hub, wherever samples are expected."""

RECIPES = Path(__file__).parents[2] / "recipes"
"""Folder of the recipes that ship with the package, each named ``bundled:NAME``."""

DEFAULT_BYTES = 10_000_000

# A revision may contain slashes in two forms only, as in the client.
_NAME = re.compile(
    r"hub:(?P<dataset>[\w.-]+/[\w.-]+)(?:@(?P<revision>refs/convert/\w+|refs/pr/\d+|[^/#@]+))?"
    r"(?:/(?P<config>[^#@]+))?#(?P<column>.+)",
    re.DOTALL,
)
_CATEGORY = re.compile(r"[\w][\w.+-]*")


@dataclass(frozen=True, kw_only=True)
class HubSample:
    """Which text of which data set is one category's sample.

    Attributes:
        name: the category's name.
        dataset: OWNER/NAME on the hub.
        revision: branch, tag or commit ("": the main branch).
        config: configuration of the data set ("": the only one, or the default).
        split: split of the configuration ("": train, or the first).
        files: globs of paths in the data set, in place of a configuration.
        column: column or field with the text.
        bytes: UTF-8 bytes of text to take.
        group, title: the category's group and title.
        licence, register: the text's licence and register, for the manifest.

    Example:
        >>> HubSample.from_name("hub:acme/texts@v1/de#body").config
        'de'
    """

    name: str
    dataset: str
    revision: str = ""
    config: str = ""
    split: str = ""
    files: tuple[str, ...] = ()
    column: str = "text"
    bytes: int = DEFAULT_BYTES
    group: str = ""
    title: str = ""
    licence: str = ""
    register: str = ""

    @classmethod
    def from_name(cls, text: str) -> HubSample:
        """Read ``hub:OWNER/NAME[@REVISION][/CONFIG]#COLUMN``.

        The category is named after the configuration, or after the data set if there is none.

        Raises:
            CorpusError: the name has another form.
        """
        found = _NAME.fullmatch(text)
        if found is None:
            raise CorpusError(
                f"corpus {text[:200]!r}: expected hub:OWNER/NAME[@REVISION][/CONFIG]#COLUMN, such as "
                "hub:wikimedia/wikipedia/20231101.de#text"
            )
        given = {key: value or "" for key, value in found.groupdict().items()}
        name = given["config"] or given["dataset"].partition("/")[2]
        return cls(
            name=re.sub(r"[^\w.+-]", "-", name).lstrip(".+-") or "sample",
            dataset=given["dataset"],
            revision=given["revision"],
            config=given["config"],
            column=given["column"],
        )

    def __str__(self) -> str:
        """Return the name in the form that `from_name` reads."""
        revision = f"@{self.revision}" if self.revision else ""
        return f"{HUB}{self.dataset}{revision}{'/' if self.config else ''}{self.config}#{self.column}"

    def fingerprint(self, seed: int) -> str:
        """Return a hash of everything that determines which text is taken."""
        told = {"group", "title", "licence", "register"}
        deciding = {key: value for key, value in asdict(self).items() if key not in told}
        return hashlib.sha256(json.dumps([deciding, seed], sort_keys=True).encode()).hexdigest()


def is_recipe(path: str) -> bool:
    """Return whether a path of samples names a recipe: a .toml file, or one that ships with the package."""
    name = path.removeprefix("bundled:")
    return path.endswith(".toml") or (name != path and (RECIPES / f"{name}.toml").is_file())


def find_recipe(text: str, limits: Limits = DEFAULT_LIMITS) -> tuple[HubSample, ...]:
    """Return the samples described by a recipe, the name of a bundled one, or the name of a data set.

    Raises:
        CorpusError: there is no such recipe, or the file is not one.
    """
    if text.startswith(HUB):
        return (HubSample.from_name(text),)
    name = text.removeprefix("bundled:")
    if name == text:
        return read_recipe(Path(text), limits)
    if not is_recipe(text):
        known = ", ".join(f"bundled:{name}" for name in sorted(path.stem for path in RECIPES.glob("*.toml")))
        raise CorpusError(f"recipe {text!r}: no such recipe; there are {known}, or give a .toml file")
    return read_recipe(RECIPES / f"{name}.toml", limits)


def read_recipe(path: Path, limits: Limits = DEFAULT_LIMITS) -> tuple[HubSample, ...]:
    """Read a recipe in TOML: one table for each category, with its name and the attributes of `HubSample` as keys.

    Keys before the first table apply to all categories.

    Raises:
        CorpusError: the file is missing or not TOML, or a table lacks the data set or has unknown keys.
    """
    data = read_file(
        path,
        limits.manifest,
        refusal=CorpusError,
        too_large="too large for a recipe; raise the limit (--limits manifest=64M)",
    )
    try:
        tables = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{shown(path)}: not a recipe in TOML: {error}; repair it") from None
    common = {key: value for key, value in tables.items() if not isinstance(value, dict)}
    samples = []
    for name, table in tables.items():
        if isinstance(table, dict):
            try:
                samples.append(_sample(name, {**common, **table}))
            except ValueError as error:
                raise CorpusError(
                    f"{shown(path)}: category {name[:100]!r}: {error}; repair the table"
                ) from None
    if not samples:
        raise CorpusError(
            f"{shown(path)}: no categories; add a table for each, such as [de] with dataset = ..."
        )
    return tuple(samples)


def _sample(name: str, table: Mapping[str, Any]) -> HubSample:
    """Return the sample that a table of a recipe describes.

    Raises:
        ValueError: the table is wrong; the message says how.
    """
    if not _CATEGORY.fullmatch(name):
        raise ValueError("its name becomes a file name: use only letters, digits and . _ + -")
    known = {field.name for field in fields(HubSample)} - {"name"}
    if strange := sorted(set(table) - known):
        raise ValueError(f"unknown key {strange[0][:100]!r}; there are {', '.join(sorted(known))}")
    given: dict[str, Any] = dict(table)
    files = given.pop("files", [])
    size = given.pop("bytes", DEFAULT_BYTES)
    for key, value in given.items():
        if not isinstance(value, str):
            raise ValueError(f"{key} is a {type(value).__name__}, expected text")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", given.get("dataset", "")):
        raise ValueError("dataset is missing or not OWNER/NAME")
    if files and given.get("config"):
        raise ValueError("it has both files and a config")
    return HubSample(name=name, files=_globs(files), bytes=_size(size), **given)


def _globs(files: Any) -> tuple[str, ...]:
    listed = [files] if isinstance(files, str) else files
    if not isinstance(listed, list) or not all(isinstance(file, str) and file for file in listed):
        raise ValueError("files is not a list of globs")
    return tuple(listed)


def _size(given: Any) -> int:
    try:
        size = int(amount_of(given, "bytes")) if isinstance(given, str) else given
    except LimitError as error:
        raise ValueError(str(error)) from None
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise ValueError(f"bytes is {size!r}, expected an amount such as 300_000 or '1G'")
    return size


def select_samples(
    samples: Iterable[HubSample], pattern: str | None, size: int | None = None
) -> tuple[HubSample, ...]:
    """Return the samples that a glob chooses, or several separated by commas, with `size` bytes if given.

    A glob is matched with names; a title or group chooses, too, as in `Corpus.select`.

    Raises:
        CorpusError: one of the globs matches none.
    """
    listed = tuple(samples)
    called = [(sample.title, sample.group) for sample in listed]
    names = set(select_names([sample.name for sample in listed], pattern, "category of the recipe", called))
    chosen = tuple(sample for sample in listed if sample.name in names)
    return chosen if size is None else tuple(replace(sample, bytes=size) for sample in chosen)
