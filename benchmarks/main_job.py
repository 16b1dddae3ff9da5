"""Time the main job of two builds in one run: CPU seconds and peak memory, cold and warm cache, and the start.

    python benchmarks/main_job.py --build old=OLD/.venv/bin/bpeinfer --build new=NEW/.venv/bin/bpeinfer
    python benchmarks/main_job.py --build old=… --build new=… --tokenizer FILE --corpus FOLDER --runs 5

Builds take turns. CPU seconds are those of the child and all its threads and processes, user and system; the table has
medians, and the last column the ratio of the last build to the first. With one --build it times that one.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
from typing import Annotated

import typer


def measured(command: list[str], cache: str) -> tuple[float, float]:
    """Run a command with its own cache folder; return CPU seconds and peak memory in GB."""
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}: {said.decode()[-500:]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def main(
    build: Annotated[list[str], typer.Option(help="NAME=PROGRAM, a build's bpeinfer; once or twice.")],
    tokenizer: Annotated[str, typer.Option(help="Whose mixture to infer.")] = "bundled:gpt2",
    corpus: Annotated[str | None, typer.Option(help="Samples; default: each build's own pack.")] = None,
    runs: Annotated[int, typer.Option(help="Runs of each build.")] = 3,
) -> None:
    """Print the table."""
    programs = dict(text.split("=", 1) for text in build)
    job = ["infer", tokenizer, *(["--corpus", corpus] if corpus else [])]
    times: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for _ in range(runs):
        for name, program in programs.items():
            with tempfile.TemporaryDirectory() as cache:
                for step, words in (("cold", job), ("warm", job), ("--help", ["--help"])):
                    times.setdefault((step, name), []).append(measured([program, *words], cache))
    print(f"{'CPU s (GB)':<12}" + "".join(f"{name:>18}" for name in programs) + f"{'ratio':>8}")
    for step in ("cold", "warm", "--help"):
        medians = [
            [statistics.median(column) for column in zip(*times[step, name], strict=True)]
            for name in programs
        ]
        cells = [f"{seconds:.2f} ({memory:.2f})" for seconds, memory in medians]
        ratio = medians[-1][0] / medians[0][0]
        print(f"{step:<12}" + "".join(f"{cell:>18}" for cell in cells) + f"{ratio:>8.2f}")


if __name__ == "__main__":
    typer.run(main)
