"""The vectorised splitters equal the tokenizers' own pre-tokenizers, whatever the text."""

from __future__ import annotations

import json
import logging
import pickle
import unicodedata
from itertools import islice

import pytest
import tiktoken
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, models, trainers
from tokenizers.pre_tokenizers import Split

from bpeinfer.corpora.load import starter_corpus
from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.loading.raw import TrainerLimits
from bpeinfer.loading.sentencepiece_rules import normalizer_spec, pre_tokenizer_spec
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.pretokenize.by_regex import plain_pattern
from bpeinfer.pretokenize.word_rules import word_rule


def byte_level(**options):
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True} | options


def metaspace(scheme, split=True):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}


def sequence(*parts):
    return {"type": "Sequence", "pretokenizers": list(parts)}


TEKKEN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# tiktoken's own wording of cl100k: possessive, and white space at the end of a text stays in one piece.
CL100K_TIKTOKEN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
R50K_TIKTOKEN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"

SPECS = {name: (known.normalizer, known.pre_tokenizer) for name, known in KNOWN.items()} | {
    "claude": ({"type": "NFKC"}, byte_level()),
    "roberta": (None, byte_level(add_prefix_space=True)),
    "tekken": (
        None,
        {"type": "Split", "pattern": {"Regex": TEKKEN}, "behavior": "Isolated", "invert": False},
    ),
    "metaspace first": (None, metaspace("first")),
    "metaspace always": (None, metaspace("always")),
    "metaspace unsplit": (None, metaspace("never", split=False)),
    "t5": (None, sequence({"type": "WhitespaceSplit"}, metaspace("always"))),
    "punctuation": (
        None,
        sequence({"type": "Punctuation", "behavior": "Isolated"}, byte_level(add_prefix_space=True)),
    ),
    "llama": (
        {
            "type": "Sequence",
            "normalizers": [
                {"type": "Prepend", "prepend": "▁"},
                {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
            ],
        },
        None,
    ),
}


def sentencepiece(*, collapse=False, symbols=(), delimiter="", **limits):
    limits = TrainerLimits(**{"one_script": True, "split_at_spaces": True} | limits)
    normalizer = normalizer_spec(
        prepend_space=True, collapse_spaces=collapse, space_last=limits.space_last, longest_line=40
    )
    return normalizer, pre_tokenizer_spec(limits, symbols, delimiter)


SPECS |= {
    "llama as trained": sentencepiece(single_digits=True, space_runs=True),
    "gemma as trained": sentencepiece(single_digits=False, numbers_apart=True, symbols=["▁▁", "!!", "S"]),
    "sentencepiece, one space": sentencepiece(single_digits=True, collapse=True),
    "sentencepiece, any script": sentencepiece(one_script=False, space_runs=True, delimiter="."),
    "sentencepiece, spaces last": sentencepiece(space_last=True, numbers_apart=True),
    "sentencepiece, runs last": sentencepiece(space_last=True, space_runs=True, collapse=True),
    "sentencepiece, lines whole": sentencepiece(split_at_spaces=False, single_digits=True),
}
FAST = sorted(name for name, spec in SPECS.items() if not Pretokenizer.from_spec(*spec).slow_because)

# What the patterns look at, each often enough to meet the others: letters of contractions, cases, caseless
# letters, marks, digits, spaces of several widths, line breaks, slashes, signs, and what no class holds.
SIGNS = [
    *"aAbBsStTdmMrReEvVlLſéÉßǅʰªчЖ中字กあ한",
    *"'''  \u00a0\u3000\u2028\u2003\u0085\u180e\u200b\t\x0b\n\n\r",
    *'//!.,;(){}"-_+=<¿“…。▁',
    *"0123²½٣Ⅷ",
    *"\u0300\u093f\u094d\ufe0f\u20e3\u0488",
    *"❤😀🏽\u200d\u200c\U0001d400\U000e0001\U0010ffff\u0378\ue000\ufffe\x00\x1c\x7f",
]
TEXTS = st.text(st.one_of(st.sampled_from(SIGNS), st.characters(exclude_categories=["Cs"])), max_size=24)


def test_every_common_tokenizer_has_a_fast_path():
    common = {"r50k", "p50k", "cl100k", "o200k", "qwen2", "qwen35", "gpt-neox", "starcoder", "command-r"}
    common |= {"deepseek-coder", "deepseek-llm", "deepseek-v3", "clip", "claude", "tekken", "falcon"}
    assert common | {name for name in SPECS if "trained" in name or "sentencepiece" in name} <= set(FAST)


@pytest.mark.parametrize("name", FAST)
@settings(max_examples=60)
@given(texts=st.lists(TEXTS, max_size=6))
@example(texts=["'s 'S don't x's't's A'LLb 'ſt ''s", "I'm", "", "'"])
@example(texts=["!\n/!\n/b", ";\n//x", "a\n\n  b \n c  \n", "\t\tif (x):\r\n\r\n  y", "  "])
@example(texts=["▁▁ a\n\n b  1２ワード…\u0301カー\u0301ー漢字かな ไทย\u0301x", "\u0301 \u03011\u0301"])
@example(texts=["1234 12²345 ²2345678 ¼", "ò1234ó ½ 中½12", "123456", "a1b22c333d4444"])
@example(texts=["HTTPServer中文ABc中ABC", "!!❤️a !❤️ ❤️️!️b", "\n//❤️", "½12345٣٣"])
def test_fast_split_equals_the_tokenizers_library(name, texts):
    pretokenizer = Pretokenizer.from_spec(*SPECS[name], name)
    pieces = pretokenizer.pieces(texts)
    first = pieces.first.tolist()
    got = pieces.pretokens()
    for number, text in enumerate(texts):
        assert pretokenizer.split(text) == got[first[number] : first[number + 1]]


def by_tiktoken(pattern, text):
    """Ask tiktoken how it splits: every stretch of the text is a token, so each pretoken becomes just one."""
    data = text.encode()
    singles = [bytes([byte]) for byte in range(256)]
    pieces = {data[start:stop] for start in range(len(data)) for stop in range(start + 1, len(data) + 1)}
    ranks = {piece: rank for rank, piece in enumerate([*singles, *sorted(pieces - set(singles))])}
    encoding = tiktoken.Encoding("probe", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return encoding.decode_tokens_bytes(encoding.encode_ordinary(text))


@pytest.mark.parametrize("pattern", [CL100K_TIKTOKEN, R50K_TIKTOKEN, TEKKEN])
@settings(max_examples=50)
@given(text=TEXTS)
@example(text="a\n  ")
@example(text="  \n \n")
@example(text="1234567 \U00016ebb\u0558x")  # letters of Unicode 17 are none to tiktoken
def test_fast_split_by_a_bare_pattern_equals_tiktoken(pattern, text):
    pretokenizer = Pretokenizer.from_pattern(pattern)
    assert not pretokenizer.slow_because
    assert by_tiktoken(pattern, text) == pretokenizer.pieces([text]).pretokens() == pretokenizer.split(text)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\p{N}{1,3}+",
        r"(?:ab){1,2}+|[\w-]+$",
        r"^\s+|\w+|[^\w\s]",
        r"\p{N}{2,3}+|\p{L}{1,2}?|.",
        r"\s+$",
        r"[^\]a]{2}+",
        r"(?i:[a-f]{2}+)|\x{20}",
        r"[a-z&&[^aeiou]]+|\W",
    ],
)
@pytest.mark.parametrize(
    "text", ["ab1234567 ababab²³\n a-b c\n  ", "\n x]a\n\n", "ABCdef ¼ 12 345\n", " \u200d_é٣\n"]
)
def test_any_pattern_is_read_as_tiktoken_reads_it(pattern, text):
    pretokenizer = Pretokenizer.from_pattern(pattern)
    assert by_tiktoken(pattern, text) == pretokenizer.split(text) == pretokenizer.pieces([text]).pretokens()


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("a{2}*", r"two repeats in a row, \{2\}\*"),
        ("(?m)^a", r"the flags \(\?m\) are not supported"),
        ("[a", "not closed"),
    ],
)
def test_patterns_that_cannot_be_rewritten_are_refused(pattern, words):
    with pytest.raises(TokenizerFileError, match=words):
        Pretokenizer.from_pattern(pattern)


