"""Fuzz every command with every format: only clean runs and one-line errors of ours may come out.

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
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

SECONDS = 30.0
MEMORY = 2**30
SLICE = 250
WORDS = [
    *("the", "of", "and", "in", "a", "to", "for", "is", "on", "that", "with", "as", "at"),
    *("by", "from", "it", "was", "are", "this", "be", "or", "an", "they", "which", "one", "you"),
]
COMMANDS = (
    *(
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
    ),
)


SELF_CONTAINED = ("tokenizer.json", "old.json", "tekken.json", "pieces.model", "merges.gguf")
"""Tokenizers that say how text is split."""


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
        found[kind] = sorted(path for path in (folder / kind).iterdir() if path.name != "manifest.json")
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


class Chance:
    """The dice of one call, and how many odd things it may still hold."""

    def __init__(self, seed: int, number: int) -> None:
        self.dice = random.Random(f"{seed}/{number}")
        self.left = self.dice.choice([0, 1, 1, 4])

    def odd(self, chance: float = 0.3) -> bool:
        """Say whether something odd is to happen here."""
        if self.left == 0 or self.dice.random() >= chance:
            return False
        self.left -= 1
        return True

    def value(self, usual: Sequence[str], odd: Sequence[str]) -> str:
        """Choose a value for an option."""
        return self.dice.choice(odd if odd and self.odd() else usual or odd)

    def options(self, known: Mapping[str, tuple[Sequence[str], Sequence[str]] | None]) -> list[str]:
        """Choose up to three options of those that a command has; None stands for a switch."""
        chosen: list[str] = []
        for name in self.dice.sample(list(known), min(len(known), self.dice.choice([0, 1, 1, 2, 3]))):
            values = known[name]
            if values is None:
                chosen.append(name)
            elif values[0] or self.odd():  # an option of odd values only is odd itself
                chosen += [name, self.value(*values)]
        return chosen


def damaged(path: Path, folder: Path, chance: Chance) -> Path:
    """Copy a file, perhaps damaged and to a name that may be odd."""
    r = chance.dice
    data, name = path.read_bytes(), path.name
    if chance.odd(0.5):
        for _ in range(r.choice([1, 1, 1, 2])):
            with contextlib.suppress(RecursionError):
                data = r.choice(DAMAGES)(data, r)[: 10**6]
    if chance.odd(0.1):
        odd = [
            "\x1b[31m" + name,
            "\u202e" + name,
            "a b" + name,
            os.fsdecode(b"\xff") + name,
            "x.json",
            "y.txt.gz",
        ]
        name = r.choice(odd)
    written = folder / name
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_bytes(data)
    return written


AMOUNTS = ["0", "-1", "nan", "1e3", "999999999999999999999", "", "x"]
READING: dict[str, tuple[Sequence[str], Sequence[str]] | None] = {
    "--text-field": (["text"], ["body", ""]),
    "--invalid": (["replace", "strict"], ["x"]),
    "--limit": (["100", "1000"], ["1", "-1", "x"]),
    "--categories": (["*", "[a-z]*"], ["a,b,c", "[a-d]", "[", "zz", "", "a"]),
    "--pretokenizer": (["cl100k", "o200k"], ["(", "(a*)*b", ""]),
    "--limits": (
        ["pattern=5", "line=1M, answer=1", "tokenizer=1G"],
        ["line=10", "tokenizer=1k", "expansion=1", "x=1", "line=-1"],
    ),
}  # fmt: skip
INFERRING = READING | {
    "--from-merge": (["2", "5", "auto"], AMOUNTS),
    "--method": (["row-generation", "whole-lp"], ["x"]),
    "--normalization": (["paper"], ["x"]),
    "--time-limit": (["0", "0.01"], ["nan", "-1"]),
    "--baseline": (["tee", "tc", "uniform"], ["x"]),
    "--identified": (["0", "0.5"], AMOUNTS),
    "--jackknife": (["2", "3"], ["-1", "999"]),
    "--seed": (["1", "7"], ["-1", "99999999999999999999999"]),
    "--json": None,
    "--force": None,
}
RUNNING: dict[str, tuple[Sequence[str], Sequence[str]] | None] = {
    "--merges": (["1"], [*AMOUNTS, "20"]),
    "--sample-bytes": (["1000"], ["0", "-1", "100"]),
    "--omit": (["0"], ["1", "9"]),
    "--form": (["pair", "paper"], ["x"]),
    "--exact": None,
    "--baselines": None,
    "--resamples": (["2"], ["-1"]),
    "--pattern": (["cl100k"], ["x"]),
    "--json": None,
    "--trainer": (["byte-level"], ["x"]),
    "--train-bytes": (["2000"], ["100", "0", "-5"]),
}


def command_line(seed: int, number: int, files: dict[str, list[Path]], folder: Path) -> list[str]:
    """Make call `number`: its files in `folder`, and its arguments."""
    chance = Chance(seed, number)
    r = chance.dice

    def tokenizer(names: Sequence[Path] = files["tokenizer"]) -> str:
        if chance.odd(0.1):
            return r.choice(["bundled:nothing", "no/such/file.json", "", str(folder)])
        if r.random() < 0.02:
            return "bundled:gpt2"
        return str(damaged(r.choice(names), folder / f"t{r.randrange(3)}", chance))

    def split() -> list[str]:
        return [] if chance.odd(0.1) else ["--pretokenizer", r.choice(["auto", "r50k", "cl100k"])]

    def corpus(least: int = 2) -> list[str]:
        given = folder / "corpus"
        every = files["sample"] + files["counts"] * (r.random() < 0.1)
        given.mkdir()
        for path in r.sample(every, 1 if chance.odd(0.1) else r.choice([least, least + 1, 5])):
            damaged(path, given, chance)
        if r.random() < 0.1:
            named = sorted(path.name for path in given.iterdir())
            manifest = {"categories": [{"name": name[:1], "file": name} for name in named]}
            text = json.dumps(manifest).encode()
            (given / "manifest.json").write_bytes(_structure(text, r) if chance.odd(0.7) else text)
        return ["--corpus", str(given)]

    command = r.choice(COMMANDS)
    if command == "infer":
        outputs = (
            [str(folder / "out.json"), "/dev/null"],
            [str(folder), "", str(folder / "no" / "out.json")],
        )
        options = INFERRING | {"--output": outputs}
        bounded = ["--merges", chance.value(["20", "20", "24"], ["60", "1", "3", "x"])]
        bounded += ["--bootstrap", r.choice(["0", "0", "2"]), "--no-cache", "--workers", "1"]
        return ["infer", tokenizer(), *split(), *corpus(), *bounded, *chance.options(options)]
    if command == "inspect":
        options = {
            "--json": None,
            "--full": None,
            **{name: READING[name] for name in ("--pretokenizer", "--limits")},
        }
        return ["inspect", tokenizer(), *split(), *chance.options(options)]
    if command == "compare":
        told = (
            [path for path in files["tokenizer"] if path.name in SELF_CONTAINED]
            if chance.dice.random() < 0.9
            else files["tokenizer"]
        )
        return [
            "compare",
            tokenizer(told),
            tokenizer(told),
            *chance.options({"--json": None, "--full": None}),
        ]
    if command == "explain":
        result = damaged(files["result"][0], folder, chance)
        asked = chance.value(["a", "b", "c"], ["", "\x1b[0m", "none"])
        options = {"--json": None, "--limit": (["1", "5"], AMOUNTS)}
        return ["explain", str(result), "--category", asked, *chance.options(options)]
    if command == "tally":
        options = READING | {"--minimum": (["1", "2"], AMOUNTS), "--json": None}
        output = ["--output", str(folder / "out"), "--workers", "1"]
        return ["tally", "--tokenizer", tokenizer(), *split(), *corpus(1), *output, *chance.options(options)]
    if command == "corpus":
        return [
            "corpus",
            "ls",
            *corpus()[1:],
            *chance.options({"--json": None, "--categories": READING["--categories"]}),
        ]
    if command == "run":
        text = corpus(3)[1]
        sizes = [
            "--vocabulary",
            chance.value(["257", "260", "300"], ["1", "x"]),
            "--trials",
            "1",
            "--workers",
            "1",
        ]
        n = chance.value(["2", "2", "3"], ["1", "x"])
        given = ["experiment", "run", "-n", n, "--train", text, "--sample", text, *sizes, "--no-cache"]
        return [*given, *chance.options(RUNNING)]
    return [
        "experiment",
        "report",
        str(damaged(files["rows"][0], folder, chance)),
        *chance.options({"--json": None}),
    ]


def verdict(code: int | None, stdout: str, stderr: str, seconds: float) -> str:
    """Return what is wrong with a run of so many seconds of CPU time, "" if nothing."""
    if code is None and "Traceback" not in stderr:
        return "a hang"
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
            arguments = command_line(seed, number, files, folder)
            if any("\0" in argument for argument in arguments):
                continue
            code, stdout, stderr, seconds = CALLS[how](arguments)
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
