"""Fuzz every command with every format: only clean runs and one-line errors of ours may come out.

    python benchmarks/fuzz.py --calls 20000 --state fuzz.jsonl          # in one process; what is finished is kept
    python benchmarks/fuzz.py --calls 2000 --real --state real.jsonl    # as real command lines
    python benchmarks/fuzz.py --only 123                                # one call again, with its output

Call k is made from the seed and k alone: small valid files (tokenizers of every format, samples, counts, results; at
most 1 MB and 1,000 merges) are damaged, mixed up and named oddly, and given to a command with options that may make no
sense. A fault is a traceback, another exit code than 0 and 2, an error that is not one line, escape sequences in the
output, more than 30 s, or more than 1 GB beyond what the program itself takes.
"""

from __future__ import annotations

import argparse
import base64
import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

SECONDS = 30.0
MEMORY = 2**30
SLICE = 250
WORDS = [
    "the",
    "of",
    "and",
    "in",
    "a",
    "to",
    "for",
    "is",
    "on",
    "that",
    "with",
    "as",
    "at",
    "by",
    "from",
    "it",
    "was",
    "are",
    "this",
    "be",
    "or",
    "an",
    "they",
    "which",
    "one",
    "you",
]
COMMANDS = (
    "infer",
    "infer",
    "infer",
    "inspect",
    "inspect",
    "compare",
    "explain",
    "tally",
    "corpus",
    "run",
    "report",
)


class HangError(BaseException):
    """A call took longer than it may; not an `Exception`, so that nothing catches it."""


def bases(folder: Path) -> dict[str, list[Path]]:
    """Make the valid files, by kind; the same ones every time."""
    import tokenizer_files as made  # type: ignore[import-not-found]  # of the tests

    import bpeinfer as bi
    from bpeinfer.cli import app

    chosen = random.Random(0)
    merges = bi.load_tokenizer("bundled:gpt2").merges.head(300)
    tokens = made.byte_tokens(merges)
    pieces = [("<unk>", 0.0, 2), *((chr(97 + k), -float(k), 1) for k in range(26))]
    pieces += [(chr(97 + k) + chr(98 + k), -30.0 - k, 1) for k in range(24)]
    tokenizers = {
        "tokenizer.json": made.tokenizer_json(merges),
        "old.json": made.tokenizer_json(merges, as_strings=True),
        "merges.txt": made.merges_txt(merges),
        "ranks.tiktoken": made.tiktoken(tokens),
        "tekken.json": made.tekken(tokens),
        "pieces.model": made.sentencepiece(pieces),
        "merges.gguf": made.gguf_with_merges(merges),
        "scores.gguf": made.gguf_with_scores(pieces),
    }

    def text(size: int) -> str:
        return " ".join(
            chosen.choice(WORDS) + chosen.choice(["", "", ".", "é", "'s", "\n"]) for _ in range(size)
        )

    documents = [text(40) for _ in range(12)]
    rows = "".join(json.dumps({"text": document}) + "\n" for document in documents)
    samples = {
        "a.txt": text(400).encode(),
        "b.jsonl": rows.encode(),
        "c.csv": ("text\n" + "".join(f'"{document}"\n' for document in documents)).encode(),
        "d.txt.gz": gzip.compress(text(300).encode(), mtime=0),
        "e.jsonl.xz": lzma.compress(rows.encode()),
        "f.txt.bz2": bz2.compress(text(200).encode()),
        "g.txt": "".join(f"{word}\t{chosen.randint(1, 500)}\n" for word in WORDS).encode(),
    }
    found: dict[str, list[Path]] = {"tokenizer": [], "sample": [], "counts": [], "result": [], "rows": []}
    for kind, files in (("tokenizer", tokenizers), ("sample", samples)):
        for name, data in files.items():
            path = folder / kind / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            found[kind].append(path)
    for kind in ("result", "rows"):
        (folder / kind).mkdir()
    common = ("--corpus", str(folder / "sample"), "--workers", "1")
    for arguments in (
        ("tally", "--tokenizer", "bundled:gpt2", *common, "--output", str(folder / "counts")),
        (
            *("infer", "bundled:gpt2", *common, "--merges", "40", "--bootstrap", "2", "--no-cache"),
            *("--output", str(folder / "result" / "result.json")),
        ),
        (
            *(
                "experiment",
                "run",
                "-n",
                "2",
                "--trials",
                "1",
                "--vocabulary",
                "300",
                "--workers",
                "1",
                "--no-cache",
            ),
            *("--train", str(folder / "sample"), "--sample", str(folder / "sample")),
            *("--output", str(folder / "rows" / "rows.jsonl")),
        ),
    ):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            app(list(arguments), standalone_mode=False)
    for kind in ("counts", "result", "rows"):
        found[kind] = sorted((folder / kind).iterdir())
    return found


