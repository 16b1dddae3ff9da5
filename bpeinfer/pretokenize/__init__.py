"""Text → pretokens: the pieces that merges never cross, by the tokenizer's own rules."""

from bpeinfer.pretokenize.pretokenizer import Pieces, Pretokenizer

__all__ = ["Pieces", "Pretokenizer"]
