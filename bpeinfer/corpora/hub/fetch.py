"""Samples from the hub → a folder of categories: drawn by a seed, resumed after interruptions, with provenance.

A category's text is written part by part, each as a separate frame of a .jsonl.zst file; a journal next to it lists
the parts. After an interruption at any point, the next run cuts the file where the journal ends and continues: the
documents are the same as in an uninterrupted run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import platformdirs

from bpeinfer.corpora.folders import read_manifest
from bpeinfer.corpora.hub.dataset import HubDataset
from bpeinfer.corpora.hub.drawing import Drawing, Run
from bpeinfer.corpora.hub.journal import Journal
from bpeinfer.corpora.hub.sample import HubSample, find_recipe, select_samples
from bpeinfer.corpora.text_files import chooses
from bpeinfer.errors import CorpusError, OutputError
from bpeinfer.files import locked, make_folder, reading, shown, write_file
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.progress import SILENT, Progress

__all__ = ["fetch_corpus", "fetch_into_cache", "samples_cache"]

WORKERS = 8
"""Number of categories fetched at once: most of the time is spent waiting for the hub."""

_PART = 1 << 20


def fetch_corpus(
    recipe: str | Path | Sequence[HubSample],
    output: str | Path,
    *,
    categories: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    workers: int = WORKERS,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = SILENT,
) -> Path:
    """Fetch the samples of a recipe from the hub into a folder that `load_corpus` reads.

    Args:
        recipe: a .toml file, ``bundled:NAME``, ``hub:OWNER/NAME[@REVISION][/CONFIG]#COLUMN``, or samples.
        output: the folder, created if necessary; its manifest says where each text comes from. What it already has is
            kept, if it is complete and the recipe has not changed.
        categories: only those that this glob chooses, or several separated by commas; see `Corpus.select`.
        limit: bytes of text for each category, instead of the recipe's.
        seed: decides which files, row groups and lines are taken.
        workers: number of categories fetched at once.
        limits: the limits on the hub's answers, lines and expansion.
        progress: receives a callback for each part, in bytes of text.

    Raises:
        CorpusError: there is no such recipe, or some categories cannot be fetched; the others are kept, and the next
            run continues.
        OutputError: the folder cannot be written.
    """
    samples = find_recipe(str(recipe), limits) if isinstance(recipe, str | Path) else tuple(recipe)
    samples = select_samples(samples, categories, limit)
    place = Path(output)
    make_folder(place)
    with locked(place / ".fetching"):
        run = Run(place, seed, limits, progress)
        progress.start("fetching samples", total=float(sum(sample.bytes for sample in samples)), unit="B")
        failed = _all(run, samples, workers)
    if failed:
        first = next(sample for sample in samples if sample.name in failed)
        if len(samples) == 1:
            raise CorpusError(failed[first.name])
        raise CorpusError(
            f"{len(failed)} of {len(samples)} categories could not be fetched: {failed[first.name]}"
            + (f" (and {', '.join(sorted(set(failed) - {first.name}))})" if len(failed) > 1 else "")
            + (f"; the others are in {shown(place)}" if len(failed) < len(samples) else "")
        )
    return place


def fetch_into_cache(
    recipe: str,
    *,
    categories: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = SILENT,
) -> Path:
    """Fetch samples into the user's cache, once for each recipe, limit and seed, and return the folder.

    Raises:
        CorpusError, OutputError: as in `fetch_corpus`.
    """
    samples = select_samples(find_recipe(recipe, limits), None, limit)
    if categories:  # other samples may have those that this recipe lacks
        samples = tuple(
            sample for sample in samples if chooses(categories, sample.name, sample.title, sample.group)
        )
    if not samples:
        raise CorpusError(
            f"{recipe}: {categories!r} matches none of its categories; add some, or leave this recipe out"
        )
    told = "".join(sample.fingerprint(seed) + sample.group + sample.title for sample in samples)
    cache = samples_cache()
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{shown(cache)}: cannot be made ({error.strerror}); check the user's cache"
        ) from error
    folder = cache / hashlib.sha256(told.encode()).hexdigest()[:16]
    return fetch_corpus(samples, folder, seed=seed, limits=limits, progress=progress)


def samples_cache() -> Path:
    """Return where samples named directly are kept: ``bpeinfer/samples`` in the user's cache."""
    return platformdirs.user_cache_path("bpeinfer", appauthor=False) / "samples"


