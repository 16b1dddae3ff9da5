"""Counts that are shared: a folder of tally files → a pack on the hub, and back."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bpeinfer.corpora.folders import Entry, entries_of, read_manifest
from bpeinfer.corpora.hub.counts_pack import CountsPack, asking_for_pack, fetched, pack_name, sha256_of
from bpeinfer.corpora.sources import TALLY
from bpeinfer.corpora.text_files import chooses
from bpeinfer.counting.tally_files import Tally, check_name, read_tally
from bpeinfer.errors import CorpusError
from bpeinfer.files import make_folder, shown, write_file, writing_file
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.loading import GivenTokenizer, as_pretokenizer
from bpeinfer.loading.hub_requests import patiently, status_of
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.progress import SILENT, Progress

__all__ = ["pull_counts", "push_counts"]

_Packed = tuple[Path, dict[str, Any]]

_CARD = """---
license: other
tags: [bpeinfer, pretoken-counts]
---
# Counts of pretokens

Tally files of bpeinfer: how often each pretoken occurs in samples of text, category by category. Each folder is for one
way of splitting text; its manifest.json says which, and states the sources and licences of each category's text. Use
them with `bpeinfer infer TOKENIZER --corpus hub-counts:{dataset}`.
"""


def push_counts(
    folder: str | os.PathLike[str],
    dataset: str,
    *,
    licence: str = "",
    private: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = SILENT,
) -> str:
    """Add a folder of tally files, from `tally_corpus`, to a pack on the hub.

    Categories that the pack already has for the same way of splitting text are replaced; others stay.

    Args:
        folder: with a manifest, or a tally file for each category.
        dataset: OWNER/NAME of the data set, made if necessary. The client's token (HF_TOKEN) must allow writing.
        licence: of the texts of categories whose manifest states none.
        private: whether a new data set is private.
        limits: on what is read.
        progress: receives a callback for each category.

    Returns:
        the commit (hex) that has the counts.

    Raises:
        CorpusError: a category is not a tally file, is there twice or has no licence; the hub refuses; or someone else
            has pushed at the same time.
        TallyError: a tally file is damaged.
    """
    import huggingface_hub as hub
    from huggingface_hub import constants

    name, revision = pack_name(dataset)
    if revision is not None:
        raise CorpusError(f"{dataset}: counts are pushed to the newest revision; leave out @{revision}")
    progress.start("checking counts")
    packed: dict[str, dict[str, _Packed]] = {}
    for entry in entries_of(Path(folder), limits):
        path, tally = _tally_of(entry, limits)
        described = _described(path, tally, entry, licence)
        of_split = packed.setdefault(tally.pretokenizer, {})
        if described["name"] in of_split:
            raise CorpusError(
                f"{shown(path)}: another file has counts of category {described['name']!r}, split in the same way; "
                "tally all its text at once"
            )
        of_split[described["name"]] = (path, described)
        progress.advance(1, entry.name)
    api = hub.HfApi(endpoint=constants.ENDPOINT)
    progress.start("uploading counts")
    with asking_for_pack(dataset, limits):
        api.create_repo(name, repo_type="dataset", private=private, exist_ok=True)
        info = patiently(lambda: api.dataset_info(name), dataset)
        there = {str(sibling.rfilename) for sibling in info.siblings or []}
        added = _added(packed, name, str(info.sha), there, limits)
        operations = [
            hub.CommitOperationAdd(path, str(data) if isinstance(data, Path) else data)
            for path, data in added.items()
        ]
        try:
            made = api.create_commit(
                name,
                operations,
                commit_message=f"Counts of {sum(map(len, packed.values()))} categories",
                repo_type="dataset",
                parent_commit=info.sha,
            )
        except Exception as error:
            if status_of(error) not in (409, 412):
                raise
            raise CorpusError(
                f"{dataset}: someone else pushed at the same time, and nothing was changed; push again"
            ) from error
    return str(made.oid)


def _added(
    packed: Mapping[str, Mapping[str, _Packed]], dataset: str, commit: str, there: set[str], limits: Limits
) -> dict[str, Path | bytes]:
    """Return the files to add to a data set, each by its path there; its manifests keep other categories.

    Args:
        packed: fingerprint → category → its file, and what the manifest says of it.
        dataset, commit: as it is.
        there: the files that it has.
        limits: on what the hub sends.
    """
    added: dict[str, Path | bytes] = {}
    if "README.md" not in there:
        added["README.md"] = _CARD.replace("{dataset}", dataset).encode()
    for fingerprint, categories in packed.items():
        manifest = f"{fingerprint}/manifest.json"
        listed: dict[str, Any] = {}
        if manifest in there:
            old = fetched(dataset, dataset, commit, manifest, limits)
            listed = {entry["name"]: dict(whole) for entry, whole in read_manifest(old, limits)}
        listed |= {category: told for category, (_, told) in categories.items()}
        document = {"version": 1, "categories": [listed[category] for category in sorted(listed)]}
        added[manifest] = json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"
        added |= {f"{fingerprint}/{told['file']}": path for path, told in categories.values()}
    return added


def pull_counts(
    pack: str,
    pretokenizer: Pretokenizer | GivenTokenizer,
    output: str | os.PathLike[str],
    *,
    categories: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = SILENT,
) -> Path:
    """Fetch the counts of a pack that fit a tokenizer into a folder that `load_corpus` reads, all or none.

    Args:
        pack: ``hub-counts:OWNER/NAME[@REVISION]``, or without the prefix.
        pretokenizer: the tokenizer's pre-tokenizer, or the tokenizer itself, or a source of one.
        output: the folder, created if necessary (but not its parents).
        categories: only those that this glob chooses, or several separated by commas; see `Corpus.select`.
        limits: on what the hub sends and on the counts.
        progress: receives a callback for each category.

    Returns:
        the folder.

    Raises:
        CorpusError: the pack has no counts for this way of splitting text, or the hub does not deliver.
        OutputError: `output` cannot be created, or a file in it cannot be written.
    """
    splitting, place = as_pretokenizer(pretokenizer), Path(output)
    found = CountsPack.find(pack, limits)
    names = [
        name
        for name in found.tallies
        if not categories or chooses(categories, name, **found.title_and_group(name))
    ]
    if not names:
        raise CorpusError(
            f"{pack}: {categories!r} matches none of its categories ({', '.join(found.tallies)})"
        )
    fingerprint = splitting.fingerprint
    for name in names:
        check_name(name)
        found.tallies[name].split_for(fingerprint, splitting.description)
    progress.start("fetching counts", total=float(len(names)))
    files: dict[str, Path] = {}
    for name in names:  # all into the client's cache first: a failure on the way leaves the folder as it was
        files[name] = found.tallies[name].file_for(fingerprint, splitting.description).path
        read_tally(files[name], limits)
        progress.advance(1, name)
    make_folder(place)
    for name, path in files.items():
        with writing_file(place / f"{name}{TALLY}") as stream, path.open("rb") as source:
            shutil.copyfileobj(source, stream)
    listed = [{**found.notes[name][fingerprint], "file": f"{name}{TALLY}"} for name in names]
    for entry in listed:
        entry.pop("sha256", None)
        entry.pop("splitting", None)
    origin = {"pack": found.dataset, "commit": found.commit}
    manifest = {"version": 1, "fetched": origin, "categories": listed}
    write_file(place / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False).encode() + b"\n")
    return place


def _tally_of(entry: Entry, limits: Limits) -> tuple[Path, Tally]:
    """Return the only file of a category, and what it has."""
    if len(entry.files) != 1 or entry.files[0].suffix != TALLY:
        raise CorpusError(
            f"category {entry.name!r}: {shown(entry.files[0]) if entry.files else 'it'} is not the one {TALLY} file of "
            "counts expected; make it with `bpeinfer tally`"
        )
    return entry.files[0], read_tally(entry.files[0], limits)


def _described(path: Path, tally: Tally, entry: Entry, licence: str) -> dict[str, Any]:
    """Return what the manifest of a pack says of a category."""
    name = tally.category or entry.name
    check_name(name)
    sources: list[Mapping[str, object]] = list(entry.sources)
    if not any(source.get("licence") for source in sources):
        if not licence:
            raise CorpusError(
                f"category {name!r}: its manifest states no licence of the text (`sources`, each with `licence`); "
                "state it there, or give one for all with --licence"
            )
        sources = [{**source, "licence": licence} for source in sources or [{"name": name}]]
    return {
        "name": name,
        "group": tally.group,
        "title": tally.title,
        "file": f"{name}{TALLY}",
        "sha256": sha256_of(path),
        "splitting": tally.description,
        "bytes": tally.counts.text_bytes,
        "documents": tally.counts.documents,
        "text_sha256": tally.counts.text_sha256,
        "dropped": tally.dropped,
        "sources": sources,
    }
