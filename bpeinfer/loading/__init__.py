"""Read any public BPE tokenizer: its exact learned merges, how it splits text, and what was set aside."""

from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.given import GivenTokenizer, as_merges, as_pretokenizer, as_tokenizer
from bpeinfer.loading.load import load_tokenizer
from bpeinfer.loading.tokenizer import Provenance, Tokenizer
from bpeinfer.loading.trainer_limits import TrainerLimits

__all__ = [
    "GivenTokenizer",
    "MergeAudit",
    "Provenance",
    "Tokenizer",
    "TrainerLimits",
    "as_merges",
    "as_pretokenizer",
    "as_tokenizer",
    "load_tokenizer",
]
