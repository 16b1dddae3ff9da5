"""Known split patterns, for formats that do not say how text is split (tiktoken, GGUF, merges.txt)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpeinfer.loading.raw import Spec
from bpeinfer.pretokenize.fancy_regex import only_matches

__all__ = ["KNOWN", "PATTERN_NAMES", "KnownPretokenizer", "split_spec"]


@dataclass(frozen=True)
class KnownPretokenizer:
    """A published way to split text, written as in tokenizer.json, and where it is published."""

    name: str
    pre_tokenizer: Spec
    normalizer: Spec | None
    origin: str


def split_spec(pattern: str) -> Spec:
    """Return the spec for "every match of `pattern` is a pretoken, and so is the text between matches"."""
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
    only_matches(r"(?i)'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"),
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
# charylu's own code cuts in Python, which no tokenizer.json can express; here its space sign is inserted
# beforehand.
_CHARYLU_WORD = r"[\p{L}\p{Nl}\p{No}_]"
_CHARYLU_BLANK = r"[\s\x1c-\x1fĠ]"
_CHARYLU_SIGN = r"[^\p{L}\p{N}_\s\x1c-\x1fĠ]"
_CHARYLU = only_matches(
    rf"\p{{Nd}}|{_CHARYLU_SIGN}{{3}}|{_CHARYLU_SIGN}|Ġ?[A-Z](?:(?![A-ZĠ]){_CHARYLU_WORD})+"
    rf"|Ġ?[A-Z]?(?:(?!Ġ){_CHARYLU_WORD})+"
    + "".join(f"|{_CHARYLU_BLANK}{{{length}}}" for length in (16, 12, 8, 4, 1))
)
_CHARYLU_NORMALIZER: Spec = {
    "type": "Sequence",
    "normalizers": [
        {"type": "Replace", "pattern": {"String": "\n(.)\n"}, "content": "\n"},
        {"type": "Replace", "pattern": {"String": r"\n[\n]+"}, "content": "\n\n"},
        {"type": "NFKC"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "Ġ"},
    ],
}

_WORDS: Spec = {"type": "WhitespaceSplit"}
_SUBWORD_NMT = _sequence(
    split_spec("[ \n\r]+") | {"behavior": "Removed"},
    # Python ends lines there, too, but these signs are not taken off the words before them.
    split_spec("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]") | {"behavior": "MergedWithPrevious"},
)
_YOUTOKENTOME = _sequence(
    split_spec(r"[\t\n\x0b\f\r ▁]+") | {"behavior": "Removed"},
    {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
)
_TEKKEN = _O200K.replace(_CONTRACTIONS + "?", "").replace(r"\p{N}{1,3}", r"\p{N}")
_KIMI_UPPER, _KIMI_LOWER = (letters[:-1] + r"&&[^\p{Han}]]" for letters in (_UPPER, _LOWER))
_KIMI_K2 = r"[\p{Han}]+|" + _O200K.replace(_UPPER, _KIMI_UPPER).replace(_LOWER, _KIMI_LOWER).replace(
    r"[\r\n/]*", r"[\r\n]*"
)
_JAIS2_BLANKS = "".join(rf"|\s{{{length}}}(?!\S)" for length in (512, 256, 128, 64, 32, 16, 8, 4))
_JAIS2 = _CL100K.replace(r"|\s+(?!\S)|\s+", _JAIS2_BLANKS + r"|\s{1,2}(?!\S)|\s{1}")
_BAILING = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
_SEED_CODER = _QWEN2.replace(r" ?[^\s\p{L}\p{N}]+[\r\n]*", r" ?[^\s\p{L}\p{N}\r\n]+")
_EXAONE_MOE = (
    _CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?"
    r"|\s*[\r\n]|\s+(?!\S)|\s+"
)
_BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
_LLAMA_CPP_DEFAULT = _sequence(
    split_spec(r"[\p{P}\$\+<=>\^~\|]+"),
    split_spec(_GPT2),
    split_spec(r"\p{N}+"),
    split_spec("[0-9][0-9][0-9]"),
)
_YOUTU = _sequence(
    split_spec("[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥\u3040-ゟ゠-ヿ]+"),
    split_spec(_O200K.replace(r"\p{N}{1,3}", r"\p{N}")),
)

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
        KnownPretokenizer("tekken", split_spec(_TEKKEN), None, "Mistral NeMo, tekken.json"),
        KnownPretokenizer("kimi-k2", split_spec(_KIMI_K2), None, "Kimi K2, tokenization_kimi.py"),
        KnownPretokenizer("jais-2", split_spec(_JAIS2), None, "Jais 2, tokenizer.json"),
        KnownPretokenizer("bailingmoe", split_spec(_BAILING), None, "Ling (BailingMoE), tokenizer.json"),
        KnownPretokenizer("seed-coder", split_spec(_SEED_CODER), None, "Seed-Coder, tokenizer.json"),
        KnownPretokenizer("exaone-moe", split_spec(_EXAONE_MOE), None, "EXAONE MoE, tokenizer.json"),
        KnownPretokenizer("bloom", split_spec(_BLOOM), None, "BLOOM, tokenizer.json"),
        KnownPretokenizer(
            "viking", _sequence(split_spec(_BLOOM), _digits(True)), None, "Viking, tokenizer.json"
        ),
        KnownPretokenizer("youtu", _YOUTU, None, "Youtu-LLM, by way of llama.cpp"),
        KnownPretokenizer(
            "minicpm5",
            _sequence(split_spec(r"\p{N}{1,3}"), split_spec(_CL100K.replace(r"\p{N}{1,3}", r"\p{N}+"))),
            None,
            "MiniCPM5, tokenizer.json",
        ),
        KnownPretokenizer(
            "tiny-aya",
            _sequence(split_spec(r"\d{1,3}(?=(?:\d{3})*\b)"), split_spec(_O200K)),
            None,
            "Tiny Aya, tokenizer.json",
        ),
        KnownPretokenizer(
            "ufakzeka",
            split_spec(_QWEN2.removeprefix(_CONTRACTIONS + "|")),
            None,
            "ufakzeka, by way of llama.cpp",
        ),
        KnownPretokenizer(
            "laguna",
            _sequence(split_spec(r"[^\n]+|[\n]+"), split_spec(_QWEN2)),
            None,
            "Laguna, by way of llama.cpp",
        ),
        KnownPretokenizer("llama.cpp-default", _LLAMA_CPP_DEFAULT, None, "llama.cpp, its default"),
        KnownPretokenizer(
            "whitespace", _WORDS, None, "what stands between white space of any kind, as in tokenized text"
        ),
        KnownPretokenizer("subword-nmt", _SUBWORD_NMT, None, "subword-nmt, learn_bpe.py"),
        KnownPretokenizer(
            "fastbpe", split_spec("[ \n]+") | {"behavior": "Removed"}, None, "fastBPE, fastBPE.hpp"
        ),
        KnownPretokenizer("youtokentome", _YOUTOKENTOME, None, "YouTokenToMe, utils.cpp"),
        KnownPretokenizer("clip", _CLIP, _CLIP_NORMALIZER, "openai/CLIP, simple_tokenizer.py"),
        KnownPretokenizer("charylu", _CHARYLU, _CHARYLU_NORMALIZER, "charylu-tokenizer, charylutokenizer.py"),
    ]
}
"""Name → known pre-tokenizer; ``--pretokenizer`` takes these names."""

PATTERN_NAMES: Mapping[str, str] = {
    known.pre_tokenizer["pattern"]["Regex"]: known.name
    for known in reversed(KNOWN.values())  # where two have the same pattern, the first gives the name
    if "Regex" in known.pre_tokenizer.get("pattern", {})
}
"""Regular expression → name, for each pattern that is the whole of a known pre-tokenizer."""
