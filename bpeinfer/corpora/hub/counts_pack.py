"""Packs of counts on the hub: a data set with tally files of the same categories for several ways of splitting text.

For each way of splitting there is a folder, named by the pre-tokenizer's fingerprint, with a tally file for each
category and a ``manifest.json`` that says how text was split, what was counted, under which licences, and each file's
sha256.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bpeinfer.corpora.folders import Entry, read_manifest
from bpeinfer.corpora.sources import ChosenTally, TallyFile
from bpeinfer.errors import CorpusError
from bpeinfer.files import reading
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.loading.hub_errors import in_our_words
from bpeinfer.loading.hub_requests import guarded, patiently

__all__ = [
    "HUB_COUNTS",
    "CountsPack",
    "HubTally",
    "asking_for_pack",
    "entries_of_pack",
    "fetched",
    "pack_name",
    "sha256_of",
]

HUB_COUNTS = "hub-counts:"
"""Prefix of the name of a pack of counts on the hub, wherever samples are expected."""

MANIFEST = "manifest.json"

_NAME = re.compile(
    r"(?:hub-counts:)?(?P<dataset>[\w.-]+/[\w.-]+)(?:@(?P<revision>refs/pr/\d+|[^/#@]+))?", re.DOTALL
)
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class PackedSplit:
    """The counts of one category, split in one way.

    Attributes:
        fingerprint, description: of the pre-tokenizer.
        path: the tally file in the data set.
        sha256: its hash (hex).
    """

    fingerprint: str
    description: str
    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class HubTally:
    """The counts of one category in a pack; the file is fetched when it is known how text is split.

    Attributes:
        pack: the pack's name, for messages.
        dataset, commit: where it is.
        category: the category's name.
        splits: the ways of splitting for which there are counts.
        limits: on what the hub sends and on the counts.
    """

    pack: str
    dataset: str
    commit: str
    category: str
    splits: tuple[PackedSplit, ...]
    limits: Limits = field(default=DEFAULT_LIMITS, repr=False)

    def file_for(self, fingerprint: str, description: str) -> TallyFile:
        """Fetch the tally file for a way of splitting text, unless it has been fetched before.

        Raises:
            CorpusError: there is none, or the hub does not deliver the file that the manifest names.
        """
        split = self.split_for(fingerprint, description)
        path = fetched(self.pack, self.dataset, self.commit, split.path, self.limits)
        if sha256_of(path) != split.sha256:
            raise CorpusError(
                f"{self.pack}: {split.path} is not the file that its manifest names (sha256); tell its owner, "
                "or give another @revision"
            )
        return TallyFile.find(path, self.limits)

    def split_for(self, fingerprint: str, description: str) -> PackedSplit:
        """Return the counts for a way of splitting text, without fetching them.

        Raises:
            CorpusError: there are none.
        """
        for split in self.splits:
            if split.fingerprint == fingerprint:
                return split
        held = "; ".join(f"{split.fingerprint[:12]}… ({split.description})" for split in self.splits)
        raise CorpusError(
            f"{self.pack}: no counts of {self.category!r} for this tokenizer's way of splitting text "
            f"({fingerprint[:12]}…, {description}), only for {held}; give the text itself, or count it (bpeinfer "
            "tally) and add the counts to the pack (bpeinfer counts push)"
        )


@dataclass(frozen=True, kw_only=True)
class CountsPack:
    """What a pack has.

    Attributes:
        name: as the user wrote it.
        dataset, commit: where it is.
        notes: category → fingerprint → what the manifest says of these counts (group, title, sources).
        tallies: category → its counts.
    """

    name: str
    dataset: str
    commit: str
    notes: dict[str, dict[str, dict[str, Any]]]
    tallies: dict[str, HubTally]

    @classmethod
    def find(cls, text: str, limits: Limits = DEFAULT_LIMITS) -> CountsPack:
        """Ask the hub what a pack has; only manifests are fetched.

        Args:
            text: ``hub-counts:OWNER/NAME[@REVISION]``.
            limits: on what the hub sends.

        Raises:
            CorpusError: not a name of a pack; no such data set or revision, or a gated one; or it has no counts.
        """
        import huggingface_hub as hub
        from huggingface_hub import constants

        dataset, revision = pack_name(text)
        with asking_for_pack(text, limits):
            api = hub.HfApi(endpoint=constants.ENDPOINT)
            info = patiently(lambda: api.dataset_info(dataset, revision=revision, files_metadata=False), text)
            commit = info.sha
            if not isinstance(commit, str) or not re.fullmatch(r"[0-9a-f]{40}", commit):
                raise CorpusError(f"{text}: the hub names no commit (check HF_ENDPOINT); try again")
            paths = [str(sibling.rfilename) for sibling in info.siblings or []]
        manifests = [path for path in sorted(paths) if path.endswith(f"/{MANIFEST}")]
        manifests = [path for path in manifests if _FINGERPRINT.fullmatch(path.removesuffix(f"/{MANIFEST}"))]
        if not manifests:
            raise CorpusError(
                f"{text}: no pack of counts (no FINGERPRINT/{MANIFEST} in it); make one with `bpeinfer counts push`, "
                f"or take its text with hub:{dataset}#COLUMN"
            )
        notes: dict[str, dict[str, dict[str, Any]]] = {}
        splits: dict[str, list[PackedSplit]] = {}
        for path in manifests:
            manifest = fetched(text, dataset, commit, path, limits)
            for entry, whole in read_manifest(manifest, limits):
                split = _split(path, entry["file"], whole, text)
                notes.setdefault(entry["name"], {})[split.fingerprint] = dict(whole)
                splits.setdefault(entry["name"], []).append(split)
        tallies = {
            name: HubTally(
                pack=text,
                dataset=dataset,
                commit=commit,
                category=name,
                splits=tuple(found),
                limits=limits,
            )
            for name, found in splits.items()
        }
        return cls(name=text, dataset=dataset, commit=commit, notes=notes, tallies=tallies)

    def title_and_group(self, category: str) -> dict[str, str]:
        """Return a category's ``title`` and ``group``, as far as the manifest has them."""
        said = next(iter(self.notes[category].values()))  # how text will be split is not known yet
        return {key: str(said[key]) for key in ("group", "title") if said.get(key)}


