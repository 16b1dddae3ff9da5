"""Fuzz every command with every format: each run must succeed or end in a one-line error of bpeinfer.

    python benchmarks/fuzz.py --calls 20000 --state fuzz.jsonl          # in one process; what is finished is kept
    python benchmarks/fuzz.py --calls 2000 --forked --state forked.jsonl  # a process a call, forked from one that waits
    python benchmarks/fuzz.py --calls 200 --real --state real.jsonl     # a process a call, as a shell starts it
    python benchmarks/fuzz.py --only 123                                # one call again, with its output

Call k is made from the seed and k alone: small valid files (tokenizers of every format, samples, counts, results; at
most 1 MB and 1,000 merges) are damaged, mixed up and named oddly, and given to a command with options that may make no
sense. A quarter of the calls hold nothing odd, half one thing, so that they come far, and the rest up to four. A fault
is a traceback, another exit code than 0 and 2, an error that is not one line, escape sequences in the output, more than
30 s of CPU time, ten times as long by the clock, or more than 1 GB beyond what the program itself takes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fuzz_calls import bases, command_line

SECONDS = 30.0
MEMORY = 2**30
SLICE = 250


class HangError(BaseException):
    """A call took longer than it may; not an `Exception`, so that nothing catches it."""


def verdict(arguments: list[str], code: int | None, stdout: str, stderr: str, seconds: float) -> str:
    """Return what is wrong with a run of so many seconds of CPU time, "" if nothing."""
    gates = bool({"--expect", "--fail-on"} & set(arguments)) or arguments[:1] == [
        "check"
    ]  # they say on stderr what they found
    if code is None and "Traceback" not in stderr:
        return "a hang"
    if seconds > SECONDS:
        return f"{seconds:.0f} s"
    if "Traceback" in stderr or "panicked" in stderr:
        return "traceback: " + stderr.strip().splitlines()[-1]
    if code not in ((0, 1, 2) if gates else (0, 2)):
        return f"exit code {code}"
    if "not enough memory" in stderr or "a library crashed" in stderr:
        return stderr.strip()
    if {"\x1b", "\u202e", "\x9b"} & set(stdout + stderr):
        return "escape sequences in the output"
    last = stderr.rstrip("\n").split("\n")[-1]
    if code == 2 and not last.startswith("bpeinfer: "):
        return "an error that is not ours: " + last
    if not gates and any(
        line and not line.startswith(("bpeinfer: ", "wrote ")) for line in stderr.split("\n")
    ):
        return "stderr: " + stderr.strip()
    return ""


def call_here(arguments: list[str]) -> tuple[int | None, str, str, float]:
    """Run the program in this process until it hangs; the last of what comes back are seconds of CPU time."""
    from bpeinfer.cli import main

    def hang(*_: object) -> None:
        raise HangError

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    begin, code = time.process_time(), None
    before, sys.argv = sys.argv, ["bpeinfer", *arguments]
    signal.signal(signal.SIGALRM, hang)
    signal.setitimer(signal.ITIMER_REAL, 10 * SECONDS)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    except HangError:
        code = None
    except BaseException as error:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        where = f"{Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at else ""
        err.write(f"\nTraceback\n{type(error).__name__} at {where}: {error}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.argv = before
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", "replace"))
    return code, texts[0], texts[1], time.process_time() - begin


def call_for_real(arguments: list[str]) -> tuple[int | None, str, str, float]:
    """Run the program as a shell would."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bpeinfer", *arguments],
            capture_output=True,
            timeout=10 * SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return None, "", "", 10 * SECONDS
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
        seconds,
    )