BRACES = {
    "braces": CL100K_TIKTOKEN,
    "line ends": r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+$|\s+(?!\S)|\s",
}


@pytest.mark.parametrize("name", BRACES)
@pytest.mark.parametrize("text", ["call 1234567 now", "a \n  \n b  \n", "12 \n\n345"])
def test_the_same_pattern_in_a_tokenizer_json_is_read_as_oniguruma_reads_it(name, text):
    spec = {"type": "Split", "pattern": {"Regex": BRACES[name]}, "behavior": "Isolated", "invert": False}
    own = [piece.encode() for piece, _ in Split(Regex(BRACES[name]), "isolated").pre_tokenize_str(text)]
    pretokenizer = Pretokenizer.from_spec(None, spec)
    assert own == pretokenizer.split(text) == pretokenizer.pieces([text]).pretokens()
    if name == "braces":
        assert not pretokenizer.slow_because


def test_all_code_points_are_classed_as_the_tokenizers_library_classes_them():
    # One document of code points from all blocks, each between letters and after a space; few from the empty planes.
    every = [*range(0, 0x33400, 23), *range(0x33400, 0x110000, 4_999)]
    points = [chr(point) for point in every if not 0xD800 <= point <= 0xDFFF]
    for name in ("o200k", "deepseek-v3"):
        pretokenizer = Pretokenizer.from_spec(*SPECS[name])
        text = " a".join(points)
        assert pretokenizer.split(text) == pretokenizer.pieces([text]).pretokens()


