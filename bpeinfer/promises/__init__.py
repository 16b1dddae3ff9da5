"""Whether a tokenizer's training text included what its maker promised."""

from bpeinfer.promises.job import check_includes
from bpeinfer.promises.result import InclusionCheck, Promise, PromiseStatus

__all__ = ["InclusionCheck", "Promise", "PromiseStatus", "check_includes"]
