"""Decompression bombs, made at run time, against the default limits; and valid files of a gigabyte, which must stream.

    python benchmarks/bombs.py                    # all of it: some 20 minutes on a quiet core
    python benchmarks/bombs.py --largest 1e9 --honest 0

Every bomb is given to the command line in a process of its own (one worker, so that its processor time is what it takes
on a quiet machine, however loaded this one is). It must be refused with one line and exit code 2; the
table shows the seconds of processor time and of the clock, and the most memory that the process held. Exit code 1 if
one was not refused, or took more than --seconds of processor time or --memory (quotations in .csv: half as much again).
"""

from __future__ import annotations

import argparse
import base64
import bz2
import gzip
import hashlib
import json
import lzma
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from bpeinfer.corpora.load import starter_corpus
from bpeinfer.files import zstd
from bpeinfer.limits import DEFAULT_LIMITS

MEMBER = 50_000_000
"""Bytes that each frame of a bomb unpacks to; the larger bombs have more frames."""

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, 9),
    ".bz2": lambda data: bz2.compress(data, 9),
    ".xz": lambda data: lzma.compress(data, preset=1),
    ".zst": lambda data: zstd.compress(data, level=9),
}
LINE = b'{"text": "the same words, over and over again"}\n'


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a command ended, and what it took."""

    code: int
    message: str
    processor: float
    clock: float
    memory: int


# A process begins with the peak of the one that starts it: a small one does, not this one, which makes the bombs.
STARTER = """
import json, os, subprocess, sys, tempfile, time
for line in sys.stdin:
    begin = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([sys.executable, *json.loads(line)], stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        message = errors.read().decode(errors="replace").strip()
    print(json.dumps({
        "code": process.returncode, "message": message, "processor": usage.ru_utime + usage.ru_stime,
        "clock": time.monotonic() - begin, "memory": usage.ru_maxrss * 1024,
    }), flush=True)
"""


@cache
def starter() -> subprocess.Popen[str]:
    """Start the process that starts the others; it ends with this one."""
    command = [sys.executable, "-S", "-c", STARTER]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run(*arguments: str) -> Outcome:
    """Run a command of Python in a process of its own."""
    process = starter()
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(arguments) + "\n")
    process.stdin.flush()
    return Outcome(**json.loads(process.stdout.readline()))


def expanding(ratio: float, pack: Callable[[bytes], bytes]) -> bytes:
    """Return lines that a compression makes about `ratio` times smaller: some noise, much that repeats."""
    generator = np.random.default_rng(0)
    noise = 1.0
    for _ in range(6):
        parts = []
        for _ in range(MEMBER // 2**20):
            random = base64.b64encode(generator.bytes(int(2**20 * noise / ratio)))
            parts.append(b'{"text": "%s"}\n' % random + LINE * ((2**20 - len(random)) // len(LINE)))
        data = b"".join(parts)
        found = len(data) / len(pack(data))
        if ratio < found < 1.15 * ratio:
            break
        noise *= found / (1.07 * ratio)
    return data


def compressed(folder: Path, suffix: str, largest: float) -> Iterator[tuple[str, Path]]:
    """Yield samples that expand beyond the limit: by little, and very much, to some sizes."""
    pack = PACKERS[suffix]
    above = pack(expanding(DEFAULT_LIMITS.expansion * 1.05, pack))
    ratio = MEMBER / len(above)
    packed = pack(LINE * (MEMBER // len(LINE)))
    for name, member, size in (
        (f"{suffix}, {ratio:.0f} times", above, 1e9),
        (f"{suffix}, {MEMBER / len(packed):,.0f} times", packed, MEMBER),
        (f"{suffix}, {MEMBER / len(packed):,.0f} times", packed, 1e9),
        (f"{suffix}, {MEMBER / len(packed):,.0f} times", packed, 1e10),
    ):
        if size <= largest:
            path = folder / f"bomb.jsonl{suffix}"
            path.write_bytes(member * int(size / MEMBER))
            yield f"{name}, {size / 1e6:,.0f} MB", path


def others(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the bombs of other kinds."""
    path = folder / "bomb.csv"
    path.write_bytes(b'text\n"' + b"never closed\n" * 10_000_000)
    yield "a quotation of 130 MB (.csv)", path
    path.unlink()
    for name, file, begin in (
        ("a line of 10 GB (.jsonl)", "bomb.jsonl", b'{"text": "'),
        ("a quotation of 10 GB (.csv)", "bomb.csv", b'text\n"'),
        ("a list of words, 10 GB (.tsv)", "bomb.tsv", b"word\t1\n" * 1_000),
        ("counts of 10 GB (.tally)", "bomb.tally", b"bpeinfer tally\n"),
        ("a manifest of 10 GB", "manifest.json", b'{"categories": ['),
    ):
        path = folder / file
        with path.open("wb") as stream:
            stream.write(begin)
            stream.truncate(10**10)  # zeros that take no room on the disk
        yield name, path
        path.unlink()
    path = folder / "bomb.tsv.gz"
    path.write_bytes(gzip.compress(b"word\t1\n" * 30_000_000))
    yield "a list of words, 210 MB (.tsv.gz)", path
    path.unlink()
    for name, lengths, payload in (
        ("counts whose header states 10^15 keys", (10**15, 0, 0, 0, 0, 0), b""),
        ("counts that unpack to 10 GB (.tally)", (0, 0, 0, 0, 0, 10**10), bytes(10**9)),
    ):
        path = folder / "bomb.tally"
        path.write_bytes(forged_tally(lengths, payload))
        yield name, path
        path.unlink()
    path = folder / "manifest.json"
    path.write_bytes(b'{"categories": [' + b'{"name": "a", "file": "b"},' * 4_000_000)
    yield "a manifest of 108 MB", path
    path.unlink()


def forged_tally(lengths: tuple[int, ...], payload: bytes) -> bytes:
    """Return a file of counts with a right checksum and a header that promises too much."""
    kinds = {"keys": "<u8", "rows": "<i4", "counts": "<u4", "ends": "<i8", "lengths": "<u4", "blob": "|u1"}
    header = dict.fromkeys(("category", "group", "title", "pretokenizer", "description", "text_sha256"), "")
    numbers = {"version": 1, "text_bytes": 1, "documents": 1, "dropped": 0, "seed": 0}
    arrays = [[name, kind, length] for (name, kind), length in zip(kinds.items(), lengths, strict=True)]
    text = json.dumps(header | numbers | {"arrays": arrays}).encode()
    body = b"%08d" % len(text) + text + zstd.compress(payload, level=1) * 10
    return b"bpeinfer tally\n" + hashlib.sha256(body).hexdigest().encode() + body


def honest(folder: Path, size: float) -> Iterator[tuple[str, Path]]:
    """Yield compressed text of `size` bytes: the lines of the starter pack, in ever new orders."""
    lines = [
        json.dumps({"text": line}, ensure_ascii=False).encode() + b"\n"
        for category in starter_corpus().categories
        for document in category.documents()
        for line in document.splitlines()
        if line.strip()
    ]
    openers: dict[str, Callable[[Path], Any]] = {
        ".zst": partial(zstd.open, mode="wb", level=1),
        ".gz": partial(gzip.open, mode="wb", compresslevel=1),
        ".xz": partial(lzma.open, mode="wb", preset=0),
    }
    for suffix, opener in openers.items():
        path, written, generator = folder / f"honest.jsonl{suffix}", 0, np.random.default_rng(0)
        with opener(path) as stream:
            while written < size:
                data = b"".join(lines[at] for at in generator.integers(0, len(lines), 20_000).tolist())
                written += len(data)
                stream.write(data)
        ratio = written / path.stat().st_size
        yield f"honest {suffix}, {written / 1e6:,.0f} MB, {ratio:.1f} times", path
        path.unlink()


READ = (
    "import sys; from bpeinfer.corpora.load import load_corpus; "
    "print(sum(len(text.encode()) for text in load_corpus(sys.argv[1], minimum=1).categories[0].documents()))"
)


def main() -> int:
    """Make the bombs and give them to the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--largest", type=float, default=1e10, help="bytes of the largest bomb, unpacked")
    parser.add_argument("--honest", type=float, default=1e9, help="bytes of the honest files, 0: none")
    parser.add_argument("--kinds", default="compressed,other,honest", help="separated by commas")
    parser.add_argument("--seconds", type=float, default=5.0, help="of processor time")
    parser.add_argument("--memory", type=float, default=300e6, help="bytes")
    options = parser.parse_args()
    failed = 0
    print(f"{'':<44} {'CPU s':>6} {'clock s':>8} {'MB':>5}  outcome", flush=True)

    def told(name: str, found: Outcome, right: bool) -> None:
        nonlocal failed
        failed += not right
        outcome = found.message.rpartition(": ")[2][:90] if found.message else "read whole"
        print(
            f"{name:<44} {found.processor:>6.1f} {found.clock:>8.1f} {found.memory / 1e6:>5.0f}  "
            f"{'' if right else 'WRONG: '}{outcome}",
            flush=True,
        )

    def refused(found: Outcome, times: float = 1) -> bool:
        bounded = found.processor <= times * options.seconds and found.memory <= times * options.memory
        return found.code == 2 and found.message.count("\n") == 0 and bounded

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "other.txt").write_text("text of another category")
        infer = (
            "-m",
            "bpeinfer",
            "infer",
            "bundled:gpt2",
            "--merges",
            "100",
            "--resamples",
            "0",
            "--no-cache",
            "--workers",
            "1",
        )
        kinds = options.kinds.split(",")
        for suffix in PACKERS if "compressed" in kinds else ():
            for name, path in compressed(folder, suffix, options.largest):
                found = run(*infer, "--corpus", scratch)
                told(name, found, refused(found))
                path.unlink()
            path = folder / "bomb"
            member = PACKERS[suffix](b"a b\n" * (MEMBER // 4))
            for size in (1e9, 1e10):
                if size <= options.largest:
                    path.write_bytes(member * int(size / MEMBER))
                    found = run("-m", "bpeinfer", "inspect", str(path))
                    told(f"{suffix}, a tokenizer of {size / 1e6:,.0f} MB", found, refused(found))
                    path.unlink()
        for name, _ in others(folder) if "other" in kinds else ():
            found = run(*infer, "--corpus", scratch)
            # A row may have 64 MiB, for each of whose characters Python's csv holds four bytes.
            told(name, found, refused(found, 1.5 if "quotation" in name else 1))
        for name, path in honest(folder, options.honest) if options.honest and "honest" in kinds else ():
            found = run("-c", READ, str(path))
            told(name, found, found.code == 0)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