def test_gpt2_splits_as_its_paper_shows():
    gpt2 = Pretokenizer.from_spec(None, byte_level())
    expected = [b"I", b"'m", b" ", b" in", b" \xc3\xa9t\xc3\xa9", b" 2024", b"!!", b"\n"]
    assert expected == gpt2.split("I'm  in été 2024!!\n") == gpt2.pieces(["I'm  in été 2024!!\n"]).pretokens()


def test_a_file_without_trim_offsets_is_read_too():
    spec = {"type": "ByteLevel", "add_prefix_space": False}
    assert Pretokenizer.from_spec(None, spec).split("a b") == [b"a", b" b"]


@pytest.mark.parametrize(
    "normalizer",
    [
        {"type": "NFKC"},
        {"type": "Strip", "strip_left": True, "strip_right": False},
        {"type": "Replace", "pattern": {"Regex": r"^\s+"}, "content": ""},
        {"type": "Replace", "pattern": {"String": "a"}, "content": ""},
        {"type": "Nmt"},
    ],
    ids=lambda spec: spec["type"],
)
@pytest.mark.parametrize("text", ["  ab ab", "ab ab", "\u200bab ab", "ﬁ x"])
def test_metaspace_marks_the_start_of_a_text_only_if_the_normalizer_left_it(normalizer, text):
    """Enough merges make each pretoken of the text one token, so the library shows how encoding splits."""
    library = Tokenizer(models.BPE())
    spec = json.loads(library.to_str()) | {"normalizer": normalizer, "pre_tokenizer": metaspace("first")}
    library = Tokenizer.from_str(json.dumps(spec))
    library.train_from_iterator([text], trainers.BpeTrainer(min_frequency=0, show_progress=False))
    expected = [token.encode() for token in library.encode(text).tokens]
    pretokenizer = Pretokenizer.from_spec(normalizer, metaspace("first"))
    assert expected == pretokenizer.split(text) == pretokenizer.pieces([text]).pretokens()


