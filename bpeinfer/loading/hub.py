"""The hub: ``owner/name[@revision]`` → the tokenizer files of that repository, and nothing else of it.

Everything goes through the real `huggingface_hub` client, so its environment counts: cache folder, token,
offline mode, endpoint, resumed downloads. What arrives is checked against the hash that the hub names it by.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError
from bpeinfer.files import digest, read_file
from bpeinfer.limits import DEFAULT_LIMITS

__all__ = ["BEST_FIRST", "HubFiles", "choose_files", "download", "looks_like_hub_id"]

BEST_FIRST = (
    ("tokenizer.json",),
    ("tokenizer.model",),
    ("tekken.json",),
    ("*.tiktoken",),
    ("merges.txt", "vocab.json"),
    ("vocab.bpe", "encoder.json"),
    ("tekken*.json",),
    ("*.model",),
    ("*.model.v*",),
)
"""Patterns of the files that make up a tokenizer, the richest format first; a second file may be missing."""

_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?(@[\w./-]+)?\Z")
LARGEST_FILE = DEFAULT_LIMITS.download
_NETWORK = {"httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3"}


@dataclass(frozen=True)
class HubFiles:
    """Local files of one repository at one commit, the main one first."""

    repository: str
    revision: str
    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def looks_like_hub_id(source: str) -> bool:
    """Say whether `source` could be ``owner/name`` or ``name``, with or without ``@revision``.

    Example:
        >>> looks_like_hub_id("meta-llama/Meta-Llama-3-8B@main"), looks_like_hub_id("../tokenizer.json")
        (True, False)
    """
    return _ID.match(source) is not None


def choose_files(names: list[str]) -> list[str]:
    """Pick the files of the best tokenizer among a repository's file names; an outer folder wins.

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


def download(source: str, cache_dir: str | os.PathLike[str] | None = None) -> HubFiles:
    """Fetch the tokenizer files of a repository, or find them in the cache when offline.

    Raises:
        TokenizerNotFoundError: no such repository or revision, gated, no tokenizer in it, or out of reach.
        TokenizerFileError: a file arrived damaged, or is too large for a tokenizer.
    """
    import huggingface_hub as hub
    from huggingface_hub import constants

    repository, _, revision = source.partition("@")
    folder = os.fspath(cache_dir) if cache_dir is not None else None
    with _in_our_words(source):
        if constants.HF_HUB_OFFLINE:
            return _from_cache(
                source, repository, revision or None, folder, "offline mode is on (HF_HUB_OFFLINE)"
            )
        try:
            info = hub.HfApi().model_info(repository, revision=revision or None, files_metadata=True)
        except Exception as error:
            if not _is_network(error):
                raise
            why = f"the hub cannot be reached ({_first_line(error)})"
            return _from_cache(source, repository, revision or None, folder, why)
        sizes: Mapping[str, int | None] = {sibling.rfilename: sibling.size for sibling in info.siblings or ()}
        chosen = choose_files(list(sizes))
        if not chosen:
            raise TokenizerNotFoundError(
                f"{source}: a repository without a tokenizer file (looked for {_wanted()}); "
                "a GGUF file can be downloaded and given as a file"
            )
        for name in chosen:
            if (sizes[name] or 0) > LARGEST_FILE:
                raise TokenizerFileError(
                    f"{source}: {name} has {sizes[name]:,} bytes, "
                    f"too large for a tokenizer (limit {LARGEST_FILE:,})"
                )
        paths = tuple(
            Path(hub.hf_hub_download(info.id, name, revision=revision or None, cache_dir=folder))
            for name in chosen
        )
        for path in paths:
            _verify(path, source)
    notes = (f"the repository is now called {info.id}",) if info.id and info.id != repository else ()
    return HubFiles(info.id or repository, _commit(paths[0], chosen[0]), paths, notes)


def _wanted() -> str:
    return ", ".join(patterns[0] for patterns in BEST_FIRST)


def _from_cache(source: str, repository: str, revision: str | None, folder: str | None, why: str) -> HubFiles:
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
        raise TokenizerNotFoundError(
            f"{source}: {why}, and the cache holds no tokenizer file of {repository}"
        )
    paths = tuple(snapshot / name for name in chosen)
    for path in paths:
        _verify(path, source)
    return HubFiles(repository, snapshot.name, paths, (f"read from the cache: {why}",))


def _commit(path: Path, name: str) -> str:
    """The cache keeps files under ``snapshots/<commit>/<name>``."""
    return path.parents[len(PurePosixPath(name).parts) - 1].name


def _verify(path: Path, source: str) -> None:
    """Check a cached file against its name in the cache: sha256 of large files, git's sha1 of small ones."""
    name = path.resolve().name
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name):
        return  # a cache without links, or a server that names files otherwise
    data = read_file(
        path, LARGEST_FILE, refusal=TokenizerFileError, too_large="too large for a tokenizer file"
    )
    found = digest(data)
    if len(name) == 40:
        found = hashlib.sha1(b"blob %d\x00" % len(data) + data, usedforsecurity=False).hexdigest()
    if found != name:
        raise TokenizerFileError(
            f"{source}: {path.name} in the cache does not have the hash the hub names ({name[:12]}…); "
            f"delete {path.resolve()} and try again"
        )


@contextmanager
def _in_our_words(source: str) -> Iterator[None]:
    """Turn the client's errors into one line that says what to do."""
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as error:
        raise TokenizerNotFoundError(
            f"{source}: a gated repository; accept its terms on the hub and set HF_TOKEN, "
            "or give a local file"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise TokenizerNotFoundError(
            f"{source}: no such file or folder, and no such repository on the hub; check the spelling, "
            "or set HF_TOKEN if it is private"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise TokenizerNotFoundError(
            f"{source}: the repository has no such revision; leave out @revision, or name a branch, "
            "tag or commit"
        ) from error
    except errors.HFValidationError as error:
        raise TokenizerNotFoundError(
            f"{source}: no such file or folder, and no hub id (owner/name[@revision]): {_first_line(error)}"
        ) from error
    except (TokenizerFileError, TokenizerNotFoundError):
        raise
    except Exception as error:
        if not _is_network(error):
            raise
        raise TokenizerNotFoundError(
            f"{source}: the hub did not deliver ({_first_line(error)}); try again, or give a local file"
        ) from error


def _is_network(error: BaseException) -> bool:
    """Say whether the error is the network's or the server's, not one about the repository itself."""
    from huggingface_hub import errors

    about_the_repository: tuple[Any, ...] = (
        errors.RepositoryNotFoundError,
        errors.RevisionNotFoundError,
    )
    if isinstance(error, about_the_repository):
        return False
    return isinstance(error, OSError) or type(error).__module__.split(".")[0] in _NETWORK


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")[:200]
