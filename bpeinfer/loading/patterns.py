"""Known split patterns, for formats that do not say how text is split (tiktoken, GGUF, merges.txt)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpeinfer.loading.raw import Spec, Token

__all__ = [
    "GGUF_NAMES",
    "KNOWN",
    "PATTERN_NAMES",
    "KnownPretokenizer",
    "fingerprint",
    "known_for",
    "overruling",
    "split_spec",
]


@dataclass(frozen=True)
class KnownPretokenizer:
    """A published way to split text, as tokenizer.json would have it, and where it is published."""

    name: str
    pre_tokenizer: Spec
    normalizer: Spec | None
    origin: str


def split_spec(pattern: str) -> Spec:
    """Return the spec of "every match of `pattern` is a pretoken, and so is what lies between"."""
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


_CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_CL100K = (
    _CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_QWEN2 = _CL100K.replace(r"\p{N}{1,3}", r"\p{N}")
_QWEN35 = _QWEN2.replace(r"\p{L}+|", r"[\p{L}\p{M}]+|").replace(r"[^\s\p{L}\p{N}]", r"[^\s\p{L}\p{M}\p{N}]")
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_CONTRACTIONS}?"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_CONTRACTIONS}?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

# deepseek-llm's cased letters, as its tokenizer.json writes them (no property class has just these).
_CASED = (
    "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-"
    "ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-"
    "ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃"
)
_CJK = "[一-龥ࠀ-一가-\ud7ff]+"


def _sequence(*parts: Spec) -> Spec:
    return {"type": "Sequence", "pretokenizers": list(parts)}


def _byte_level(use_regex: bool) -> Spec:
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": use_regex}


def _digits(individual: bool) -> Spec:
    return {"type": "Digits", "individual_digits": individual}


_DIGITS_THEN_GPT2 = _sequence(_digits(True), _byte_level(True))
_DEEPSEEK_CODER = _sequence(
    *[split_spec(pattern) for pattern in (r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", _CJK)],
    _digits(True),
    _byte_level(False),
)
_DEEPSEEK_LLM = _sequence(
    *[
        split_spec(pattern)
        for pattern in (r"[\r\n]", rf"\s?[{_CASED}]+", r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$", _CJK)
    ],
    _digits(True),
    _byte_level(False),
)
_DEEPSEEK_V3 = _sequence(
    split_spec(r"\p{N}{1,3}"),
    split_spec("[一-龥\u3040-ゟ゠-ヿ]+"),
    split_spec(
        r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
        r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
    _byte_level(False),
)
_FALCON = _sequence(
    {"type": "Punctuation", "behavior": "Contiguous"},
    _byte_level(True),
    _digits(False),
    split_spec("[0-9][0-9][0-9]"),
)
_CLIP = _sequence(
    {
        "type": "Split",
        "pattern": {"Regex": r"(?i)'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"},
        "behavior": "Removed",
        "invert": True,
    },
    _byte_level(False),
)
_NFC: Spec = {"type": "NFC"}
_CLIP_NORMALIZER: Spec = {
    "type": "Sequence",
    "normalizers": [
        _NFC,
        {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
        {"type": "Lowercase"},
    ],
}
# charylu's own code cuts in Python, which no tokenizer.json can hold; its space sign is put in
# beforehand here.
_CHARYLU_WORD = r"[\p{L}\p{Nl}\p{No}_]"
_CHARYLU_BLANK = r"[\s\x1c-\x1fĠ]"
_CHARYLU_SIGN = r"[^\p{L}\p{N}_\s\x1c-\x1fĠ]"
_CHARYLU = {
    "type": "Split",
    "pattern": {
        "Regex": rf"\p{{Nd}}|{_CHARYLU_SIGN}{{3}}|{_CHARYLU_SIGN}|Ġ?[A-Z](?:(?![A-ZĠ]){_CHARYLU_WORD})+"
        rf"|Ġ?[A-Z]?(?:(?!Ġ){_CHARYLU_WORD})+"
        + "".join(f"|{_CHARYLU_BLANK}{{{length}}}" for length in (16, 12, 8, 4, 1))
    },
    "behavior": "Removed",
    "invert": True,
}
_CHARYLU_NORMALIZER: Spec = {
    "type": "Sequence",
    "normalizers": [
        {"type": "Replace", "pattern": {"String": "\n(.)\n"}, "content": "\n"},
        {"type": "Replace", "pattern": {"String": r"\n[\n]+"}, "content": "\n\n"},
        {"type": "NFKC"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "Ġ"},
    ],
}

KNOWN: dict[str, KnownPretokenizer] = {
    known.name: known
    for known in [
        KnownPretokenizer("r50k", split_spec(_GPT2), None, "openai/tiktoken, r50k_base (GPT-2)"),
        KnownPretokenizer("p50k", split_spec(_GPT2), None, "openai/tiktoken, p50k_base"),
        KnownPretokenizer("cl100k", split_spec(_CL100K), None, "openai/tiktoken, cl100k_base"),
        KnownPretokenizer("o200k", split_spec(_O200K), None, "openai/tiktoken, o200k_base"),
        KnownPretokenizer("qwen2", split_spec(_QWEN2), _NFC, "Qwen2, tokenizer.json"),
        KnownPretokenizer("qwen35", split_spec(_QWEN35), _NFC, "Qwen3.5, tokenizer.json"),
        KnownPretokenizer("gpt-neox", _byte_level(True), _NFC, "GPT-NeoX, tokenizer.json"),
        KnownPretokenizer("starcoder", _DIGITS_THEN_GPT2, None, "StarCoder, tokenizer.json"),
        KnownPretokenizer("command-r", _DIGITS_THEN_GPT2, _NFC, "Command-R, tokenizer.json"),
        KnownPretokenizer("falcon", _FALCON, None, "Falcon, tokenizer.json"),
        KnownPretokenizer("deepseek-coder", _DEEPSEEK_CODER, None, "DeepSeek-Coder, tokenizer.json"),
        KnownPretokenizer("deepseek-llm", _DEEPSEEK_LLM, None, "DeepSeek-LLM, tokenizer.json"),
        KnownPretokenizer("deepseek-v3", _DEEPSEEK_V3, None, "DeepSeek-V3, tokenizer.json"),
        KnownPretokenizer("clip", _CLIP, _CLIP_NORMALIZER, "openai/CLIP, simple_tokenizer.py"),
        KnownPretokenizer("charylu", _CHARYLU, _CHARYLU_NORMALIZER, "charylu-tokenizer, charylutokenizer.py"),
    ]
}
"""name → known pre-tokenizer; the names are what ``--pretokenizer`` takes."""

GGUF_NAMES = {
    "gpt-2": "r50k",
    "jais": "r50k",
    "olmo": "gpt-neox",
    "mpt": "gpt-neox",
    "llama-bpe": "cl100k",
    "llama3": "cl100k",
    "llama-v3": "cl100k",
    "dbrx": "cl100k",
    "smaug-bpe": "cl100k",
    "gpt-4o": "o200k",
    "qwen2": "qwen2",
    "stablelm2": "qwen2",
    "qwen35": "qwen35",
    "starcoder": "starcoder",
    "refact": "starcoder",
    "smollm": "starcoder",
    "codeshell": "starcoder",
    "command-r": "command-r",
    "falcon": "falcon",
    "deepseek-coder": "deepseek-coder",
    "deepseek-llm": "deepseek-llm",
    "deepseek-v3": "deepseek-v3",
}
"""GGUF's ``tokenizer.ggml.pre`` → name in `KNOWN`."""

