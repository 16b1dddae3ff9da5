"""Inferred shares compared with those that makers of tokenizers published."""

from bpeinfer.validation.job import validate
from bpeinfer.validation.result import Component, Validation, Validations
from bpeinfer.validation.truths import PublishedTruth, published_truths

__all__ = ["Component", "PublishedTruth", "Validation", "Validations", "published_truths", "validate"]
