"""Time text → pretoken counts beside other ways to do it, on one core, in one run.

    python benchmarks/counting.py --corpus DIR                        # one sub-folder or file a category
    python benchmarks/counting.py --corpus DIR --limit 2000000 --patterns r50k,cl100k --grow
    python benchmarks/counting.py --corpus DIR --giant                # all text as one category, streamed

Every measurement is a process of its own with one thread. Rates are per second of processor time, so that a
busy machine does not change them much; wall time is printed beside. `regex` + Counter and `pre_tokenize_str`
are measured on every tenth document. rustbpe and gigatoken are measured where they are installed (pip install
rustbpe gigatoken); their feeds are their trainers' on text in memory, gigatoken's for the GPT-2 pattern,
which is the only one it counts. Equality of the counts is checked where the other gives them out.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

THREADS = ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TOKENIZERS_PARALLELISM")


def documents(corpus: str, limit: int) -> dict[str, list[str]]:
    """Read all text into memory, so that reading is not measured."""
    from bpeinfer.corpora import load_corpus

    samples = load_corpus(corpus, limit=limit or None, minimum=1)
    return {category.name: list(category.documents()) for category in samples.categories}


def processor() -> float:
    """Return the processor time of this process, all threads, in seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(work: Callable[[], Any], size: int) -> dict[str, Any]:
    """Run `work` and return its times and what it says of its result."""
    wall, begin = time.perf_counter(), processor()
    result = work()
    return {
        "processor": processor() - begin,
        "wall": time.perf_counter() - wall,
        "bytes": size,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        **(result if isinstance(result, dict) else {}),
    }


def ours(texts: dict[str, list[str]], pattern: str) -> dict[str, Any]:
    """bpeinfer: all categories, in blocks."""
    from bpeinfer.corpora import Corpus
    from bpeinfer.loading.patterns import KNOWN
    from bpeinfer.pretokenize import Pretokenizer
    from bpeinfer.pretokens import count_pretokens

    known = KNOWN[pattern]
    pretokenizer = Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer, pattern)
    corpus = Corpus.from_texts(texts)

    def work() -> dict[str, Any]:
        counts = count_pretokens(corpus, pretokenizer)
        return {"distinct": len(counts), "pretokens": int(counts.counts.sum())}

    return measured(work, sum_bytes(texts))


def by_regex(texts: dict[str, list[str]], pattern: str) -> dict[str, Any]:
    """`regex` and a dictionary: one Python object for each pretoken."""
    import regex

    compiled = regex.compile(regex_of(pattern))
    tenth = every_tenth(texts)

    def work() -> None:
        counts: Counter[str] = Counter()
        for text in tenth:
            counts.update(compiled.findall(text))

    return measured(work, sum(len(text.encode()) for text in tenth))


def by_tokenizers(texts: dict[str, list[str]], pattern: str) -> dict[str, Any]:
    """Hugging Face's pre-tokenizer from Python."""
    from bpeinfer.loading.patterns import KNOWN
    from bpeinfer.pretokenize import Pretokenizer

    known = KNOWN[pattern]
    pretokenizer = Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer, pattern)
    tenth = every_tenth(texts)

    def work() -> None:
        counts: Counter[bytes] = Counter()
        for text in tenth:
            counts.update(pretokenizer.split(text))

    return measured(work, sum(len(text.encode()) for text in tenth))


def trainer_feed(texts: dict[str, list[str]], pattern: str) -> dict[str, Any]:
    """Hugging Face's trainer, asked for no merges."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(regex_of(pattern)), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=256, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    everything = [text for group in texts.values() for text in group]
    return measured(lambda: tokenizer.train_from_iterator(everything, trainer), sum_bytes(texts))


def rustbpe_feed(texts: dict[str, list[str]], pattern: str) -> dict[str, Any]:
    """rustbpe's trainer, asked for no merges."""
    rustbpe: Any = importlib.import_module("rustbpe")
    everything = [text for group in texts.values() for text in group]
    tokenizer = rustbpe.Tokenizer()
    return measured(
        lambda: tokenizer.train_from_iterator(iter(everything), 256, pattern=regex_of(pattern)),
        sum_bytes(texts),
    )


def gigatoken_feed(texts: dict[str, list[str]], pattern: str) -> dict[str, Any]:
    """gigatoken's undocumented counter; it takes one text, so documents are joined by line breaks."""
    gigatoken: Any = importlib.import_module("gigatoken")
    joined = "\n".join(text for group in texts.values() for text in group).encode()

    def work() -> dict[str, Any]:
        counts = gigatoken.gigatoken_rs.pretokenized_counts(joined)
        return {"distinct": len(counts)}

    return measured(work, len(joined))


def streamed(corpus: str, pattern: str) -> dict[str, Any]:
    """All text of the corpus as one category, from disk."""
    from bpeinfer.corpora import Category, Corpus, load_corpus
    from bpeinfer.loading.patterns import KNOWN
    from bpeinfer.pretokenize import Pretokenizer
    from bpeinfer.pretokens import count_pretokens

    samples = load_corpus(corpus, minimum=1)
    sources = tuple(source for category in samples.categories for source in category.sources)
    known = KNOWN[pattern]
    pretokenizer = Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer, pattern)

    def work() -> dict[str, Any]:
        counts = count_pretokens(Corpus((Category("all", sources),)), pretokenizer)
        return {"distinct": len(counts), "bytes": int(counts.category_bytes.sum())}

    return measured(work, 0)