def entries_of_pack(text: str, limits: Limits = DEFAULT_LIMITS) -> Iterator[Entry]:
    """Yield the categories of a pack; their counts are fetched when they are needed.

    Raises:
        CorpusError: as `CountsPack.find`.
    """
    pack = CountsPack.find(text, limits)
    for name, tally in pack.tallies.items():
        said = next(iter(pack.notes[name].values()))
        sources, size = said.get("sources"), said.get("bytes")
        yield Entry(
            name,
            (),
            pack.title_and_group(name),
            sources=tuple(row for row in sources if isinstance(row, dict))
            if isinstance(sources, list)
            else (),
            bytes=size if isinstance(size, int) else 0,
            counts=ChosenTally(text, tally.file_for),
        )


def pack_name(text: str) -> tuple[str, str | None]:
    """Return the data set and the revision (None: the newest) that a pack's name names.

    Raises:
        CorpusError: it is not such a name.
    """
    found = _NAME.fullmatch(text)
    if found is None:
        raise CorpusError(f"{text!r}: not the name of a pack of counts ({HUB_COUNTS}OWNER/NAME[@REVISION])")
    return found["dataset"], found["revision"]


@contextmanager
def asking_for_pack(text: str, limits: Limits) -> Iterator[None]:
    """Bound what the hub sends in this thread while the block runs, and turn errors into one line."""
    words = in_our_words(text, kind="data set", missing="", refusal=CorpusError)
    with words, guarded(text, limits):
        yield


def fetched(pack: str, dataset: str, commit: str, path: str, limits: Limits) -> Path:
    """Return a file of the data set, from the client's cache if it is there.

    Raises:
        CorpusError: the hub does not deliver it.
    """
    import huggingface_hub as hub

    fetch = partial(
        hub.hf_hub_download, dataset, path, repo_type="dataset", revision=commit, etag_timeout=limits.answer
    )
    with asking_for_pack(pack, limits):
        return Path(patiently(fetch, pack))


def sha256_of(path: Path) -> str:
    """Return the hash (hex) of a file, read piece by piece.

    Raises:
        CorpusError: it cannot be read.
    """
    with reading(path, CorpusError), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _split(manifest: str, file: str, entry: dict[str, Any], pack: str) -> PackedSplit:
    sha256, description = entry.get("sha256"), entry.get("splitting")
    if not isinstance(sha256, str) or not isinstance(description, str):
        raise CorpusError(
            f"{pack}: {manifest} is not that of a pack of counts (no sha256 or splitting of {entry.get('name')!r}); "
            "make it with `bpeinfer counts push`"
        )
    folder = manifest.removesuffix(f"/{MANIFEST}")
    return PackedSplit(fingerprint=folder, description=description, path=f"{folder}/{file}", sha256=sha256)
