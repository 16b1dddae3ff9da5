"""Where a result comes from: versions, date, options, the tokenizer's file, the samples counted, the splitting."""

from __future__ import annotations

import json
import platform
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import bpeinfer
from bpeinfer.corpora.corpus import STARTER, STARTER_FOLDER, Category, Corpus
from bpeinfer.corpora.sources import FromFiles, Source, TallyFile
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.files import digest, shown
from bpeinfer.loading import Tokenizer

__all__ = ["describe_run", "describe_tokenizer", "environment"]


def environment() -> dict[str, Any]:
    """Return the versions that affect a result: bpeinfer, Python, Unicode, the system, the libraries it runs on."""
    return {
        "bpeinfer": bpeinfer.__version__,
        "python": platform.python_version(),
        "unicode": unicodedata.unidata_version,
        "platform": f"{platform.system()} {platform.machine()}",
        "libraries": _libraries(),
    }


def describe_tokenizer(tokenizer: Tokenizer) -> dict[str, Any]:
    """Return plain data on a tokenizer's origin: its file, and the hashes of its files and its learned merges."""
    provenance = tokenizer.provenance
    return {
        "source": provenance.source,
        "name": tokenizer.name,
        "format": provenance.format,
        "repository": provenance.repository,
        "revision": provenance.revision,
        "file": provenance.file,
        "sha256": provenance.sha256,
        "files": dict(provenance.files),
        "merges": len(tokenizer.merges),
        "merges_sha256": tokenizer.merges.sha256,
    }


def describe_run(
    tokenizer: Tokenizer,
    samples: Corpus | AnyCounts,
    counts: AnyCounts,
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Return plain data on a run.

    Args:
        tokenizer: the one whose splitting rules were used.
        samples: what the caller gave.
        counts: the counts of the samples that were used.
        options: the arguments of `infer` that affect the result.
    """
    pretokenizer = tokenizer.pretokenizer
    return environment() | {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": None,
        "options": dict(options),
        "pretokenizer": {
            "description": pretokenizer.description,
            "origin": tokenizer.pretokenizer_origin,
            "fingerprint": pretokenizer.fingerprint,
        },
        "corpus": _corpus(samples, counts),
    }


def _libraries() -> dict[str, str]:
    """Return the version of every library that bpeinfer always needs, by name."""
    try:
        needed = [line for line in requires("bpeinfer") or () if "extra ==" not in line]
    except PackageNotFoundError:  # run from a folder, never installed
        return {}
    versions = {}
    for name in sorted(re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in needed):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


def _corpus(samples: Corpus | AnyCounts, counts: AnyCounts) -> dict[str, Any]:
    categories = samples.categories if isinstance(samples, Corpus) else ()
    by_name = {category.name: category for category in categories}
    hashes = counts.text_sha256 or (None,) * len(counts.categories)
    described = [
        {
            "name": name,
            "sha256": sha256,
            "bytes": int(size),
            "documents": int(documents),
            "files": _files(by_name.get(name)),
            "licences": _licences(by_name.get(name)),
        }
        for name, sha256, size, documents in zip(
            counts.categories, hashes, counts.category_bytes, counts.documents, strict=True
        )
    ]
    return {
        "origin": samples.origin if isinstance(samples, Corpus) else "counts",
        "pack": _pack(by_name.values()),
        "options": dict(samples.options) if isinstance(samples, Corpus) else {},
        "layout": str(samples.layout) if isinstance(samples, Corpus) else "",
        "bytes": int(counts.category_bytes.sum()),
        "documents": int(counts.documents.sum()),
        "categories": described,
    }


def _files(category: Category | None) -> list[dict[str, Any]]:
    """Return the files of a category, each once, relative to the category's folder if it has one."""
    if category is None:
        return []
    found = {}
    for source in category.sources:
        for path, size in _paths(source):
            folder = path.parent.name
            found[path] = {
                "name": f"{shown(folder)}/{shown(path.name)}"
                if folder == category.name
                else shown(path.name),
                "bytes": size,
            }
    return list(found.values())


def _paths(source: Source) -> list[tuple[Path, int]]:
    if isinstance(source, TallyFile):
        return [(source.path, source.size)]
    return [(file.path, file.size) for file in source.files] if isinstance(source, FromFiles) else []


def _licences(category: Category | None) -> list[str]:
    """Return the licences that a manifest names for a category's sources, each once."""
    origins = category.origins if category else ()
    return sorted({str(origin["licence"]) for origin in origins if origin.get("licence")})


def _pack(categories: Iterable[Category]) -> dict[str, Any] | None:
    """Return the name, version and manifest's sha256 of the pack that ships with bpeinfer, if any sample is from it."""
    files = [path for category in categories for source in category.sources for path, _ in _paths(source)]
    if not any(STARTER_FOLDER in path.parents for path in files):
        return None
    manifest = (STARTER_FOLDER / "manifest.json").read_bytes()
    return {"name": STARTER, "version": json.loads(manifest)["version"], "sha256": digest(manifest)}