def test_unknown_patterns_fall_back_and_say_why(caplog):
    spec = {"type": "Split", "pattern": {"Regex": "(?<=a)b"}, "behavior": "MergedWithNext", "invert": False}
    pretokenizer = Pretokenizer.from_spec(None, spec, "odd")
    with caplog.at_level(logging.INFO):
        assert pretokenizer.pieces(["abab", "", "b"]).pretokens() == [b"a", b"ba", b"b", b"b"]
    assert pretokenizer.pieces(["abab", "", "b"]).first.tolist() == [0, 3, 3, 4]
    assert "(?<=a)b" in pretokenizer.slow_because
    assert "odd" in caplog.text
    assert "(?<=a)b" in caplog.text


CL100K = KNOWN["cl100k"].pre_tokenizer["pattern"]["Regex"]
STRANGE = [
    r"\p{L}+|\p{N}+",
    r" ?\p{Lu}?\p{Ll}++|\d{2,3}|[^\s\p{L}]+?!|\s+(?=\S)",
    r"(?<=a)b|(?<!\s)[A-Z\-]*+['/]|(?:ab|a)(?!c)",
    CL100K.replace(r"\p{N}{1,3}", r"\p{N}{2}"),
    CL100K + "|x",
    KNOWN["charylu"].pre_tokenizer["pattern"]["Regex"],
]


@pytest.mark.parametrize("pattern", STRANGE)
@pytest.mark.parametrize(("behavior", "invert"), [("Isolated", False), ("Removed", False), ("Removed", True)])
@settings(max_examples=40)
@given(texts=st.lists(TEXTS, max_size=4))
@example(texts=["abc ab!! Ünïts 123 4567 x\n\n", "", "ab\u0378ab \U00010d40", "٣٣½ Ⅷ a\x1cb"])
def test_other_patterns_are_matched_by_regex_where_it_equals_the_tokenizers_library(
    pattern, behavior, invert, texts
):
    split = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": behavior, "invert": invert}
    for spec in (split, sequence(split, {"type": "Digits", "individual_digits": True}, byte_level())):
        pretokenizer = Pretokenizer.from_spec(None, spec)
        assert "matched by `regex`" in pretokenizer.slow_because
        expected = [piece for text in texts for piece in pretokenizer.split(text)]
        assert expected == pretokenizer.pieces(texts).pretokens()


@pytest.mark.parametrize(
    "pattern",
    [
        r"\w+",
        r"^a",
        "a$",
        "a.b",
        r"(?i:st)",
        r"\h+",
        r"\p{N}{2}+",
        "a{2}?",
        r"\X",
        r"(a)\1",
        r"\x80",
        "[a&&b]",
        "a**",
    ],
)
def test_what_the_engines_read_differently_is_left_to_the_tokenizers_library(pattern):
    assert plain_pattern(pattern) is None


def test_bloom_is_vectorised():
    bloom = {
        "type": "Split",
        "pattern": {"Regex": r" ?[^(\s|[.,!?…。，、।۔،])]+"},
        "behavior": "Isolated",
        "invert": False,
    }
    pretokenizer = Pretokenizer.from_spec(None, sequence(bloom, byte_level(use_regex=False)))
    assert not pretokenizer.slow_because
    text = "Bloom, (a|b) [c]  d\n e…f。 g।h !?( x"
    assert pretokenizer.split(text) == pretokenizer.pieces([text]).pretokens()


def test_patterns_that_only_look_known_get_no_fast_path():
    cl100k = KNOWN["cl100k"].pre_tokenizer["pattern"]["Regex"]
    assert word_rule(cl100k) is not None
    for changed in (
        cl100k.replace(r"\p{N}{1,3}", r" ?\p{N}+"),  # GPT-2's numbers among cl100k's words
        cl100k.replace(r"[\r\n]*|", r"[\r\n/]|"),
        cl100k + "|x",
        cl100k.replace(r"|\s+(?!\S)|\s+", r"|\s+|\s+(?!\S)"),
        cl100k.replace(r"\p{L}+|", r"[\p{L}\p{M}]+|"),  # marks would be letters and punctuation
    ):
        assert word_rule(changed) is None, changed


