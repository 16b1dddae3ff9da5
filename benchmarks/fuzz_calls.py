"""The calls of fuzz.py: valid files of every kind, damage, and command lines from a seed and a number."""

from __future__ import annotations

import base64
import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

Options = dict[str, tuple[Sequence[str], Sequence[str]] | None]
"""Options of a command: usual and odd values, None for a switch."""

WORDS = [
    *("the", "of", "and", "in", "a", "to", "for", "is", "on", "that", "with", "as", "at"),
    *("by", "from", "it", "was", "are", "this", "be", "or", "an", "they", "which", "one", "you"),
]


SELF_CONTAINED = ("tokenizer.json", "old.json", "tekken.json", "pieces.model", "merges.gguf")
"""Tokenizers that say how text is split."""


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
        *(
            (
                *("infer", "bundled:gpt2", *common, "--merges", merges, "--resamples", "2", "--no-cache"),
                *("--windows", "2"),
                *("--output", str(folder / "result" / f"result{merges}.json")),
            )
            for merges in ("40", "60")
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
    "$x^{",
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

    def options(self, known: Options) -> list[str]:
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
READING: Options = {
    "--text-field": (["text"], ["body", ""]),
    "--errors": (["replace", "strict"], ["x"]),
    "--limit": (["100", "1000"], ["1", "-1", "x"]),
    "--categories": (["*", "[a-z]*"], ["a,b,c", "[a-d]", "[", "zz", "", "a"]),
    "--pretokenizer": (["cl100k", "o200k"], ["(", "(a*)*b", ""]),
    "--limits": (
        ["pattern=5", "line=1M, answer=1", "tokenizer=1G"],
        ["line=10", "tokenizer=1k", "expansion=1", "x=1", "line=-1"],
    ),
}  # fmt: skip
INFERRING: Options = READING | {
    "--first-merge": (["2", "5", "auto"], AMOUNTS),
    "--method": (["row-generation", "whole-lp"], ["x"]),
    "--normalization": (["paper"], ["x"]),
    "--time-limit": (["0", "0.01"], ["nan", "-1"]),
    "--baselines": (["tee", "tc,uniform"], ["x"]),
    "--identified": (["0", "0.5"], AMOUNTS),
    "--jackknife": (["2", "3"], ["-1", "999"]),
    "--seed": (["1", "7"], ["-1", "99999999999999999999999"]),
    "--json": None,
    "--force": None,
    "--windows": (["2"], ["-1", "999"]),
    "--no-ask-others": None,
    "--simplest": (["0", "0.02", "1"], ["-1", "nan", "2", "x"]),
    "--layout": (["auto", "as-is", "tabs"], ["x"]),
    "--memory": (["1MB", "1GB"], [*AMOUNTS, "1X"]),
    "--name": (["t", "t[/x]"], ["", "\x1b[31m"]),
    "--expect": (["a=50,b=50", "a=1"], ["zz=1", "a", "a=nan", "=", "a=1000"]),
    "--within": (["5"], ["-1", "nan", "x"]),
    "--fail-on": (["poor", "doubtful"], ["x"]),
}
RUNNING: Options = {
    "--merges": (["1"], [*AMOUNTS, "20"]),
    "--sample-bytes": (["1000"], ["0", "-1", "100"]),
    "--omit": (["0"], ["1", "9"]),
    "--forms": (["pair", "paper"], ["x"]),
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

    def corpus(least: int = 2, name: str = "corpus") -> list[str]:
        given = folder / name
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

    def result() -> str:
        return str(damaged(r.choice(files["result"]), folder / f"r{r.randrange(3)}", chance))

    def output(name: str, *more: str) -> tuple[Sequence[str], Sequence[str]]:
        return [str(folder / name), *more], [str(folder), "", str(folder / "no" / name)]

    pages: Options = {
        f"--{kind}": output(f"out.{kind}", "-", "-") for kind in ("html", "markdown", "csv", "latex")
    }
    as_json: Options = {"--json": None}
    units: Options = {"--unit": (["bytes", "pairs"], ["x"])}
    one = ["--workers", "1", "--no-cache"]

    def infer() -> list[str]:
        several = [tokenizer() for _ in range(r.choice([1, 1, 1, 1, 1, 2]))]
        bounded = ["--merges", chance.value(["20", "20", "24"], ["60", "1", "3", "x"])]
        bounded += ["--resamples", r.choice(["0", "0", "2"]), *one]
        options = INFERRING | pages | {"--output": output("out.json", "/dev/null")}
        return [*several, *split(), *corpus(), *bounded, *chance.options(options)]

    def inspect() -> list[str]:
        options = (
            as_json
            | {"--full": None, "--reachable": None, "--name": INFERRING["--name"]}
            | {name: READING[name] for name in ("--pretokenizer", "--limits")}
        )
        return [tokenizer(), *split(), *chance.options(options)]

    def compare() -> list[str]:
        if r.random() < 0.5:
            return [result(), result(), *chance.options(as_json | units | pages)]
        names = files["tokenizer"]
        if r.random() < 0.9:
            names = [path for path in names if path.name in SELF_CONTAINED]
        return [tokenizer(names), tokenizer(names), *chance.options({"--full": None, **as_json})]

    def explain() -> list[str]:
        asked = chance.value(["a", "b", "c"], ["", "\x1b[0m", "none"])
        return [result(), "--category", asked, *chance.options({"--top": (["1", "5"], AMOUNTS), **as_json})]

    def table() -> list[str]:
        columns: Options = {"--columns": (["a,b"], ["*", "zz", ""])}
        given = [result() for _ in range(r.choice([1, 2, 3]))]
        return [*given, *chance.options(as_json | units | columns | pages)]

    def report() -> list[str]:
        return [result(), *chance.options({"--force": None, **pages})]

    def plot() -> list[str]:
        kind = r.choice(["shares", "groups", "drift", "evidence"])
        asked = ["--category", r.choice(["a", "b", "c"])] if kind == "evidence" or chance.odd(0.1) else []
        options: Options = {"--force": None, "--top": (["1", "5", "999999"], AMOUNTS)}
        picture = chance.value([str(folder / "out.svg"), str(folder / "out.png")], [str(folder), "", "x.gif"])
        return [result(), "--output", picture, "--kind", kind, *asked, *chance.options(options)]

    def size() -> list[str]:
        return [tokenizer(), *split(), *corpus(), *one, *chance.options(READING | as_json | pages)]

    def check() -> list[str]:
        promised = [
            "--includes",
            chance.value(["a", "a,b", "b=20"], ["", "zz", "a=x", "a,a", "a=101", "a=nan"]),
        ]
        options = READING | as_json | pages | {"--at-least": (["1", "50"], AMOUNTS)}
        return [tokenizer(), *split(), *corpus(), *promised, "--merges", "20", *one, *chance.options(options)]

    def rank() -> list[str]:
        place = Path(corpus(2)[1])
        given = sorted(str(path) for path in place.iterdir()) if r.random() < 0.9 else [str(place)]
        options = as_json | pages | {"--limits": READING["--limits"], "--merges": (["10", "20"], AMOUNTS)}
        return [tokenizer(), *given, *split(), *one, *chance.options(options)]

    def member() -> list[str]:
        place = Path(corpus(2, "controls")[1])
        given = sorted(str(path) for path in place.iterdir())
        against = ["--controls", str(place)] if r.random() < 0.7 else []
        options = (
            READING | as_json | pages | {"--merges": (["10", "20"], AMOUNTS), "--first-merge": (["0"], ["x"])}
        )
        asked = [tokenizer(), chance.value(given[:1], [str(folder / "none"), ""]), *against]
        return [*asked, *split(), *corpus(), *one, *chance.options(options)]

    def validate() -> list[str]:
        if r.random() < 0.3:
            return ["--list", *chance.options(as_json | pages)]
        names = r.sample(["starcoder", "nanochat", "gpt2-spanish"], r.choice([1, 1, 2]))
        options = as_json | pages | {name: READING[name] for name in ("--categories", "--limits")}
        return [
            *(f"{name}={tokenizer()}" for name in names),
            *corpus(),
            "--merges",
            "20",
            *one,
            *chance.options(options),
        ]

    def tally() -> list[str]:
        options = READING | as_json | {"--min-count": (["1", "2"], AMOUNTS)}
        options |= {
            "--memory": INFERRING["--memory"],
            "--engine": (["local"], ["x"]),
            "--address": ([], ["x:1"]),
        }
        given = [
            "--tokenizer",
            tokenizer(),
            *split(),
            *corpus(1),
            "--output",
            str(folder / "out"),
            "--workers",
            "1",
        ]
        return [*given, *chance.options(options)]

    def counts() -> list[str]:
        # No hub: names that are not those of packs, damaged counts, and counts without a licence.
        more = as_json | {"--limits": READING["--limits"]}
        if r.random() < 0.5:
            given = corpus(1)[1]
            if r.random() < 0.7:
                given = str(folder / "counted")
                for path in r.sample(files["counts"], min(len(files["counts"]), 3)):
                    damaged(path, Path(given), chance)
            return ["push", given, r.choice(["a/b", "a", "a/b@c"]), *chance.options(more)]
        named = r.choice(["a", "hub-counts:a", "hub-counts:a/b#c", "hub-counts:a/b"])
        asked = ["--tokenizer", tokenizer(), *split(), "--output", str(folder / "pulled")]
        return ["pull", named, *asked, *chance.options(more)]

    def corpus_ls() -> list[str]:
        return ["ls", *corpus()[1:], *chance.options({"--categories": READING["--categories"], **as_json})]

    def corpus_fetch() -> list[str]:
        # No hub: recipes that are damaged, and names that are not those of data sets.
        recipe = folder / "recipe.toml"
        table = b'[de]\ndataset = "a/b"\nbytes = "1k"\n'
        cut = r.randrange(len(table))
        recipe.write_bytes(table[:cut] + bytes([r.randrange(256)]) + table[cut:])
        given = r.choice([str(recipe), "hub:a/b", "hub:a/b#", "bundled:none", "hub:a/b@x/y#text"])
        options: Options = {"--limit": (["1k", "300k"], AMOUNTS), "--categories": (["de", "d*"], ["x", ""])}
        return ["fetch", given, "--output", str(folder / "fetched"), *chance.options(options | as_json)]

    def experiment_run() -> list[str]:
        text, n = corpus(3)[1], chance.value(["2", "2", "3"], ["1", "x"])
        sizes = ["--vocabulary", chance.value(["257", "260", "300"], ["1", "x"]), "--trials", "1"]
        return ["run", "-n", n, "--train", text, "--sample", text, *sizes, *one, *chance.options(RUNNING)]

    def cache() -> list[str]:
        kept = folder / "cache"  # what the environment names: run_slice
        for path in files["counts"]:
            damaged(path, kept, chance)
        verb = r.choice(["ls", "verify", "prune"])
        ages: Options = {"--days": (["1", "0"], AMOUNTS), "--most": (["1k", "0", "500M"], ["x", "-1", ""])}
        options: dict[str, Options] = {"ls": {}, "verify": {"--remove": None}, "prune": ages}
        return [verb, *chance.options(as_json | options[verb])]

    def env() -> list[str]:
        return chance.options(as_json)

    def experiment_report() -> list[str]:
        return ["report", str(damaged(files["rows"][0], folder, chance)), *chance.options(as_json)]

    makers = [
        infer,
        infer,
        infer,
        inspect,
        inspect,
        compare,
        compare,
        explain,
        table,
        report,
        plot,
        size,
        check,
        rank,
        member,
        validate,
        tally,
    ]
    maker = r.choice(
        [
            *makers,
            counts,
            cache,
            env,
            corpus_ls,
            corpus_fetch,
            experiment_run,
            experiment_run,
            experiment_report,
        ]
    )
    return [maker.__name__.partition("_")[0], *maker()]
