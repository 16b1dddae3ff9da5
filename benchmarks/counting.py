"""Time text → pretoken counts → trajectories against other implementations, on one core, in one run.

    python benchmarks/counting.py --corpus DIR --merges 30000 --grow   # one sub-folder or file a category
    python benchmarks/counting.py --corpus DIR --limit 2000000 --patterns r50k,cl100k
    python benchmarks/counting.py --corpus DIR --patterns "" --giant FOLDER   # 1 GB as one category, streamed

Every measurement is a process of its own with one thread. Rates are per second of processor time, so that a
busy machine does not change them much; wall time is printed beside. `regex` + Counter and `pre_tokenize_str`
are measured on every tenth document. rustbpe and gigatoken are measured where they are installed (pip install
rustbpe gigatoken); their feeds are their trainers' on text in memory, gigatoken's for the GPT-2 pattern, which is
the only one it counts.

With --merges, our replay and aggregation of all categories stand beside what the trainers need for so many
merges of one mixture, all text together: their time for the whole training less that for no merges. With --giant, the
text files below FOLDER (for instance the cache of tools/build_starter.py), in an order drawn by the hash of their
content and each content once, make one category.
"""

from __future__ import annotations

import hashlib
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
    from bpeinfer.corpora.load import load_corpus

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
    from bpeinfer.corpora.corpus import Corpus
    from bpeinfer.counting.jobs import count_pretokens
    from bpeinfer.loading.known_pretokenizers import KNOWN
    from bpeinfer.pretokenize import Pretokenizer

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
    from bpeinfer.loading.known_pretokenizers import KNOWN
    from bpeinfer.pretokenize import Pretokenizer

    known = KNOWN[pattern]
    pretokenizer = Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer, pattern)
    tenth = every_tenth(texts)

    def work() -> None:
        counts: Counter[bytes] = Counter()
        for text in tenth:
            counts.update(pretokenizer.split(text))

    return measured(work, sum(len(text.encode()) for text in tenth))


def train_hf(texts: dict[str, list[str]], pattern: str, merges: int) -> None:
    """Run Hugging Face's trainer."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(regex_of(pattern)), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=256 + merges, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator([text for group in texts.values() for text in group], trainer)


def train_rustbpe(texts: dict[str, list[str]], pattern: str, merges: int) -> None:
    """Run rustbpe's trainer."""
    rustbpe: Any = importlib.import_module("rustbpe")
    everything = (text for group in texts.values() for text in group)
    rustbpe.Tokenizer().train_from_iterator(everything, 256 + merges, pattern=regex_of(pattern))


def train_gigatoken(texts: dict[str, list[str]], pattern: str, merges: int) -> None:
    """Run gigatoken's trainer, which takes a file and has GPT-2's pattern only."""
    gigatoken: Any = importlib.import_module("gigatoken")
    with tempfile.NamedTemporaryFile("wb", suffix=".txt") as joined:
        joined.write("\n".join(text for group in texts.values() for text in group).encode())
        joined.flush()
        gigatoken.train_bpe(joined.name, 256 + merges, [])


TRAINERS: dict[str, Callable[[dict[str, list[str]], str, int], None]] = {
    "tokenizers": train_hf,
    "rustbpe": train_rustbpe,
    "gigatoken": train_gigatoken,
}


def trainer_feed(texts: dict[str, list[str]], pattern: str) -> dict[str, Any]:
    """Hugging Face's trainer, asked for no merges."""
    return measured(lambda: train_hf(texts, pattern, 0), sum_bytes(texts))


def rustbpe_feed(texts: dict[str, list[str]], pattern: str) -> dict[str, Any]:
    """rustbpe's trainer, asked for no merges."""
    return measured(lambda: train_rustbpe(texts, pattern, 0), sum_bytes(texts))


def gigatoken_feed(texts: dict[str, list[str]], pattern: str) -> dict[str, Any]:
    """gigatoken's undocumented counter; it takes one text, so documents are joined by line breaks."""
    gigatoken: Any = importlib.import_module("gigatoken")
    joined = "\n".join(text for group in texts.values() for text in group).encode()

    def work() -> dict[str, Any]:
        counts = gigatoken.gigatoken_rs.pretokenized_counts(joined)
        return {"distinct": len(counts)}

    return measured(work, len(joined))