WAYS: dict[str, Callable[[dict[str, list[str]], str], dict[str, Any]]] = {
    "bpeinfer": ours,
    "regex + Counter": by_regex,
    "tokenizers in Python": by_tokenizers,
    "tokenizers trainer's feed": trainer_feed,
    "rustbpe feed": rustbpe_feed,
    "gigatoken feed": gigatoken_feed,
}
NEEDS = {"rustbpe feed": "rustbpe", "gigatoken feed": "gigatoken"}


def measure(way: str, corpus: str, limit: int, pattern: str) -> dict[str, Any]:
    """Run one of the ways."""
    return WAYS[way](documents(corpus, limit), pattern)


def sum_bytes(texts: dict[str, list[str]]) -> int:
    """Return the UTF-8 bytes of all texts."""
    return sum(len(text.encode()) for group in texts.values() for text in group)


def every_tenth(texts: dict[str, list[str]]) -> list[str]:
    """Return every tenth document."""
    return [text for group in texts.values() for text in group][::10]


def regex_of(pattern: str) -> str:
    """Return the split pattern of a known pre-tokenizer as one regular expression."""
    from bpeinfer.loading.patterns import KNOWN

    found: str = KNOWN[pattern].pre_tokenizer["pattern"]["Regex"]
    return found


def in_own_process(arguments: Iterable[str]) -> dict[str, Any]:
    """Run this script again for one measurement."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as answer:
        environment = os.environ | dict.fromkeys(THREADS, "1") | {"TOKENIZERS_PARALLELISM": "false"}
        command = [sys.executable, __file__, "--answer", answer.name, *arguments]
        subprocess.run(command, check=True, env=environment)
        result: dict[str, Any] = json.load(answer)
        return result


def show(name: str, result: dict[str, Any], against: float | None = None) -> float:
    """Print a line; return the rate in MB a second of processor time."""
    rate: float = result["bytes"] / 1e6 / result["processor"]
    ratio = f"{against / rate:>7.1f}x" if against else " " * 8
    print(
        f"  {name:<28}{result['bytes'] / 1e6:>9.1f}{result['processor']:>9.2f}{result['wall']:>9.2f}"
        f"{rate:>9.1f}{ratio}{result['peak']:>9.2f}{result.get('distinct', 0):>13,}",
        flush=True,
    )
    return rate


def main(
    corpus: Annotated[str, typer.Option(help="Category samples.")],
    limit: Annotated[int, typer.Option(help="Bytes a category at most; 0: all.")] = 5_000_000,
    patterns: Annotated[str, typer.Option(help="Known pre-tokenizers.")] = (
        "r50k,cl100k,o200k,qwen2,starcoder,deepseek-v3"
    ),
    ways: Annotated[str, typer.Option(help="Ways to measure beside ours, or nothing.")] = ",".join(
        list(WAYS)[1:]
    ),
    grow: Annotated[bool, typer.Option(help="Measure growth with text.")] = False,
    giant: Annotated[bool, typer.Option(help="Measure all text as one category.")] = False,
    answer: Annotated[str, typer.Option(hidden=True)] = "",
    way: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Print a table of rates."""
    if answer:
        result = streamed(corpus, patterns) if way == "streamed" else measure(way, corpus, limit, patterns)
        Path(answer).write_text(json.dumps(result))
        return
    common = ["--corpus", corpus, "--limit", str(limit)]
    head = (
        f"  {'':<28}{'MB':>9}{'cpu s':>9}{'wall s':>9}{'MB/s':>9}{'ours is':>8}{'peak GB':>9}{'distinct':>13}"
    )
    for pattern in patterns.split(","):
        print(f"{pattern}\n{head}")
        rate = show("bpeinfer", in_own_process([*common, "--way", "bpeinfer", "--patterns", pattern]))
        for name in filter(None, ways.split(",")):
            if name not in WAYS:
                raise typer.BadParameter(f"{name!r} is none of {', '.join(WAYS)}", param_hint="--ways")
            if name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None:
                print(f"  {name:<28}not installed")
                continue
            if name == "gigatoken feed" and pattern != "r50k":
                continue
            if name != "tokenizers in Python" and pattern in ("starcoder", "deepseek-v3"):
                continue  # not one regular expression
            show(name, in_own_process([*common, "--way", name, "--patterns", pattern]), rate)
    if grow:
        print(f"growth with text, r50k\n{head}")
        for size in (500_000, 1_000_000, 2_000_000, 4_000_000):
            again = ["--corpus", corpus, "--limit", str(size), "--way", "bpeinfer", "--patterns", "r50k"]
            show(f"{size:,} bytes a category", in_own_process(again))
    if giant:
        print(f"one category, from disk, r50k\n{head}")
        show("bpeinfer", in_own_process([*common, "--way", "streamed", "--patterns", "r50k"]))


if __name__ == "__main__":
    typer.run(main)