def _all(run: Run, samples: Sequence[HubSample], workers: int) -> dict[str, str]:
    """Fetch all samples; return the failures, name → reason."""
    failed: dict[str, str] = {}
    pool = ThreadPoolExecutor(max(1, min(workers, len(samples))))
    try:
        waiting = {pool.submit(_fetch, run, sample): sample for sample in samples}
        for done in as_completed(waiting):
            try:
                done.result()
            except CorpusError as error:
                failed[waiting[done].name] = str(error)
    finally:  # Ctrl-C: running fetches stop after their current part, the rest do not begin
        run.stopped.set()
        pool.shutdown(cancel_futures=True)
    return failed


def _fetch(run: Run, sample: HubSample) -> None:
    """Fetch one category, unless it exists already."""
    file = run.folder / f"{sample.name}.jsonl.zst"
    fingerprint = sample.fingerprint(run.seed)
    with run.lock:
        there = _manifest(run).get(sample.name, {})
    if file.exists() and not there.get("fetched"):
        raise CorpusError(f"{sample.name}: {shown(file)} exists but was not fetched; choose another folder")
    if there.get("fetched") == fingerprint and file.exists() and _sha256(file) == there.get("sha256"):
        run.advance(sample.bytes, sample.name)
        return
    journal = Journal.open(run.folder, sample.name, fingerprint)
    run.advance(journal.bytes, sample.name)
    dataset = HubDataset.find(sample, journal.commit, run.limits)
    journal.commit = dataset.commit
    try:
        Drawing(run, sample, dataset, journal).draw()
    finally:
        journal.save()
    if not journal.rows:
        raise CorpusError(
            f"{sample}: no text in column {sample.column!r}; name the column that holds the text"
        )
    _finish(run, sample, file, journal)


def _finish(run: Run, sample: HubSample, file: Path, journal: Journal) -> None:
    """Move the text into place and add it to the manifest."""
    source = {
        "name": sample.dataset,
        "register": sample.register,
        "licence": sample.licence,
        "registry": "hub",
        "package": sample.dataset,
        "version": journal.commit,
        "config": sample.config,
        "column": sample.column,
        "seed": run.seed,
        "bytes": journal.bytes,
        "documents": journal.rows,
        "files": dict(sorted(journal.files.items())),
    }
    entry = {
        "name": sample.name,
        "file": file.name,
        "group": sample.group,
        "title": sample.title,
        "bytes": journal.bytes,
        "sha256": _sha256(journal.part),
        "fetched": journal.fingerprint,
        "sources": [{key: value for key, value in source.items() if value != ""}],
    }
    with run.lock:
        entries = _manifest(run) | {sample.name: entry}
        journal.part.replace(file)
        document = {"categories": [entries[name] for name in sorted(entries)]}
        write_file(run.folder / "manifest.json", json.dumps(document, indent=1).encode())
    journal.path.unlink(missing_ok=True)


def _manifest(run: Run) -> dict[str, dict[str, Any]]:
    """Return the entries of the folder's manifest by name, none if there is no manifest."""
    path = run.folder / "manifest.json"
    if not path.exists():
        return {}
    return {entry["name"]: dict(listed) for entry, listed in read_manifest(path, run.limits)}


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with reading(path, CorpusError), path.open("rb") as file:
        for data in iter(lambda: file.read(_PART), b""):
            found.update(data)
    return found.hexdigest()
