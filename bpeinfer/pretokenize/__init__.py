"""Text → pretokens: the pieces that merges never cross, by the tokenizer's own rules."""

from bpeinfer.pretokenize.pretokenizer import Pretokenizer

__all__ = ["Pretokenizer"]
