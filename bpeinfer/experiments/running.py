"""Run the trials of a design: text is counted once, results are appended to a .jsonl, a stopped run resumes."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.errors import InferenceError
from bpeinfer.experiments.design import SENTENCEPIECE, Design
from bpeinfer.experiments.results import read_results
from bpeinfer.experiments.sentencepiece_trainer import line_and_space_splits
from bpeinfer.experiments.trial import Texts, run_trial
from bpeinfer.files import append_file
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.progress import SILENT, Progress
from bpeinfer.workers import worker_pool

__all__ = ["count_texts", "run_experiment"]


def count_texts(
    design: Design,
    train: Corpus,
    sample: Corpus,
    *,
    cache: str | Path | None = None,
    workers: int = 1,
    progress: Progress = SILENT,
) -> Texts:
    """Count the categories that both corpora have, as the design's tokenizers split text.

    Raises:
        CorpusError: the text cannot be read.
        InferenceError: unknown pattern, or fewer than n categories in both corpora.
    """
    shared = tuple(name for name in train.names if name in set(sample.names))
    design.draw_categories(shared, 0)
    pretokenizer = _pretokenizer(design)
    halves = []
    for half in (train, sample):
        # By name and not by glob: a name may contain a comma or a star.
        kept = Corpus(tuple(category for category in half.categories if category.name in shared), half.origin)
        progress.start("counting pretokens", total=float(kept.size) or None, unit="B")
        halves.append(
            count_pretokens(
                kept,
                pretokenizer,
                progress=lambda name, size: progress.advance(size, name),
                workers=workers,
                cache=cache,
            )
        )
    return Texts(halves[0], halves[1], pretokenizer)


def run_experiment(
    design: Design,
    train: Corpus,
    sample: Corpus,
    *,
    trials: int,
    name: str = "",
    output: Path | None = None,
    cache: str | Path | None = None,
    workers: int = 1,
    progress: Progress = SILENT,
) -> list[dict[str, Any]]:
    """Run trials 0 to `trials` − 1 and return their rows; those already in `output` are not run again.

    Args:
        design: what the trials have in common.
        train, sample: text of the same categories, from different documents.
        trials: how many; trial number k is the same whatever the number of trials.
        name: of the cell, for the report.
        output: .jsonl file to which each trial's rows are appended when it is done.
        cache: folder in which counts of text are kept.
        workers: processes; with more than one, a script needs ``if __name__ == "__main__":``.
        progress: receives a callback for each trial.

    Raises:
        CorpusError: the text cannot be read.
        InferenceError: the design does not fit the text, or `trials` is below one.
        ResultFileError: `output` is not a file of results.
        OutputError: `output` cannot be written.
    """
    if trials < 1:
        raise InferenceError(f"experiment: trials is {trials}, expected 1 or more")
    key = design.key(train.origin, sample.origin, *(name for name in train.names if name in sample.names))
    rows = _finished_rows(output, key, trials) if output and os.path.isfile(output) else []
    done = {row["trial"] for row in rows}
    waiting = [trial for trial in range(trials) if trial not in done]
    if not waiting:
        return rows
    label = {"key": key, "cell": name, "design": json.loads(json.dumps(asdict(design)))}
    texts = count_texts(design, train, sample, cache=cache, workers=workers, progress=progress)
    progress.start(f"trials of {name or 'the experiment'}", total=float(len(waiting)))
    for new in _finished(design, texts, waiting, workers):
        rows += _kept([label | {"rows": len(new)} | row for row in new], output)
        progress.advance(1, f"trial {new[0]['trial']}" if new else "")
    return rows


def _kept(rows: list[dict[str, Any]], output: Path | None) -> list[dict[str, Any]]:
    """Append the rows of one trial to the file, and return them."""
    if output and rows:
        append_file(output, partial(_lines_to_append, rows))
    return rows


def _finished_rows(output: Path, key: str, trials: int) -> list[dict[str, Any]]:
    """Return the rows of the experiment's trials that are complete in `output`: a kill may have cut off the last."""
    rows = [row for row in read_results([output]) if row["key"] == key and row["trial"] < trials]
    found = Counter(row["trial"] for row in rows)
    return [row for row in rows if found[row["trial"]] >= row.get("rows", 1)]


def _lines_to_append(rows: Sequence[Mapping[str, Any]], there: bytes) -> bytes:
    """Return the rows of one trial as lines; nothing if another run of the experiment has since written them."""
    label = json.dumps({"key": rows[0]["key"]})[:-1].encode()
    others = [json.loads(line) for line in there.splitlines() if line.startswith(label)]
    if sum(row["trial"] == rows[0]["trial"] for row in others) >= len(rows):
        return b""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _pretokenizer(design: Design) -> Pretokenizer:
    if design.trainer == SENTENCEPIECE:
        return line_and_space_splits()
    known = KNOWN.get(design.pattern)
    if known is None:
        raise InferenceError(
            f"experiment: no pattern {design.pattern!r} in the registry; there are: {', '.join(KNOWN)}"
        )
    return Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer, name=known.name)


_shared: tuple[Design, Texts] | None = None  # of a worker process


def _receive(design: Design, texts: Texts) -> None:
    global _shared
    _shared = (design, texts)


def _work(trial: int) -> list[dict[str, Any]]:
    assert _shared is not None
    return run_trial(*_shared, trial)


def _finished(
    design: Design, texts: Texts, trials: Sequence[int], workers: int
) -> Iterator[list[dict[str, Any]]]:
    if workers <= 1 or len(trials) <= 1:
        for trial in trials:
            yield run_trial(design, texts, trial)
        return
    with worker_pool(min(workers, len(trials)), _receive, (design, texts)) as pool:
        for future in as_completed([pool.submit(_work, trial) for trial in trials]):
            yield future.result()