# How a file is damaged: bytes first, then what is said in it.
def _bits(data: bytes, r: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(r.choice([1, 1, 3, 20])):
        if changed:
            changed[r.randrange(len(changed))] = r.randrange(256)
    return bytes(changed)


def _cut(data: bytes, r: random.Random) -> bytes:
    return data[: r.randrange(len(data) + 1)]


def _splice(data: bytes, r: random.Random) -> bytes:
    at, begin = r.randrange(len(data) + 1), r.randrange(len(data) + 1)
    return data[:at] + data[begin : begin + r.choice([1, 10, 1000])] * r.choice([1, 2, 50]) + data[at:]


def _insert(data: bytes, r: random.Random) -> bytes:
    at = r.randrange(len(data) + 1)
    odd = r.choice(
        [
            b"\0",
            b"\x1b[2J",
            "\u202e".encode(),
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"\r\n",
            b'"',
            b"{" * 300,
            b"9" * 400,
        ]
    )
    return data[:at] + odd + data[at:]


ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1.5,
    2**63,
    -(2**70),
    1e308,
    "",
    "x",
    "\x1b[31m",
    "\ud800",
    [],
    {},
    [[]],
    [None],
    {"a": None},
    "a b",
    10**400,
)


def _structure(data: bytes, r: random.Random) -> bytes:
    """Change values inside JSON, lines one by one if it is a file of rows."""
    try:
        document = json.loads(data)
    except ValueError:
        lines = data.split(b"\n")
        at = r.randrange(len(lines))
        try:
            lines[at] = json.dumps(_changed(json.loads(lines[at]), r)).encode()
        except (ValueError, RecursionError):
            lines[at] = r.choice([b"", b"x", lines[at] * 2, b"\t1\t", b"a 9" + b"9" * 30])
        return b"\n".join(lines)
    for _ in range(r.choice([1, 1, 2, 5])):
        document = _changed(document, r)
    return json.dumps(document).encode()


def _changed(document: Any, r: random.Random) -> Any:
    if r.random() < 0.15 or not document or not isinstance(document, dict | list):
        return r.choice(ODD)
    key = r.choice(list(document) if isinstance(document, dict) else range(len(document)))
    if r.random() < 0.15:
        if isinstance(document, dict):
            return {k: v for k, v in document.items() if k != key}
        return [*document[:key], *document[key + 1 :]]
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    copy[key] = _changed(document[key], r)
    return copy


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_bits, _cut, _splice, _insert, _structure, _structure, _structure),
    lambda data, r: b"",
    lambda data, r: data + data,
    lambda data, r: r.choice([gzip.compress, lzma.compress, bz2.compress])(data),
    lambda data, r: base64.b64encode(data),
)


def damaged(path: Path, folder: Path, r: random.Random) -> Path:
    """Copy a file, mostly damaged, to a name that may be odd."""
    data = path.read_bytes()
    for _ in range(r.choice([0, 0, 0, 1, 1, 2])):
        with contextlib.suppress(RecursionError):
            data = r.choice(DAMAGES)(data, r)[: 10**6]
    name = path.name
    if r.random() < 0.2:
        name = r.choice(
            [
                name,
                "\x1b[31m" + name,
                "\u202e" + name,
                "a b" + name,
                os.fsdecode(b"\xff") + name,
                "x.json",
                "y.txt.gz",
            ]
        )
    written = folder / name
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_bytes(data)
    return written


