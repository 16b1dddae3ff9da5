"""Where samples come from: folders, files, globs, the starter pack → a `Corpus`."""

from __future__ import annotations

import glob as globbing
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from bpeinfer.corpora.corpus import STARTER, STARTER_FOLDER, Category, Corpus
from bpeinfer.corpora.folders import Entry, entries_of
from bpeinfer.corpora.hub.counts_pack import HUB_COUNTS, entries_of_pack
from bpeinfer.corpora.hub.fetch import fetch_into_cache, samples_cache
from bpeinfer.corpora.hub.sample import HUB, is_recipe
from bpeinfer.corpora.sources import TALLY, FromFiles, Sampled, Source, TallyFile
from bpeinfer.corpora.text_files import Errors, TextFile, chooses, matches, split_globs, split_name
from bpeinfer.corpora.word_lists import is_word_list
from bpeinfer.corpora.words_to_text import Strung
from bpeinfer.errors import CorpusError
from bpeinfer.files import shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.near_names import did_you_mean_file
from bpeinfer.progress import SILENT, Progress

__all__ = ["load_corpus", "starter_corpus"]


def load_corpus(
    paths: str | Path | Sequence[str | Path],
    *,
    text_field: str = "text",
    categories: str | None = None,
    sources: str | None = None,
    errors: Errors = "strict",
    limit: int | None = None,
    seed: int = 0,
    minimum: int = 2,
    limits: Limits = DEFAULT_LIMITS,
    whole: bool = False,
    progress: Progress = SILENT,
) -> Corpus:
    """Find the category samples under one or several paths; text is read only when it is counted.

    Samples from the hub are fetched into the user's cache right away; see `bpeinfer.corpora.hub.fetch`.

    Args:
        paths: folders (one sub-folder or file for each category), files (one category each), globs of them, or
            ``bundled:starter``; for the hub, a recipe (.toml), ``hub:OWNER/NAME[@REVISION][/CONFIG]#COLUMN``, or
            counts that someone has shared, ``hub-counts:OWNER/NAME[@REVISION]``. A
            category found in several paths has the text of all of them. A pipe is read once, as .txt if its name has
            no suffix.
        text_field: the field of a .jsonl line that contains the text (in your own files).
        categories: keep only the categories whose names match this glob, or several separated by commas; a title
            (``French``) or a group (``code``) chooses its categories, too.
        sources: keep only the documents whose source matches this glob, or several separated by commas, and the
            categories that have any. The source is the field ``source`` of a .jsonl line, else the file's name.
        errors: what to do with bytes that are not UTF-8: "strict" raises, "replace" counts U+FFFD for them.
        limit: take at most this many bytes of each category, as a random choice of documents by `seed`.
        minimum: the least number of categories; a mixture needs two.
        limits: how long lines may be, and how much compressed files may expand.
        whole: whether a folder without a manifest is one category, with everything in it.
        progress: receives a callback for each part fetched from the hub.

    Raises:
        CorpusError: a path is missing, a suffix unknown, a category empty, `limit` below 1, or too few
            categories remain; or the hub does not deliver.
    """
    if limit is not None and limit < 1:
        raise CorpusError(f"limit is {limit} bytes of each category, expected 1 or more")
    if not isinstance(paths, str | os.PathLike | Iterable):
        raise CorpusError(f"paths are of type {type(paths).__name__}, expected a path or a list of paths")
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    globs = tuple(split_globs(sources)) if sources else ()
    found: dict[str, list[Entry]] = {}
    for path in given:
        fetched = partial(
            fetch_into_cache, categories=categories, limit=limit, seed=seed, limits=limits, progress=progress
        )
        entries = _entries(str(path), fetched, limits, whole)
        if len(given) > 1:
            _require_some(path, entries, categories)
        for entry in entries:
            if kept := _of_sources(entry, globs):
                found.setdefault(entry.name, []).append(kept)
    origin = ", ".join(map(shown, given))
    if globs and not found:
        raise CorpusError(f"{origin}: no source matches {sources!r}; see `bpeinfer corpus ls`")

    def category(name: str, entries: list[Entry]) -> Category:
        files = [file for entry in entries for file in entry.files]
        counts = tuple(entry.counts for entry in entries if entry.counts is not None)
        if counts and limit is not None:
            raise _limited(name, counts[0].name)
        notes = {key: value for entry in entries for key, value in entry.notes.items()}
        return Category(
            name,
            (*counts, *_sources(name, files, text_field, errors, limit, seed, limits, globs)),
            notes.get("group", ""),
            notes.get("title", ""),
            tuple(source for entry in entries for source in entry.sources),
            sum(entry.bytes for entry in entries),
        )

    made = tuple(category(name, entries) for name, entries in sorted(found.items()))
    options = {"text_field": text_field, "categories": categories, "sources": sources, "errors": errors}
    corpus = Corpus(made, origin, options=options | {"limit": limit, "seed": seed}).select(categories)
    corpus.require(minimum)
    return corpus


