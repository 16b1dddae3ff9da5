"""Time to load real tokenizers, beside the `tokenizers` library's own load where it reads the file.

    python benchmarks/fetch_tokenizers.py && python benchmarks/loading.py
    python benchmarks/loading.py --against OTHER/.venv/bin/python --times 5    # all that both builds read, and ratios

CPU seconds on one core, the best of three; with `--against`, the median, one load here and one there by turns, each
build in a process of its own that has loaded the file once before. `bpeinfer` recovers the learned merges, accounts
for every token and builds the pre-tokenizer; `tokenizers` (Rust) builds the encoder from the same tokenizer.json.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from fetch_tokenizers import default_folder
from tokenizers import Tokenizer

from bpeinfer.loading import load_tokenizer

NAMES = [
    "hub-gpt4o",
    "o200k",
    "hub-gptoss",
    "cl100k",
    "hub-llama3",
    "hub-qwen3",
    "hub-gemma3",
    "tekken-240911",
    "gguf-command-r",
    "claude",
    "mistral-v1",
    "r50k",
]


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the least CPU seconds of `times` runs."""
    seconds = []
    for _ in range(times):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


WORKER = """
import sys, time
from bpeinfer import BpeInferError
from bpeinfer.loading import load_tokenizer
for line in sys.stdin:
    begun = time.process_time()
    try:
        load_tokenizer(line.rstrip("\\n"))
        print(time.process_time() - begun, flush=True)
    except BpeInferError:
        print("refused", flush=True)
"""
"""What each build runs: it answers a path with CPU seconds."""


class Build:
    """An installed bpeinfer in a process of its own."""

    def __init__(self, python: str) -> None:
        command = [python, "-c", WORKER]
        # Not in this folder, where Python would find this clone's package.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tempfile.gettempdir()
        )

    def load(self, path: Path) -> float | None:
        """Return the CPU seconds of one load, None if this build refuses the file."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        return None if answer == "refused" else float(answer)


def compare(python: str, paths: Iterable[Path], times: int) -> None:
    """Print the median seconds of the two builds for each file, and their ratios."""
    here, there = Build(sys.executable), Build(python)
    ratios = []
    print(f"{'tokenizer':26} {'there s':>8} {'here s':>8} {'ratio':>6}")
    for path in paths:
        if here.load(path) is None or there.load(path) is None:
            continue
        pairs = [(there.load(path), here.load(path)) for _ in range(times)]
        other, own = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratios.append(own / other)
        print(f"{path.name:26} {other:8.3f} {own:8.3f} {own / other:6.2f}", flush=True)
    print(
        f"{len(ratios)} tokenizers: median ratio {statistics.median(ratios):.2f}, largest {max(ratios):.2f}, "
        f"{sum(ratio > 1.05 for ratio in ratios)} above 1.05"
    )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--against", metavar="PYTHON", help="interpreter of another build")
    parser.add_argument("--tokenizers", type=Path, default=default_folder(), help="folder of fetched files")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    if options.against:
        folders = (
            [options.tokenizers / name for name in options.names]
            if options.names
            else sorted(path for path in options.tokenizers.iterdir() if path.is_dir())
        )
        compare(options.against, folders, options.times)
        return
    print(
        f"{'tokenizer':16} {'file':36} {'MB':>6} {'listed':>8} {'learned':>8} {'bpeinfer s':>10} {'tokenizers s':>12}"
    )
    for name in options.names or NAMES:
        file = max((options.tokenizers / name).iterdir(), key=lambda path: path.stat().st_size)
        loaded = load_tokenizer(file)
        ours = best_of(options.times, lambda file=file: load_tokenizer(file))  # type: ignore[misc]
        theirs = "—"
        if file.name == "tokenizer.json":
            seconds = best_of(options.times, lambda file=file: Tokenizer.from_file(str(file)))  # type: ignore[misc]
            theirs = f"{seconds:.2f}"
        print(
            f"{name:16} {file.name:36} {file.stat().st_size / 1e6:6.1f} {loaded.audit.listed_merges:8,} "
            f"{len(loaded.merges):8,} {ours:10.2f} {theirs:>12}",
            flush=True,
        )


if __name__ == "__main__":
    main()
