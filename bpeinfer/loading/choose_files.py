"""Which files of a folder or a repository are its tokenizer, by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from bpeinfer.loading.slow_classes import CONFIG

__all__ = ["BEST_FIRST", "choose_files", "gguf_models", "note_of_others", "passed_over"]

BEST_FIRST = (
    ("tokenizer.json",),
    ("tokenizer.model",),
    ("tekken.json",),
    ("*.tiktoken",),
    ("merges.txt", "vocab.json", CONFIG),
    ("vocab.bpe", "encoder.json", CONFIG),
    ("tekken*.json",),
    ("*.model",),
    ("*.model.v*",),
)
"""Name patterns of the files that make up a tokenizer, the richest format first; all but the first are optional."""

NAMED = 5
"""Other tokenizers beside the chosen one that a note names."""
PROJECTOR = "mmproj"
"""How names of GGUF files begin that have no tokenizer but what feeds pictures to the model beside them."""
CONTINUED = re.compile(r"-(?!00001-)\d{5}-of-\d{5}\.gguf$")
"""Names of a split model's files behind the first, which has the tokenizer (llama.cpp's gguf-split)."""


def choose_files(names: list[str]) -> list[str]:
    """Pick the files of the best tokenizer from a repository's file names; outer folders take precedence.

    Example:
        >>> choose_files(["model.safetensors", "merges.txt", "vocab.json", "sub/tokenizer.json"])
        ['merges.txt', 'vocab.json']
        >>> choose_files(["README.md"])
        []
    """
    folders: dict[str, list[str]] = {}
    for name in sorted(names):
        folders.setdefault(str(PurePosixPath(name).parent), []).append(name)
    for folder in sorted(folders, key=lambda folder: (folder != ".", folder.count("/"), folder)):
        for patterns in BEST_FIRST:
            found = [
                next(
                    (name for name in folders[folder] if fnmatchcase(PurePosixPath(name).name, pattern)), None
                )
                for pattern in patterns
            ]
            if found[0] is not None:
                return [name for name in found if name is not None]
    return []


def passed_over(names: list[str], chosen: str) -> list[str]:
    """Return the tokenizers beside the chosen one that only their names tell from it.

    Example:
        >>> passed_over(["tekken_1.json", "tekken_2.json", "a.model", "README.md"], "tekken_1.json")
        ['tekken_2.json', 'a.model']
        >>> passed_over(["tokenizer.json", "a.model"], "tokenizer.json")
        []
    """
    by_any_name = [first for first, *_ in BEST_FIRST if "*" in first]
    usual = {first for first, *_ in BEST_FIRST}
    folder = PurePosixPath(chosen).parent
    alike = [
        str(path)
        for path in map(PurePosixPath, names)
        if path.parent == folder
        and path.name not in usual
        and any(fnmatchcase(path.name, pattern) for pattern in by_any_name)
    ]
    return [name for name in alike if name != chosen] if chosen in alike else []


def note_of_others(place: str, read: str, others: Sequence[str]) -> tuple[str, ...]:
    """Return the note, or none, that there are other tokenizers beside the one that was read."""
    if not others:
        return ()
    named = ", ".join(others[:NAMED]) + (", …" if len(others) > NAMED else "")
    return (f"the {place} has {len(others) + 1} tokenizers; read {read}, not {named}",)


def gguf_models(names: Sequence[str]) -> list[str]:
    """Return the GGUF files that may have a tokenizer of their own; the first is the one to read.

    Example:
        >>> gguf_models(["m-00001-of-00002.gguf", "m-00002-of-00002.gguf", "mmproj-m.gguf", "other.gguf"])
        ['m-00001-of-00002.gguf', 'other.gguf']
    """
    models = [name for name in names if name.endswith(".gguf") and not name.startswith(PROJECTOR)]
    return models[:1] + [name for name in models[1:] if not CONTINUED.search(name)]
