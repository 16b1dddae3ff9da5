"""`starter.lock`: the version of every package that the starter pack is made of, and a hash of its files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from packages import STAMP, Package, PackageError, Unpacked, fetch

__all__ = ["LOCK", "content_hash", "read_lock", "verify", "write_lock"]

LOCK = Path(__file__).with_name("starter.lock")
_HEAD = "# registry, package, version, SHA-256 of its files; written by build_starter.py --update-lock\n"


def content_hash(root: Path) -> str:
    """SHA-256 over the paths and contents of an unpacked package's files, links and unpacked archives left out."""
    digest = hashlib.sha256()
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.endswith((".unpacked", ".part"))]
        found += [Path(folder, name) for name in names if name != STAMP]
    for path in sorted(found, key=os.fsencode):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                name = os.fsencode(path.relative_to(root))
                digest.update(name + b"\0" + hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def hash_of(unpacked: Unpacked) -> str:
    """The hash of a package in the cache, computed once and kept beside its version."""
    stamp = unpacked.root / STAMP
    known = json.loads(stamp.read_text())
    if "sha256" not in known:
        known["sha256"] = content_hash(unpacked.root)
        temporary = stamp.with_name(STAMP + ".part")
        temporary.write_text(json.dumps(known))
        temporary.replace(stamp)
    return str(known["sha256"])


def read_lock(path: Path = LOCK) -> dict[tuple[str, str], tuple[str, str]]:
    """Registry and name → version and hash."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    return {(registry, name): (version, digest) for registry, name, version, digest in rows}


def write_lock(
    packages: Iterable[Package], cache: Path, path: Path = LOCK, *, others_stay: bool = False
) -> None:
    """Write down what the cache has of some packages; with `others_stay` the lock's other rows are kept."""
    rows = read_lock(path) if others_stay else {}
    for package in packages:
        unpacked = fetch(package, cache)
        rows[package.registry, package.name] = (unpacked.version, hash_of(unpacked))
    lines = ("\t".join((*key, *row)) + "\n" for key, row in rows.items())
    path.write_text(_HEAD + "".join(sorted(lines)), encoding="utf-8")


def verify(packages: Iterable[Package], cache: Path, path: Path = LOCK) -> None:
    """Fetch packages and compare them with the lock.

    Raises PackageError with the packages that are of another version or have other files than the lock says, or that
    the lock does not know.
    """
    lock = read_lock(path)
    wrong = []
    for package in packages:
        unpacked = fetch(package, cache)
        version, digest = lock.get((package.registry, package.name), ("", ""))
        if not version:
            wrong.append(f"{package.registry} {package.name} is not in the lock")
        elif version != unpacked.version:
            wrong.append(f"{package.registry} {package.name} is {unpacked.version}, the lock has {version}")
        elif digest != hash_of(unpacked):
            wrong.append(f"{package.registry} {package.name} {version} has other files than the lock says")
    if wrong:
        more = f" and {len(wrong) - 8} more" if len(wrong) > 8 else ""
        raise PackageError(
            f"{len(wrong)} packages differ from {path.name}: {'; '.join(wrong[:8])}{more}. apt keeps no old versions:"
            " take them from an archive of that day, or build with what there is by --update-lock"
        )