def call_forked(arguments: list[str]) -> tuple[int | None, str, str, float]:
    """Run the program in a process of its own that need not import it: what it leaves on its descriptors counts."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = os.fork()
        if process == 0:
            code = 1
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8") for number in (1, 2))  # noqa: SIM115,PTH123
                code = _exit_code(arguments)
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
        deadline = time.monotonic() + 10 * SECONDS
        while True:
            ended, status, used = os.wait4(process, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > deadline:
                os.kill(process, signal.SIGKILL)
                os.wait4(process, 0)
                return None, "", "", 10 * SECONDS
            time.sleep(0.002)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
        return os.waitstatus_to_exitcode(status), texts[0], texts[1], used.ru_utime + used.ru_stime


def _exit_code(arguments: list[str]) -> int:
    from bpeinfer.__main__ import main

    sys.argv = ["bpeinfer", *arguments]
    try:
        main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


WHERE = {"here": "in one process", "forked": "a forked process each", "real": "started anew each"}
CALLS = {"here": call_here, "forked": call_forked, "real": call_for_real}


def run_slice(seed: int, numbers: list[int], how: str, show: bool) -> Iterator[dict[str, Any]]:
    """Run some calls and yield a row for each."""
    with tempfile.TemporaryDirectory() as made:
        files = bases(Path(made))
        if how != "real":
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, resource.RLIM_INFINITY))
        for number in numbers:
            folder = Path(made, f"call{number}")
            folder.mkdir()
            os.environ["BPEINFER_CACHE"] = str(folder / "cache")
            arguments = command_line(seed, number, files, folder)
            if any("\0" in argument for argument in arguments):
                continue
            code, stdout, stderr, seconds = CALLS[how](arguments)
            if show:
                print(arguments, code, stdout, stderr, sep="\n")
            fault = verdict(arguments, code, stdout, stderr, seconds)
            shutil.rmtree(folder)
            yield {
                "call": number,
                "command": arguments[0],
                "code": code,
                "seconds": round(seconds, 2),
                "fault": fault,
            }


def main() -> int:
    """Run what is not done yet, in slices that are processes of their own, and print the sums."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--forked", dest="how", action="store_const", const="forked", default="here")
    parser.add_argument("--real", dest="how", action="store_const", const="real")
    parser.add_argument("--only", type=int)
    parser.add_argument(
        "--state", type=Path, help="finished calls, one JSON line each; with it a run can be taken up again"
    )
    parser.add_argument("--slice", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if arguments.only is not None:
        for row in run_slice(arguments.seed, [arguments.only], arguments.how, True):
            print(row)
        return 0
    if arguments.slice:
        for row in run_slice(arguments.seed, json.loads(arguments.slice), arguments.how, False):
            print(json.dumps(row), flush=True)
        return 0
    rows: list[dict[str, Any]] = []
    if arguments.state and arguments.state.exists():
        rows = [json.loads(line) for line in arguments.state.read_text().splitlines()]
    done = {row["call"] for row in rows}
    left = [number for number in range(arguments.calls) if number not in done]
    while left:
        part, left = left[:SLICE], left[SLICE:]
        command = [sys.executable, __file__, "--seed", str(arguments.seed), "--slice", json.dumps(part)]
        process = subprocess.run(
            command + [f"--{arguments.how}"] * (arguments.how != "here"), stdout=subprocess.PIPE, text=True
        )
        new = [json.loads(line) for line in process.stdout.splitlines()]
        finished = {row["call"] for row in new}
        if process.returncode:
            broken = next(number for number in part if number not in finished)
            new.append(
                {
                    "call": broken,
                    "command": "?",
                    "code": process.returncode,
                    "seconds": 0,
                    "fault": "the process ended",
                }
            )
            left = [number for number in part if number not in finished and number != broken] + left
        rows += new
        if arguments.state:
            with arguments.state.open("a") as stream:
                stream.writelines(json.dumps(row) + "\n" for row in new)
    kinds = Counter(row["fault"] for row in rows if row["fault"])
    for fault, count in kinds.most_common():
        example = next(row["call"] for row in rows if row["fault"] == fault)
        print(f"{count:5} {fault[:300]} (call {example})")
    clean = sum(row["code"] == 0 for row in rows)
    print(
        f"{len(rows):,} calls (seed {arguments.seed}, {WHERE[arguments.how]}): {clean:,} ran, "
        f"{len(rows) - clean - sum(kinds.values()):,} one-line errors, {sum(kinds.values())} faults; "
        f"longest {max((row['seconds'] for row in rows), default=0):.1f} s; "
        f"{dict(Counter(row['command'] for row in rows))}"
    )
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
