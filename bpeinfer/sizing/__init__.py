"""On how much text a tokenizer was trained."""

from bpeinfer.sizing.result import SizeStatus, SizeWindow, TrainingSize

__all__ = ["SizeStatus", "SizeWindow", "TrainingSize"]
