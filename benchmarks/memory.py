"""Peak memory and processor time of tally and infer on gigabytes of generated text, with and without bounded memory.

The text is made while it is read, from documents of the starter pack (benchmarks/grown_text.py), with new words as
often as in real text. Each run is a process of its own.

    python benchmarks/memory.py --sizes 250M,1G --memory none,2G
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from grown_text import GrownText

import bpeinfer as bi
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.sources import Memory
from bpeinfer.limits import amount_of

CATEGORIES = "en-books,en-encyclopedia,de,fr,ru,zh-cn,python,javascript"


def corpus_of(size: int, names: str) -> Corpus:
    """Return the categories, each with its part of `size` bytes of generated text."""
    starter = bi.load_corpus("bundled:starter", categories=names)
    each = size // len(starter.categories)
    made: Any = [Memory(GrownText(category, each), each) for category in starter.categories]  # type: ignore[arg-type]
    return replace(
        starter,
        categories=tuple(
            replace(category, sources=(source,))
            for category, source in zip(starter.categories, made, strict=True)
        ),
    )


def run(job: str, size: int, memory: int | None, names: str, merges: int) -> None:
    """Do one job and print what it took."""
    corpus, most = corpus_of(size, names), [0]

    def watch_disk(folder: str) -> None:
        while True:
            used = 0
            for path in Path(folder).rglob("*"):
                try:
                    used += path.stat().st_blocks * 512
                except OSError:
                    continue
            most[0] = max(most[0], used)
            time.sleep(0.5)

    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        threading.Thread(target=watch_disk, args=(folder,), daemon=True).start()
        begin = time.process_time()
        told = ""
        if job == "tally":
            tallies = bi.tally_corpus(corpus, "bundled:gpt2", Path(folder) / "out", memory=memory)
            told = f"{sum(tally.distinct for tally in tallies):,} distinct, category by category"
        elif job == "generate":
            told = f"{sum(len(text) for category in corpus.categories for text in category.documents()):,}"
        else:
            counts = bi.count_pretokens(corpus, "bundled:gpt2", memory=memory)
            told = f"counted in {time.process_time() - begin:.0f} s, {counts!r}"
            estimate = bi.infer("bundled:gpt2", counts, merges=merges)
            told += (
                f"; {', '.join(f'{name} {took:.0f}' for name, took in estimate.seconds.items() if took >= 1)}"
            )
            told += f"; {estimate.fit.verdict.value}, largest share {estimate.byte_shares.max():.6f}"
        took = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        given = "none" if memory is None else f"{memory / 1e9:g} GB"
        print(
            f"{job} {size / 1e9:g} GB, memory {given}: {took:.0f} s of CPU, peak {peak / 1e9:.2f} GB, "
            f"disk {most[0] / 1e9:.2f} GB; {told}",
            flush=True,
        )


def main() -> None:
    """Run every job with every size and memory, each in a new process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--jobs", default="tally,infer", help="tally, infer, or generate (the text alone)")
    parser.add_argument("--sizes", default="250M,1G", help="bytes of text, all categories together")
    parser.add_argument("--memory", default="none,2G", help="bytes, or none")
    parser.add_argument("--categories", default=CATEGORIES)
    parser.add_argument("--merges", type=int, default=10_000)
    parser.add_argument("--one", action="store_true", help="run in this process")
    given = parser.parse_args()
    for job in given.jobs.split(","):
        for size in given.sizes.split(","):
            for memory in given.memory.split(","):
                if given.one:
                    wanted = None if memory == "none" else int(amount_of(memory, "--memory"))
                    run(job, int(amount_of(size, "--sizes")), wanted, given.categories, given.merges)
                    continue
                again = ["--one", "--jobs", job, "--sizes", size, "--memory", memory]
                again += ["--categories", given.categories, "--merges", str(given.merges)]
                subprocess.run([sys.executable, __file__, *again], check=True)


if __name__ == "__main__":
    main()