FINGERPRINT_LENGTH = 5_000
"""How many of the first learned tokens identify a family of rank lists."""


def fingerprint(tokens: Sequence[Token]) -> str:
    """Return the sha256 of an ordered list of tokens, each preceded by its length."""
    state = hashlib.sha256()
    for token in tokens:
        data = token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(4, "big") + data)
    return state.hexdigest()


PATTERN_NAMES: Mapping[str, str] = {
    known.pre_tokenizer["pattern"]["Regex"]: known.name
    for known in reversed(KNOWN.values())  # of two with the same pattern the first gives the name
    if "Regex" in known.pre_tokenizer.get("pattern", {})
}
"""Names of the patterns that are the whole of a known pre-tokenizer, by their regular expressions."""

# sha256 of all learned tokens of a rank list → its pre-tokenizer.
_WHOLE_LISTS = {
    "1a7b35101a998b01": "r50k",
    "98fb00a830c88ca3": "p50k",
    "8a85a353a0f7a810": "cl100k",
    "64d4c9c5d3e235b8": "o200k",
    "6d8384a43ee8515f": "qwen2",
    "106acba90ff5e52e": "r50k",  # Whisper's multilingual list, trained and used with GPT-2's pattern
    "4d70bb212dcf9a5f": "gpt-neox",  # and MPT
    "eabf76d734805380": "r50k",  # Aquila
    "815f19319cdc4e56": "clip",
}
# The same of the first `FINGERPRINT_LENGTH` tokens, for lists that extend a known one.
_LIST_HEADS = {
    "1c7c88da70fb6701": "r50k",
    "2ad07e5df11f2ee1": "cl100k",
    "ff90306d84ebb473": "o200k",
    "d279d11ae60fe1f2": "qwen2",
    "b156184f1d092d4b": "r50k",
}

# Lists whose tokenizer.json declares a pre-tokenizer that cannot have been the trainer's.
_OVERRULED_HEADS = {"41e59c2ea5db9071": "charylu", "1eeb83dd6c1d8f71": "charylu"}  # general, nocode


def known_for(tokens: Sequence[Token]) -> tuple[KnownPretokenizer, str] | None:
    """Find the published pre-tokenizer of a list of learned tokens, and say how it was recognised."""
    name = _WHOLE_LISTS.get(fingerprint(tokens)[:16])
    if name is not None:
        return KNOWN[name], f"known list {name}"
    name = _LIST_HEADS.get(fingerprint(tokens[:FINGERPRINT_LENGTH])[:16])
    if name is not None:
        return KNOWN[name], f"first {FINGERPRINT_LENGTH:,} tokens are those of {name}"
    return None


def overruling(tokens: Sequence[Token]) -> KnownPretokenizer | None:
    """Return the published pre-tokenizer of a list whose own file is known to say something else."""
    name = _OVERRULED_HEADS.get(fingerprint(tokens[:FINGERPRINT_LENGTH])[:16])
    return KNOWN[name] if name is not None else None