def merge_phase(name: str, texts: dict[str, list[str]], merges: int) -> dict[str, Any]:
    """A trainer's time for the merges of all text together, GPT-2's pattern."""
    feed = measured(lambda: TRAINERS[name](texts, "r50k", 0), sum_bytes(texts))
    whole = measured(lambda: TRAINERS[name](texts, "r50k", merges), sum_bytes(texts))
    return whole | {key: whole[key] - feed[key] for key in ("processor", "wall")}


def followed(texts: dict[str, list[str]], merges: int, categories: int = 0) -> dict[str, Any]:
    """Bpeinfer: count, then replay GPT-2's merges and add up the trajectories of every category."""
    import bpeinfer as bi
    from bpeinfer.pair_history import PairHistory
    from bpeinfer.replay import replay

    tokenizer = bi.load_tokenizer("bundled:gpt2")
    chosen = dict(
        list(texts.items())[:: max(1, len(texts) // categories)][:categories] if categories else texts
    )
    begin = processor()
    counts = bi.count_pretokens(bi.Corpus.from_texts(chosen), tokenizer.pretokenizer)
    counted = processor() - begin

    def work() -> dict[str, Any]:
        segmentation = replay(tokenizer.merges.head(merges), counts.blob, counts.offsets)
        replayed = processor() - begin - counted
        history = PairHistory.of(segmentation)
        trajectories = history.trajectories(counts.by_category(), counts.category_bytes)
        return {"replay": replayed, "intervals": len(trajectories.interval_pair)}

    done = measured(work, sum_bytes(chosen))
    return done | {"counting": counted, "distinct": len(counts), "categories": len(chosen)}


def write_giant(folder: Path, size: int, path: Path) -> int:
    """Write text files below a folder, each content once, as documents; return how many."""
    chosen = []
    seen = set()
    for file in folder.rglob("*"):
        if not file.is_file() or file.is_symlink() or not 200 <= file.stat().st_size <= 2_000_000:
            continue
        data = file.read_bytes()
        digest = hashlib.sha256(data).digest()
        if b"\0" not in data and digest not in seen:
            seen.add(digest)
            chosen.append((digest, file))
    documents = 0
    with path.open("w", encoding="utf-8") as stream:
        for _, file in sorted(chosen):
            try:
                text = file.read_text("utf-8")
            except UnicodeDecodeError:
                continue
            stream.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
            documents += 1
            if stream.tell() > size:
                break
    return documents


def streamed(path: str, pattern: str) -> dict[str, Any]:
    """One file as one category, from disk."""
    from bpeinfer.corpora.load import load_corpus
    from bpeinfer.counting.jobs import count_pretokens
    from bpeinfer.loading.known_pretokenizers import KNOWN
    from bpeinfer.pretokenize import Pretokenizer

    known = KNOWN[pattern]
    pretokenizer = Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer, pattern)

    def work() -> dict[str, Any]:
        counts = count_pretokens(load_corpus(path, minimum=1), pretokenizer)
        size, entries = int(counts.category_bytes.sum()), counts.counts.nnz
        return {"distinct": len(counts), "bytes": size, "entries": entries}

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
    from bpeinfer.loading.known_pretokenizers import KNOWN

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


def table_of_merges(common: list[str], merges: int) -> None:
    """Print our replay and aggregation beside the trainers' merges."""
    print(f"{merges:,} merges, r50k: ours of all categories, the trainers' of one mixture")
    print(f"  {'':<28}{'MB':>9}{'cpu s':>9}{'wall s':>9}{'ours/it':>9}{'peak GB':>9}")
    own = in_own_process([*common, "--way", "followed", "--merges", str(merges)])
    rows = {"bpeinfer, replay + aggregation": own}
    for name in TRAINERS:
        if importlib.util.find_spec(name) is None:
            print(f"  {name:<28}not installed")
        else:
            rows[name] = in_own_process([*common, "--way", name, "--merges", str(merges)])
    for name, row in rows.items():
        print(
            f"  {name:<28.28}{row['bytes'] / 1e6:>9.1f}{row['processor']:>9.2f}{row['wall']:>9.2f}"
            f"{own['processor'] / row['processor']:>9.2f}{row['peak']:>9.2f}",
            flush=True,
        )
    print(
        f"  of ours, replay {own['replay']:.2f}, {own['categories']} categories, {own['distinct']:,} pretokens"
    )


def table_of_growth(corpus: str, limit: int, merges: int) -> None:
    """Print what doubling text, merges and categories costs."""
    print("growth, r50k")
    print(
        f"  {'MB':>9}{'categories':>12}{'merges':>9}{'count s':>9}{'replay s':>10}{'aggregate s':>13}{'peak GB':>9}"
    )
    for part, listed, categories in (
        *((part, merges, 0) for part in (8, 4, 2, 1)),
        *((1, merges // part, 0) for part in (8, 4, 2)),
        *((1, merges, count) for count in (11, 22, 44)),
    ):
        given = ["--limit", str(limit // part), "--merges", str(listed), "--categories", str(categories)]
        row = in_own_process(["--corpus", corpus, "--way", "followed", *given])
        print(
            f"  {row['bytes'] / 1e6:>9.1f}{row['categories']:>12}{listed:>9,}{row['counting']:>9.2f}"
            f"{row['replay']:>10.2f}{row['processor'] - row['replay']:>13.2f}{row['peak']:>9.2f}",
            flush=True,
        )


def main(
    corpus: Annotated[str, typer.Option(help="Category samples.")],
    limit: Annotated[int, typer.Option(help="Bytes a category at most; 0: all.")] = 5_000_000,
    patterns: Annotated[str, typer.Option(help="Known pre-tokenizers, or nothing.")] = (
        "r50k,cl100k,o200k,qwen2,starcoder,deepseek-coder,deepseek-v3"
    ),
    ways: Annotated[str, typer.Option(help="Ways to measure beside ours, or nothing.")] = ",".join(
        list(WAYS)[1:]
    ),
    merges: Annotated[int, typer.Option(help="Follow so many merges of GPT-2; 0: none.")] = 0,
    grow: Annotated[bool, typer.Option(help="Measure growth with text, merges and categories.")] = False,
    giant: Annotated[
        Path | None, typer.Option(help="Measure the text in this folder as one category.")
    ] = None,
    giant_bytes: Annotated[int, typer.Option(help="How much of it.")] = 1_000_000_000,
    categories: Annotated[int, typer.Option(hidden=True)] = 0,
    answer: Annotated[str, typer.Option(hidden=True)] = "",
    way: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Print tables of times, rates and ratios."""
    if answer:
        if way == "streamed":
            result = streamed(corpus, patterns)
        elif way == "followed":
            result = followed(documents(corpus, limit), merges, categories)
        elif way in TRAINERS:
            result = merge_phase(way, documents(corpus, limit), merges)
        else:
            result = measure(way, corpus, limit, patterns)
        Path(answer).write_text(json.dumps(result))
        return
    common = ["--corpus", corpus, "--limit", str(limit)]
    head = (
        f"  {'':<28}{'MB':>9}{'cpu s':>9}{'wall s':>9}{'MB/s':>9}{'ours is':>8}{'peak GB':>9}{'distinct':>13}"
    )
    from bpeinfer.loading.known_pretokenizers import KNOWN

    asked = [name for name in patterns.split(",") if name]
    if unknown := [name for name in asked if name not in KNOWN]:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(KNOWN)}", param_hint="--patterns")
    for pattern in asked:
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
            if name != "tokenizers in Python" and pattern.startswith(("starcoder", "deepseek")):
                continue  # not one regular expression
            show(name, in_own_process([*common, "--way", name, "--patterns", pattern]), rate)
    if merges:
        table_of_merges(common, merges)
    if grow:
        table_of_growth(corpus, limit, merges or 30_000)
    if giant:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "all.jsonl"
            print(f"one category of {write_giant(giant, giant_bytes, path):,} files, from disk, r50k\n{head}")
            given = ["--corpus", str(path), "--way", "streamed", "--patterns", "r50k"]
            result = in_own_process(given)
            show("bpeinfer", result)
            print(f"  {result['entries']:,} counts of a pretoken in a block")


if __name__ == "__main__":
    typer.run(main)
