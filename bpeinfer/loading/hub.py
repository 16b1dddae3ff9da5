"""The hub: ``owner/name[@revision]`` → the tokenizer files of that repository, and nothing else from it.

Everything goes through the real `huggingface_hub` client, so its settings apply: cache folder, token, offline
mode, endpoint, resumed downloads. Each file that arrives is checked against the hash that the hub gives for it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError
from bpeinfer.files import digest, read_file
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.loading.choose_files import BEST_FIRST, choose_files, note_of_others, passed_over
from bpeinfer.loading.hub_errors import first_line, in_our_words, passes
from bpeinfer.loading.hub_requests import HubError, guarded, patiently, status_of

__all__ = ["HubFiles", "download", "looks_like_hub_id", "must_be_a_file"]

RANGE_REFUSED = 416

_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?(@[\w./-]+)?\Z")


@dataclass(frozen=True)
class HubFiles:
    """Local files of one repository at one commit, the main one first."""

    repository: str
    revision: str
    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


_FILE_SUFFIXES = {".json", ".model", ".tiktoken", ".txt", ".gz", ".gguf", ".bpe"}


def looks_like_hub_id(source: str) -> bool:
    """Return whether `source` could be ``owner/name`` or ``name``, with or without ``@revision``.

    Example:
        >>> looks_like_hub_id("meta-llama/Meta-Llama-3-8B@main"), looks_like_hub_id("../tokenizer.json")
        (True, False)
    """
    return _ID.match(source) is not None


def must_be_a_file(source: str, near: str) -> bool:
    """Return whether a source that is not there is the name of a file, and not that of a repository.

    Args:
        source: what was given, such as own.jsn; openai/whisper-tiny.en is a repository.
        near: files that are called nearly like it ("" if none is).
    """
    path = Path(source)
    named = path.suffix[1:2].isalpha() and (len(path.parts) == 1 or bool(near))
    return named or path.suffix in _FILE_SUFFIXES or not looks_like_hub_id(source)


def download(
    source: str, cache_dir: str | os.PathLike[str] | None = None, limits: Limits = DEFAULT_LIMITS
) -> HubFiles:
    """Fetch the tokenizer files of a repository, or find them in the cache when offline.

    Raises:
        TokenizerNotFoundError: the repository or revision does not exist, is gated, has no tokenizer, or cannot
            be reached.
        TokenizerFileError: a file arrived damaged, or is too large for a tokenizer.
    """
    from huggingface_hub import constants

    repository, _, revision = source.partition("@")
    folder = os.fspath(cache_dir) if cache_dir is not None else None
    with in_our_words(source):
        if constants.HF_HUB_OFFLINE:
            return _from_cache(
                source, repository, revision or None, folder, "offline mode is on (HF_HUB_OFFLINE)", limits
            )
        with guarded(source, limits):
            try:
                about = patiently(lambda: _ask(source, repository, revision or None), source)
            except Exception as error:
                if not (isinstance(error, HubError) or passes(error)):
                    raise
                why = first_line(error).removeprefix(f"{source}: ")
                if not isinstance(error, HubError):
                    why = f"the hub cannot be reached ({why})"
                return _from_cache(source, repository, revision or None, folder, why, limits)
            paths = _fetch(source, about, revision or None, folder, limits)
    notes: tuple[str, ...] = ()
    if about.name != repository:
        notes = (f"the repository is now called {about.name}",)
    notes += note_of_others("repository", about.chosen[0], passed_over(list(about.sizes), about.chosen[0]))
    return HubFiles(about.name, _commit(paths[0], about.chosen[0]), paths, notes)


@dataclass(frozen=True)
class _About:
    """The hub's answer about a repository: its current name, and its tokenizer files with their sizes."""

    name: str
    chosen: tuple[str, ...]
    sizes: Mapping[str, int]


