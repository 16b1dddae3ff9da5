"""Infer the training mixture of a BPE tokenizer from its merge list.

file or hub id ─► MergeList + Pretokenizer ─┐
                                            ├─► PairTrajectories ─► MixtureProblem ─► MixtureEstimate
category samples ─► PretokenCounts ─────────┘

    import bpeinfer as bi

    tokenizer = bi.load_tokenizer("bundled:gpt2")
    estimate = bi.infer(tokenizer, bi.starter_corpus())
    print(estimate)
"""

from bpeinfer.corpora.corpus import Corpus, load_corpus, starter_corpus
from bpeinfer.counting.counts import PretokenCounts, count_pretokens
from bpeinfer.errors import BpeInferError
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.inference import infer, trace
from bpeinfer.limits import Limits
from bpeinfer.loading import Tokenizer, load_tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.trajectory import PairTrajectories

__all__ = [
    "BpeInferError",
    "Corpus",
    "Limits",
    "MergeList",
    "MixtureEstimate",
    "PairTrajectories",
    "PretokenCounts",
    "Tokenizer",
    "count_pretokens",
    "infer",
    "load_corpus",
    "load_tokenizer",
    "starter_corpus",
    "trace",
]

__version__ = "0.1.0"


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
