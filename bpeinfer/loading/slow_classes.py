"""The tokenizer classes of `transformers` that read merges.txt and vocab.json, and how they split text.

A folder of that age has no tokenizer.json. Its tokenizer_config.json names the class, whose code splits the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpeinfer.loading.known_pretokenizers import KNOWN, KnownPretokenizer
from bpeinfer.loading.raw import Spec

__all__ = ["CONFIG", "class_named", "splitting_of"]

CONFIG = "tokenizer_config.json"
"""The file that names the class."""

# Classes → known pre-tokenizer (transformers 4.57.6, `_tokenize` and `prepare_for_tokenization` of each).
_SPLIT_LIKE = {
    "GPT2Tokenizer": "r50k",
    "BartTokenizer": "r50k",
    "BlenderbotTokenizer": "r50k",
    "CodeGenTokenizer": "r50k",
    "DebertaTokenizer": "r50k",
    "LEDTokenizer": "r50k",
    "LongformerTokenizer": "r50k",
    "LukeTokenizer": "r50k",
    "MvpTokenizer": "r50k",
    "RobertaTokenizer": "r50k",
    "WhisperTokenizer": "r50k",
    "Qwen2Tokenizer": "qwen2",
    "CLIPTokenizer": "clip",
}


def class_named(config: Mapping[str, Any]) -> str:
    """Return the tokenizer class that a tokenizer_config.json names, without the ending of its fast twin, or ""."""
    name = config.get("tokenizer_class")
    return name.removesuffix("Fast") if isinstance(name, str) else ""


def splitting_of(named: str, space_first: bool) -> tuple[Spec | None, Spec] | None:
    """Return the normalizer and pre-tokenizer of a class, as in tokenizer.json; None for an unknown class.

    Args:
        named: what `class_named` returns.
        space_first: whether a text that does not begin with a space gets one (`add_prefix_space`).
    """
    if named not in _SPLIT_LIKE:
        return None
    known: KnownPretokenizer = KNOWN[_SPLIT_LIKE[named]]
    if not space_first or _SPLIT_LIKE[named] != "r50k":
        return known.normalizer, known.pre_tokenizer
    byte_level: Spec = {
        "type": "ByteLevel",
        "add_prefix_space": True,
        "trim_offsets": True,
        "use_regex": True,
    }
    return known.normalizer, byte_level