def command_line(seed: int, number: int, files: dict[str, list[Path]], folder: Path) -> list[str]:
    """Make call `number`: its files in `folder`, and its arguments."""
    r = random.Random(f"{seed}/{number}")

    def tokenizer() -> str:
        if r.random() < 0.25:
            return r.choice(
                ["bundled:gpt2", "bundled:gpt2", "bundled:nothing", "no/such/file.json", "", str(folder)]
            )
        return str(damaged(r.choice(files["tokenizer"]), folder / f"t{r.randrange(3)}", r))

    def corpus() -> list[str]:
        given = folder / "corpus"
        for path in r.sample(files["sample"] + files["counts"], r.choice([1, 2, 2, 3, 5])):
            if r.random() < 0.8:
                given.mkdir(exist_ok=True)
                shutil.copy(path, given)
            else:
                damaged(path, given, r)
        if r.random() < 0.1:
            (given / "manifest.json").write_bytes(
                _structure(b'{"categories": [{"name": "a", "files": ["a.txt"]}]}', r)
            )
        return ["--corpus", str(given)]

    def some(options: dict[str, list[str]]) -> list[str]:
        chosen: list[str] = []
        for name in r.sample(list(options), min(len(options), r.choice([0, 1, 1, 2, 3]))):
            chosen += [name, *([r.choice(options[name])] if options[name] else [])]
        return chosen

    amounts = ["0", "1", "2", "7", "-1", "nan", "1e3", "999999999999999999999", "", "x"]
    reading = {
        "--text-field": ["text", "body", ""],
        "--invalid": ["replace", "strict", "x"],
        "--limit": ["1", "100", "-1", "x"],
        "--categories": ["a,b", "*", "[", "zz", ""],
        "--pretokenizer": ["cl100k", "r50k", "(", "(a*)*b", ""],
        "--limits": ["line=10", "tokenizer=1k", "expansion=1", "x=1", "pattern=0.5", "line=-1", "answer=1"],
    }
    command = r.choice(COMMANDS)
    if command == "infer":
        options = reading | {
            "--from-merge": [*amounts, "auto"],
            "--method": ["row-generation", "whole-lp", "x"],
            "--normalization": ["paper", "x"],
            "--time-limit": ["0", "0.01", "nan", "-1"],
            "--baseline": ["tee", "tc", "uniform", "x"],
            "--identified": amounts,
            "--jackknife": ["2", "3", "-1", "999"],
            "--seed": ["1", "-1", "99999999999999999999999"],
            "--json": [],
            "--force": [],
            "--output": [str(folder / "out.json"), str(folder), "/dev/null", ""],
        }
        bounded = [
            "--merges",
            r.choice(["1", "3", "20", "20", "60"]),
            "--bootstrap",
            r.choice(["0", "0", "2"]),
        ]
        return ["infer", tokenizer(), *corpus(), *bounded, "--no-cache", "--workers", "1", *some(options)]
    if command == "inspect":
        return [
            "inspect",
            tokenizer(),
            *some({"--json": [], "--full": []} | {k: reading[k] for k in ("--pretokenizer", "--limits")}),
        ]
    if command == "compare":
        return ["compare", tokenizer(), tokenizer(), *some({"--json": [], "--full": []})]
    if command == "explain":
        result = damaged(files["result"][0], folder, r)
        return [
            "explain",
            str(result),
            "--category",
            r.choice(["a", "b", "c", "", "\x1b[0m"]),
            *some({"--json": [], "--limit": amounts}),
        ]
    if command == "tally":
        output = ["--output", str(folder / "out"), "--workers", "1"]
        return [
            "tally",
            "--tokenizer",
            tokenizer(),
            *corpus(),
            *output,
            *some(reading | {"--minimum": amounts, "--json": []}),
        ]
    if command == "corpus":
        return ["corpus", "ls", *corpus()[1:], *some({"--json": [], "--categories": reading["--categories"]})]
    if command == "run":
        text = corpus()[1]
        sizes = [
            "--trials",
            "1",
            "--vocabulary",
            r.choice(["257", "260", "300", "1", "x"]),
            "--workers",
            "1",
            "--no-cache",
        ]
        options = {
            "--merges": amounts[:6],
            "--sample-bytes": ["0", "100", "-1"],
            "--omit": ["0", "1", "9"],
            "--form": ["pair", "paper", "x"],
            "--exact": [],
            "--baselines": [],
            "--resamples": ["2", "-1"],
            "--pattern": ["cl100k", "x"],
            "--json": [],
            "--trainer": ["byte-level", "x"],
            "--train-bytes": ["100", "0", "-5"],
        }
        n = r.choice(["1", "2", "2", "3", "x"])
        return ["experiment", "run", "-n", n, "--train", text, "--sample", text, *sizes, *some(options)]
    return ["experiment", "report", str(damaged(files["rows"][0], folder, r)), *some({"--json": []})]


