"""Infer the training mixture of a BPE tokenizer from its merge list.

file or hub id ─► MergeList + Pretokenizer ─┐
                                            ├─► PairTrajectories ─► MixtureProblem ─► MixtureEstimate
category samples ─► PretokenCounts ─────────┘

    import bpeinfer as bi

    tokenizer = bi.load_tokenizer("bundled:gpt2")
    estimate = bi.infer(tokenizer, bi.starter_corpus())
    print(estimate)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpeinfer.corpora.corpus import Corpus
    from bpeinfer.corpora.hub.fetch import fetch_corpus
    from bpeinfer.corpora.load import load_corpus, starter_corpus
    from bpeinfer.counting.counts import PretokenCounts
    from bpeinfer.counting.jobs import count_pretokens
    from bpeinfer.counting.packs import pull_counts, push_counts
    from bpeinfer.counting.tally import tally_corpus
    from bpeinfer.errors import BpeInferError
    from bpeinfer.estimate import MixtureEstimate
    from bpeinfer.experiments import run_experiment
    from bpeinfer.inference.job import infer
    from bpeinfer.inference.tracing import trace
    from bpeinfer.inference.training_size import training_size
    from bpeinfer.inspection.compare import compare_tokenizers
    from bpeinfer.inspection.inspect import inspect_tokenizer
    from bpeinfer.inspection.reachability import Reachability, reachability
    from bpeinfer.limits import Limits
    from bpeinfer.loading import Tokenizer, load_tokenizer
    from bpeinfer.many import Outcome, infer_many
    from bpeinfer.membership import MemberCheck, check_member
    from bpeinfer.merges import MergeList
    from bpeinfer.promises import InclusionCheck, check_includes
    from bpeinfer.ranking import TextRanking, rank_texts
    from bpeinfer.side_by_side import ResultComparison, ResultTable, compare_results, table
    from bpeinfer.sizing import TrainingSize
    from bpeinfer.stored_estimate import StoredEstimate, load_estimate, result_schema
    from bpeinfer.trajectory import PairTrajectories
    from bpeinfer.validation import Validations, published_truths, validate

__all__ = [
    "BpeInferError",
    "Corpus",
    "InclusionCheck",
    "Limits",
    "MemberCheck",
    "MergeList",
    "MixtureEstimate",
    "Outcome",
    "PairTrajectories",
    "PretokenCounts",
    "Reachability",
    "ResultComparison",
    "ResultTable",
    "StoredEstimate",
    "TextRanking",
    "Tokenizer",
    "TrainingSize",
    "Validations",
    "check_includes",
    "check_member",
    "compare_results",
    "compare_tokenizers",
    "count_pretokens",
    "fetch_corpus",
    "infer",
    "infer_many",
    "inspect_tokenizer",
    "load_corpus",
    "load_estimate",
    "load_tokenizer",
    "published_truths",
    "pull_counts",
    "push_counts",
    "rank_texts",
    "reachability",
    "result_schema",
    "run_experiment",
    "starter_corpus",
    "table",
    "tally_corpus",
    "trace",
    "training_size",
    "validate",
]

__version__ = "0.3.0"

# Names are imported on first use, so that the program can prepare for Ctrl-C before the heavy imports.
_HOME = {
    "BpeInferError": "errors",
    "Corpus": "corpora.corpus",
    "InclusionCheck": "promises",
    "Limits": "limits",
    "MemberCheck": "membership",
    "MergeList": "merges",
    "MixtureEstimate": "estimate",
    "Outcome": "many",
    "PairTrajectories": "trajectory",
    "PretokenCounts": "counting.counts",
    "ResultComparison": "side_by_side",
    "ResultTable": "side_by_side",
    "StoredEstimate": "stored_estimate",
    "Reachability": "inspection.reachability",
    "TextRanking": "ranking",
    "Tokenizer": "loading",
    "TrainingSize": "sizing",
    "Validations": "validation",
    "check_includes": "promises",
    "check_member": "membership",
    "count_pretokens": "counting.jobs",
    "compare_results": "side_by_side",
    "compare_tokenizers": "inspection.compare",
    "fetch_corpus": "corpora.hub.fetch",
    "infer": "inference.job",
    "infer_many": "many",
    "inspect_tokenizer": "inspection.inspect",
    "load_corpus": "corpora.load",
    "load_estimate": "stored_estimate",
    "load_tokenizer": "loading",
    "published_truths": "validation",
    "rank_texts": "ranking",
    "reachability": "inspection.reachability",
    "result_schema": "stored_estimate",
    "run_experiment": "experiments",
    "starter_corpus": "corpora.load",
    "table": "side_by_side",
    "pull_counts": "counting.packs",
    "push_counts": "counting.packs",
    "tally_corpus": "counting.tally",
    "trace": "inference.tracing",
    "training_size": "inference.training_size",
    "validate": "validation",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module 'bpeinfer' has no attribute {name!r}")
        value = getattr(import_module(f"bpeinfer.{_HOME[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
