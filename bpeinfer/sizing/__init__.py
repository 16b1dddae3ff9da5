"""How much text a tokenizer was trained on."""

from bpeinfer.sizing.result import SizeStatus, SizeWindow, TrainingSize

__all__ = ["SizeStatus", "SizeWindow", "TrainingSize"]