def verdict(code: int | None, stdout: str, stderr: str, seconds: float) -> str:
    """Return what is wrong with a run, "" if nothing."""
    if seconds > SECONDS:
        return f"{seconds:.0f} s"
    if "Traceback" in stderr or "panicked" in stderr:
        return "traceback: " + stderr.strip().splitlines()[-1]
    if code not in (0, 2):
        return f"exit code {code}"
    if "not enough memory" in stderr or "broke down" in stderr:
        return stderr.strip()
    if {"\x1b", "\u202e", "\x9b"} & set(stdout + stderr):
        return "escape sequences in the output"
    last = stderr.rstrip("\n").split("\n")[-1]
    if code == 2 and not last.startswith("bpeinfer: "):
        return "an error that is not ours: " + last
    if any(line and not line.startswith(("bpeinfer: ", "wrote ")) for line in stderr.split("\n")):
        return "stderr: " + stderr.strip()
    return ""


def call_here(arguments: list[str]) -> tuple[int | None, str, str, float]:
    """Run the program in this process, with a time-out and a limit of memory."""
    from bpeinfer.cli import main

    def hang(*_: object) -> None:
        raise HangError

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    begin, code = time.perf_counter(), None
    before, sys.argv = sys.argv, ["bpeinfer", *arguments]
    signal.signal(signal.SIGALRM, hang)
    signal.setitimer(signal.ITIMER_REAL, SECONDS + 1)
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
    return code, texts[0], texts[1], time.perf_counter() - begin


def call_for_real(arguments: list[str]) -> tuple[int | None, str, str, float]:
    """Run the program as a shell would."""
    begin = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bpeinfer", *arguments],
            capture_output=True,
            timeout=4 * SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return None, "", "", 4 * SECONDS
    # Others may be at work on the machine: only the longer time-out counts.
    seconds = min(time.perf_counter() - begin, SECONDS)
    return (
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
        seconds,
    )


def run_slice(seed: int, numbers: list[int], real: bool, show: bool) -> Iterator[dict[str, Any]]:
    """Run some calls and yield a row for each."""
    with tempfile.TemporaryDirectory() as made:
        files = bases(Path(made))
        if not real:
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, resource.RLIM_INFINITY))
        for number in numbers:
            folder = Path(made, f"call{number}")
            folder.mkdir()
            arguments = command_line(seed, number, files, folder)
            if any("\0" in argument for argument in arguments):
                continue
            code, stdout, stderr, seconds = (call_for_real if real else call_here)(arguments)
            if show:
                print(arguments, code, stdout, stderr, sep="\n")
            fault = verdict(code, stdout, stderr, seconds)
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
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--only", type=int)
    parser.add_argument(
        "--state", type=Path, help="finished calls, one JSON line each; with it a run can be taken up again"
    )
    parser.add_argument("--slice", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if arguments.only is not None:
        for row in run_slice(arguments.seed, [arguments.only], arguments.real, True):
            print(row)
        return 0
    if arguments.slice:
        for row in run_slice(arguments.seed, json.loads(arguments.slice), arguments.real, False):
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
        process = subprocess.run(command + ["--real"] * arguments.real, stdout=subprocess.PIPE, text=True)
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
        f"{len(rows):,} calls (seed {arguments.seed}{', as command lines' * arguments.real}): {clean:,} ran, "
        f"{len(rows) - clean - sum(kinds.values()):,} one-line errors, {sum(kinds.values())} faults; "
        f"longest {max((row['seconds'] for row in rows), default=0):.1f} s; "
        f"{dict(Counter(row['command'] for row in rows))}"
    )
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
