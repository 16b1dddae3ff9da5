"""Send SIGKILL at random moments to tally, infer with its cache, and experiment, and check the next run.

    python benchmarks/kills.py --kills 100 --seed 0

Each round starts with nothing, is killed one to four times while it runs, and then runs to its end. What comes out
must be what a run without kills gives, apart from times and dates, and no process may be left behind. Exit code 1 if
not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpeinfer.corpora.load import starter_corpus

VOLATILE = {"seconds", "train_seconds", "date", "time", "created"}
"""Fields in which two runs without a kill differ."""

PATIENCE = 30.0
"""Seconds that the processes of a run that was killed may take to notice it."""

CATEGORIES = ("de", "en-books", "fr", "python")


@dataclass(frozen=True)
class Job:
    """A command, and what of its output must be the same."""

    name: str
    arguments: Callable[[Path], list[str]]
    outcome: Callable[[Path], Any]


def without_times(value: Any) -> Any:
    """Return plain data without the fields that hold times."""
    if isinstance(value, dict):
        return {key: without_times(part) for key, part in value.items() if key not in VOLATILE}
    return [without_times(part) for part in value] if isinstance(value, list) else value


def differences(expected: Any, found: Any, place: str = "") -> Iterator[str]:
    """Yield where two outcomes differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            yield from differences(expected.get(key), found.get(key), f"{place}/{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, pair in enumerate(zip(expected, found, strict=True)):
            yield from differences(*pair, f"{place}/{number}")
    elif expected != found:
        yield f"{place or 'all of it'} is {found!r:.200}, expected {expected!r:.200}"


def jobs(text: Path) -> list[Job]:
    """Return the three jobs over the samples in `text`."""

    def read(folder: Path, name: str) -> str:
        # Results hold the command that made them, which names the folder.
        return (folder / name).read_text("utf-8").replace(str(folder), "FOLDER")

    def rows(folder: Path) -> Any:
        lines = read(folder, "rows.jsonl").splitlines()
        return sorted((without_times(json.loads(line)) for line in lines), key=lambda row: row["trial"])

    return [
        Job(
            "tally",
            lambda folder: ["tally", "--tokenizer", "bundled:gpt2", "--corpus", str(text / "sample"),
                            "--output", str(folder / "counts")],
            # A write that was killed leaves its temporary file, and the folder of parts with it.
            lambda folder: {path.name: path.read_bytes() for path in sorted((folder / "counts").rglob("*"))
                            if path.is_file() and path.suffix != ".part"},
        ),
        Job(
            "infer",
            lambda folder: ["infer", "bundled:gpt2", "--corpus", str(text / "sample"), "--merges", "500",
                            "--resamples", "5", "--output", str(folder / "result.json")],
            lambda folder: without_times(json.loads(read(folder, "result.json"))),
        ),
        Job(
            "experiment",
            lambda folder: ["experiment", "run", "-n", "3", "--corpus", str(text), "--trials", "4", "--vocabulary",
                            "756", "--workers", "2", "--output", str(folder / "rows.jsonl")],
            rows,
        ),
    ]  # fmt: skip


def write_samples(text: Path, size: int) -> None:
    """Write halves of some categories of the starter pack, a line a document."""
    for category in starter_corpus(",".join(CATEGORIES)).categories:
        documents = "\n".join(category.documents())[: 2 * size]
        for half, name in enumerate(("train", "sample")):
            part = documents[half * size : (half + 1) * size]
            lines = [json.dumps({"text": part[at : at + 2_000]}) for at in range(0, len(part), 2_000)]
            (text / name).mkdir(parents=True, exist_ok=True)
            (text / name / f"{category.name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def start(job: Job, folder: Path) -> subprocess.Popen[bytes]:
    """Start a job in a session of its own, with a cache of its own."""
    # Errors into a file: a pipe would stay open as long as a process that is left behind.
    with (folder / "errors").open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "bpeinfer", *job.arguments(folder)],
            env=os.environ | {"BPEINFER_CACHE": str(folder / "cache")},
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )


def finish(job: Job, folder: Path) -> Any:
    """Run a job to its end; return what came out."""
    process = start(job, folder)
    if process.wait():
        errors = (folder / "errors").read_text(errors="replace")
        raise RuntimeError(f"{job.name} ended with {process.returncode}: {errors[-300:]}")
    return job.outcome(folder)


def of_session(session: int) -> Iterator[int]:
    """Yield the processes of a session that still run (from /proc)."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] not in "ZX":
                yield int(entry.name)


def left_behind(session: int) -> list[int]:
    """Return the processes of a session that are there after some patience; they are ended then."""
    deadline = time.monotonic() + PATIENCE
    while (left := list(of_session(session))) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return left


def main() -> int:
    """Kill and compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, default=300_000, help="characters of each category's halves")
    parser.add_argument("--jobs", default="tally,infer,experiment")
    options = parser.parse_args()
    generator = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        text = Path(scratch, "text")
        write_samples(text, options.size)
        expected, duration = {}, {}
        every = [job for job in jobs(text) if job.name in options.jobs.split(",")]
        for job in every:
            folder = Path(scratch, f"{job.name}-straight")
            folder.mkdir()
            begin = time.monotonic()
            expected[job.name] = finish(job, folder)
            duration[job.name] = time.monotonic() - begin
        kills = ended = rounds = different = left = parts = 0
        while kills < options.kills:
            job = every[rounds % len(every)]
            rounds += 1
            folder = Path(scratch, job.name)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for _ in range(generator.randint(1, 4)):
                process = start(job, folder)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(generator.uniform(0, duration[job.name]))
                if process.poll() is not None:
                    ended += 1
                    break
                process.kill()
                process.wait()
                kills += 1
                left += len(left_behind(process.pid))
            begin = time.monotonic()
            outcome = finish(job, folder)
            # What a job takes changes with what else the machine does.
            duration[job.name] = max(0.5 * duration[job.name], time.monotonic() - begin)
            if outcome != expected[job.name]:
                different += 1
                print(f"{job.name}: {next(differences(expected[job.name], outcome))}", flush=True)
            parts += sum(1 for path in folder.rglob("*.part"))
            print(
                f"{job.name}: {kills} kills, {different} outcomes differ, {left} processes left", flush=True
            )
    print(
        f"{kills} kills in {rounds} rounds (seed {options.seed}; {ended} runs ended before their kill): {different} "
        f"outcomes differ, {left} processes left behind, {parts} unfinished files left"
    )
    return int(bool(different or left))


if __name__ == "__main__":
    sys.exit(main())