def _require_some(path: str | Path, entries: list[Entry], categories: str | None) -> None:
    """Refuse given samples that the choice of categories leaves out entirely.

    Raises:
        CorpusError: none of the entries is chosen.
    """
    if not categories:
        return
    if not any(
        chooses(categories, entry.name, entry.notes.get("title", ""), entry.notes.get("group", ""))
        for entry in entries
    ):
        names = ", ".join(sorted(entry.name for entry in entries)[:5])
        raise CorpusError(
            f"{shown(path)}: {categories!r} matches none of its categories ({names}); add some, or "
            "leave this path out"
        )


def starter_corpus(categories: str | Iterable[str] | None = None) -> Corpus:
    """Return the samples that ship with the package: English prose, other languages, code.

    Args:
        categories: names or globs, separated by commas or one by one (None: all).

    Raises:
        CorpusError: one of them matches no category.
    """
    chosen = categories if categories is None or isinstance(categories, str) else ",".join(categories)
    return load_corpus(STARTER, categories=chosen)


def _field(file: Path, text_field: str) -> str:
    ours = STARTER_FOLDER in file.parents or samples_cache() in file.parents
    return "text" if ours else text_field


def _of_sources(entry: Entry, globs: tuple[str, ...]) -> Entry | None:
    """Return the part of an entry that may have one of these sources, or None if there is none."""
    if not globs:
        return entry
    named = tuple(source for source in entry.sources if matches(str(source.get("name", "")), globs))
    if entry.sources and not named:
        return None
    # The documents of a .jsonl file name their sources themselves; any other file is one source.
    files = tuple(
        file for file in entry.files if split_name(file)[1] == ".jsonl" or matches(split_name(file)[0], globs)
    )
    size = sum(size for source in named if isinstance(size := source.get("bytes"), int))
    return replace(entry, files=files, sources=named, bytes=size) if files else None


def _entries(path: str, fetched: Callable[[str], Path], limits: Limits, whole: bool) -> list[Entry]:
    """Return the categories of a path, or of a pack of counts on the hub."""
    if path.startswith(HUB_COUNTS):
        return list(entries_of_pack(path, limits))
    return [entry for place in _places(path, fetched) for entry in entries_of(place, limits, whole)]


def _places(path: str, fetched: Callable[[str], Path]) -> list[Path]:
    """Return the files and folders that a path stands for; `fetched` fetches samples from the hub."""
    return [fetched(path)] if path.startswith(HUB) or is_recipe(path) else _expand(path)


def _expand(path: str) -> list[Path]:
    if path == STARTER:
        return [STARTER_FOLDER]
    if os.path.exists(path):
        return [Path(path)]
    matches = sorted(globbing.glob(path, recursive=True))  # noqa: PTH207 - takes absolute patterns too
    if not matches:
        wild = any(sign in path for sign in "*?[")
        raise CorpusError(
            f"corpus {shown(path)!r}: {'nothing matches' if wild else 'no such file or folder'}; "
            f"give a folder with one sub-folder or file for each category, or {STARTER}"
            + ("" if wild else did_you_mean_file(path))
        )
    return [Path(match) for match in matches]


def _sources(
    name: str,
    files: list[Path],
    text_field: str,
    errors: Errors,
    limit: int | None,
    seed: int,
    limits: Limits,
    globs: tuple[str, ...],
) -> tuple[Source, ...]:
    tallies = tuple(TallyFile.find(path, limits) for path in files if split_name(path)[1] == TALLY)
    found = [
        replace(TextFile.find(path, _field(path, text_field), errors, limits), sources=globs)
        for path in files
        if split_name(path)[1] != TALLY
    ]
    lists = [file for file in found if is_word_list(file.path, limits)]
    running = tuple(file for file in found if file not in lists)
    if not files:
        return ()
    texts: tuple[FromFiles, ...] = (*running, *(Strung(file, running, seed) for file in lists))
    if limit is None:
        return (*tallies, *texts)
    if tallies:
        raise _limited(name, shown(tallies[0].path))
    return (Sampled(texts, limit, seed),)


def _limited(name: str, counts: str) -> CorpusError:
    return CorpusError(
        f"category {name!r}: a byte limit cannot be applied to counts ({counts}); "
        "leave the limit out or give the text"
    )
