"""Whether what a tokenizer's maker promised is in it."""

from bpeinfer.promises.job import check_includes
from bpeinfer.promises.result import InclusionCheck, Promise, PromiseStatus

__all__ = ["InclusionCheck", "Promise", "PromiseStatus", "check_includes"]
