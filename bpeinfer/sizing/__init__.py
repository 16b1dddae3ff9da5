"""On how much text a tokenizer was trained."""

from bpeinfer.sizing.job import training_size
from bpeinfer.sizing.result import SizeStatus, SizeWindow, TrainingSize

__all__ = ["SizeStatus", "SizeWindow", "TrainingSize", "training_size"]