def _ask(source: str, repository: str, revision: str | None) -> _About:
    import huggingface_hub as hub

    try:
        info = hub.HfApi().model_info(repository, revision=revision, files_metadata=True)
        told = {sibling.rfilename: sibling.size for sibling in info.siblings or ()}
        name = info.id or repository
        # A name must be text, and must not lead out of the repository's folder.
        sizes = {
            file: size if isinstance(size, int) and size > 0 else 0
            for file, size in told.items()
            if isinstance(file, str) and _is_tame(file)
        }
        if not isinstance(name, str):
            raise TypeError(f"the id is {name!r}")
    except (AttributeError, KeyError, LookupError, TypeError, ValueError) as error:
        if isinstance(error, OSError) or type(error).__module__.startswith("huggingface_hub"):
            raise
        raise HubError(
            f"{source}: the hub's answer about the repository cannot be read ({first_line(error)}); "
            "check HF_ENDPOINT, try again, or give a local file"
        ) from error
    chosen = choose_files(list(sizes))
    if not chosen:
        raise TokenizerNotFoundError(
            f"{source}: a repository without a tokenizer file (looked for {_wanted()}); "
            "a GGUF file can be downloaded and given by its path"
        )
    return _About(name, tuple(chosen), sizes)


def _is_tame(file: str) -> bool:
    parts = PurePosixPath(file).parts
    return bool(parts) and not file.startswith("/") and ".." not in parts and not set(file) & set("\\\0:")


def _fetch(
    source: str, about: _About, revision: str | None, folder: str | None, limits: Limits
) -> tuple[Path, ...]:
    import huggingface_hub as hub

    for name in about.chosen:
        if about.sizes[name] > limits.download:
            raise TokenizerFileError(
                f"{source}: {name} has {about.sizes[name]:,} bytes, too large for a tokenizer "
                f"(limit {limits.download:,}; raise it with --limits download=1G)"
            )

    def fetch(name: str, anew: bool = False) -> Path:
        return Path(
            hub.hf_hub_download(
                about.name,
                name,
                revision=revision,
                cache_dir=folder,
                etag_timeout=limits.answer,
                force_download=anew,
            )
        )

    paths = []
    for name in about.chosen:
        try:
            path = patiently(partial(fetch, name), source)
        except Exception as error:
            # Part of an earlier download does not fit (416, or a wrong length): start over, once.
            if status_of(error) != RANGE_REFUSED and "Consistency check" not in str(error):
                raise
            path = patiently(partial(fetch, name, anew=True), source)
        _verify(path, source, limits)
        paths.append(path)
    return tuple(paths)


def _wanted() -> str:
    return ", ".join(patterns[0] for patterns in BEST_FIRST)


def _from_cache(
    source: str, repository: str, revision: str | None, folder: str | None, why: str, limits: Limits
) -> HubFiles:
    import huggingface_hub as hub

    try:
        snapshot = Path(
            hub.snapshot_download(repository, revision=revision, cache_dir=folder, local_files_only=True)
        )
    except Exception as error:  # the client raises one of several types when the cache has nothing
        raise TokenizerNotFoundError(
            f"{source}: no such file or folder, {why}, and {repository} is not in the cache; "
            "give a local file, or bundled:gpt2, or try again online"
        ) from error
    names = [path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*") if path.is_file()]
    chosen = choose_files(names)
    if not chosen:
        raise TokenizerNotFoundError(f"{source}: {why}, and the cache has no tokenizer file of {repository}")
    paths = tuple(snapshot / name for name in chosen)
    for path in paths:
        _verify(path, source, limits)
    return HubFiles(repository, snapshot.name, paths, (f"read from the cache: {why}",))


def _commit(path: Path, name: str) -> str:
    """Return the commit of a file that the cache keeps under ``snapshots/<commit>/<name>``."""
    return path.parents[len(PurePosixPath(name).parts) - 1].name


def _verify(path: Path, source: str, limits: Limits) -> None:
    """Check a cached file against its name in the cache: the sha256 of large files, git's sha1 of small ones."""
    name = path.resolve().name
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name):
        return  # a cache without links, or a server that names files differently
    data = read_file(
        path, limits.download, refusal=TokenizerFileError, too_large="too large for a tokenizer file"
    )
    found = digest(data)
    if len(name) == 40:
        found = hashlib.sha1(b"blob %d\x00" % len(data) + data, usedforsecurity=False).hexdigest()
    if found != name:
        raise TokenizerFileError(
            f"{source}: {path.name} in the cache does not have the hash that the hub gives ({name[:12]}…); "
            f"delete {path.resolve()} and try again"
        )
