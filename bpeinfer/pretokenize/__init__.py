"""Text → pretokens, the pieces whose borders no merge crosses, by the tokenizer's own rules."""

from bpeinfer.pretokenize.pretokenizer import Pieces, Pretokenizer

__all__ = ["Pieces", "Pretokenizer"]