def test_text_newer_than_python_is_normalised_by_the_tokenizers_library():
    # These letters are unknown to Python 3.11's tables; what stands beside them must be composed as usual.
    pretokenizer = Pretokenizer.from_spec({"type": "NFKC"}, byte_level())
    newer = [chr(p) for p in range(0x10D40, 0x10D50)] + ["\U000105c9", "\U000105d2\u0307", "\U0001ccd6"]
    for sign in newer:
        text = f"a{sign} ﬁ e\u0301"
        assert pretokenizer.split(text) == pretokenizer.pieces([text]).pretokens()
    assert any(unicodedata.category(sign[0]) == "Cn" for sign in newer) or unicodedata.unidata_version >= "16"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@settings(max_examples=60)
@given(parts=st.lists(TEXTS, min_size=1, max_size=5))
@example(parts=["e\u0301", "\u0301", "각\u11a8", "\u1100\u1161", "ﬁ…", "Ω"])
def test_normal_forms_of_long_texts_with_few_odd_places(form, parts):
    # Much plain text between, so that only the odd places are normalised, each by itself.
    plain = "plain текст 普通 " * 40
    texts = [plain.join(parts), plain + parts[0], parts[0], plain]
    pretokenizer = Pretokenizer.from_spec({"type": form}, byte_level())
    assert [piece for text in texts for piece in pretokenizer.split(text)] == pretokenizer.pieces(
        texts
    ).pretokens()


def test_a_pretokenizer_is_pickled_without_its_tables():
    pretokenizer = Pretokenizer.from_spec(*SPECS["o200k"], "o200k")
    pretokenizer.pieces(["warm"])
    copy = pickle.loads(pickle.dumps(pretokenizer))
    assert copy == pretokenizer
    assert copy.fingerprint == pretokenizer.fingerprint
    assert len(pickle.dumps(pretokenizer)) < 5_000


def test_the_fingerprint_is_of_what_is_done_not_of_the_name():
    one, other = (Pretokenizer.from_spec(None, byte_level(), name) for name in ("one", "other"))
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != Pretokenizer.from_spec({"type": "NFC"}, byte_level()).fingerprint
    assert len(one.fingerprint) == 64


def test_the_description_names_every_stage():
    words = Pretokenizer.from_spec({"type": "NFC"}, SPECS["starcoder"][1], name="mine").description
    assert (
        words
        == "mine: Unicode NFC, then cut out each digit, then cut by GPT-2's pattern (r50k), then take the bytes"
    )
    assert Pretokenizer.from_pattern("a+").description == "matches of a+"


def test_a_broken_pattern_is_refused_in_words():
    with pytest.raises(TokenizerFileError, match=r"'\(a' is not a regular expression in tiktoken's syntax"):
        Pretokenizer.from_pattern("(a")


def test_an_unknown_pre_tokenizer_is_refused_in_words():
    with pytest.raises(TokenizerFileError, match=r"cannot build this normalizer and pre-tokenizer.*Wordy"):
        Pretokenizer.from_spec(None, {"type": "Wordy"})


@pytest.mark.long
@pytest.mark.parametrize("name", FAST)
def test_fast_split_equals_the_tokenizers_library_on_real_text(name):
    # Some documents of every category that ships: English, other languages, code.
    pretokenizer = Pretokenizer.from_spec(*SPECS[name], name)
    for category in starter_corpus().categories:
        texts = [text[:1_500] for text in islice(category.documents(), 3)]
        expected = [piece for text in texts for piece in pretokenizer.split(text)]
        assert expected == pretokenizer.pieces(texts).pretokens(), category.name
