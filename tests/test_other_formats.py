"""Files with more or less than a list of merges: ranks and pattern, letters with marks, vocabularies alone."""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path

import pytest
import tiktoken
import tokenizer_files as write
from strategies import packed
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import bpeinfer as bi
from bpeinfer.errors import BpeInferError
from bpeinfer.inspection.self_check import self_check
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.loading.pickled_data import read_pickled_data
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.replay import replay

PATTERN = r" ?\p{L}+|\s+|[^\s\p{L}]+"
TOKENS = [*(bytes([byte]) for byte in range(256)), b"th", b"the", b" the"]
RANKS = {token: rank for rank, token in enumerate(TOKENS)}
MERGES = [(b"t", b"h"), (b"th", b"e"), (b" ", b"the")]


def load(folder, name, content):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return bi.load_tokenizer(folder / name)


def error(folder, name, content):
    with pytest.raises(BpeInferError) as caught:
        load(folder, name, content)
    return str(caught.value).partition(f"{name}: ")[2]


def in_base64(tokens):
    return " ".join(base64.b64encode(token).decode() for token in tokens)


JS_RANKS = json.dumps(
    {
        "pat_str": PATTERN,
        "special_tokens": {"<|end|>": 300},
        # as npm's tiktoken writes ranks with a hole
        "bpe_ranks": f"! 0 {in_base64(TOKENS[:256])}\n! 260 {in_base64(TOKENS[256:])}\n",
    }
)
BPEASY = json.dumps(
    {
        "name": "bpeasy",
        "regex_pattern": PATTERN,
        "special_tokens": ["<pad>"],
        "vocab": {base64.b64encode(token).decode(): rank for token, rank in RANKS.items()},
    }
)
ENCODING = tiktoken.Encoding(
    "rustbpe", pat_str=PATTERN, mergeable_ranks=RANKS, special_tokens={"<|bos|>": 300}
)
MINBPE = "minbpe v1\n" + PATTERN + "\n1\n<|end|> 300\n116 104\n256 101\n32 257\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("encoder.json", JS_RANKS),
        ("ranks.js", f"export default {JS_RANKS};\n"),
        ("ranks.cjs", f"module.exports = {JS_RANKS};"),
        ("bpeasy.json", BPEASY),
        ("tokenizer.pkl", pickle.dumps(ENCODING, protocol=3)),
        ("tokenizer.pkl", pickle.dumps(ENCODING, protocol=5)),
        ("minbpe.model", MINBPE),
    ],
)
def test_ranks_with_their_pattern_are_read_and_split_as_tiktoken_does(tmp_path, name, content):
    tokenizer = load(tmp_path, name, content)
    assert write.pairs_of(tokenizer.merges) == MERGES
    assert tokenizer.pretokenizer_origin == "the file"
    assert tokenizer.audit.tokens_set_aside == {"special_tokens": 1}
    text = "the  other\n12 cats"
    encoded = ENCODING.decode_tokens_bytes(ENCODING.encode_ordinary(text))
    done = replay(tokenizer.merges, *packed(tokenizer.pretokenizer.split(text)))
    assert [tokenizer.merges.symbols[number] for number in done.nodes.symbol[done.tokens]] == encoded


class Harmful:
    def __reduce__(self):
        return Path.touch, (Path("was-run"),)


@pytest.mark.parametrize("state", [Harmful(), {"mergeable_ranks": Harmful(), "pat_str": "x"}, [1, 2], {}])
def test_a_pickle_of_anything_else_is_refused_and_nothing_in_it_is_run(tmp_path, monkeypatch, state):
    monkeypatch.chdir(tmp_path)
    assert "not that of a tiktoken Encoding" in error(tmp_path, "tokenizer.pkl", pickle.dumps(state))
    assert not Path("was-run").exists()


def test_a_pickle_gives_plain_data_alone():
    data = {"a": [1, -2, 2**80, None, True], "b": (b"x", "é", 1.5, ()), "c": [{"d": {}}]}
    for protocol in range(2, 6):
        if protocol > 2:  # before, bytes are the result of a call
            assert read_pickled_data(pickle.dumps(data, protocol=protocol), "x") == data
    with pytest.raises(BpeInferError, match="opcode EMPTY_SET"):
        read_pickled_data(pickle.dumps({1, 2}), "x")
    with pytest.raises(BpeInferError, match="plain data"):
        read_pickled_data(pickle.dumps(data)[:-9], "x")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vocab.txt", "the 120\nof 90\nun@@ 90\nto 3\nthe 1\n", "a vocabulary with counts"),
        ("dict.txt", "the\t3\nof\t7\nto\t1\n", "a vocabulary with counts"),
        ("vocab.tsv", "0\ta\n1\tb\n2\tab\n", "a vocabulary with counts or ids"),
        ("ranks.js", 'const c0 = [\n"!",\n"#",\n', "a program (JavaScript, Python or the like)"),
        (
            "result.json",
            '{"certificate": {}, "not_in_categories": {}}',
            "a result of bpeinfer infer, not a tokenizer",
        ),
        ("model.js", "/**\n * MIT\n */\nconst x = 1;\n", "a program"),
        ("amharic.json", '{"merge_rank_map": {"ab": 1}}', "ranks of merged strings"),
        ("encoder.json", '{"pat_str": "x", "bpe_ranks": "! 0 a$"}', "expected"),
        ("bpeasy.json", '{"regex_pattern": "x", "vocab": {"YQ==": "1"}}', "not a token in base64"),
        ("m.model", "minbpe v1\n\n0\n97 98\n97 999\n", "line 5 is '97 999'"),
        ("merges.txt", "#version: 0.2\nab cd\nef gh\na b\nij kl\n", "have parts that no earlier pair makes"),
        (
            "tokenizer.json",
            '{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "abca": 5, "abcab": 6}, '
            '"merges": ["abca b", "abc a", "ab c", "a b"]}}',
            "a list of 4 pairs, 3 of which have parts that no earlier pair makes",
        ),
    ],
)
def test_what_has_no_merges_is_refused_with_what_to_do(tmp_path, name, content, words):
    assert words in error(tmp_path, name, content)


def test_merges_of_digits_are_no_vocabulary(tmp_path):
    (tmp_path / "codes").write_text("#version: 0.2\n1 2\n3 4\n12 34\n", "utf-8")
    assert len(bi.load_tokenizer(tmp_path / "codes", pretokenizer="subword-nmt").merges) == 3


# Learned by pyonmttok 1.38.1 (BPELearner over Tokenizer("space"), 5 merges) of
# "हिन्दी हिन्दी हिन्दी किताब किताब नहीं नहीं हिन्दी किताब नहीं", three times.
OPENNMT = "#version: 0.2\nन् दी</w>\nहि न्दी</w>\nकि ता\nकिता ब</w>\nन हीं</w>\n"


def test_letters_of_opennmt_carry_their_marks_from_the_start(tmp_path):
    """pyonmttok encodes किताब and नहीं whole, हिता as हि and ता; हिन has no merge."""
    (tmp_path / "codes").write_text(OPENNMT, "utf-8")
    tokenizer = bi.load_tokenizer(tmp_path / "codes", pretokenizer="whitespace")
    merges = tokenizer.merges
    assert (len(merges), merges.end_of_word, merges.joined_marks) == (5, b"</w>", True)
    assert tokenizer.audit.merges_set_aside == {}
    words = tokenizer.pretokenizer.split("हिन्दी किताब नहीं हिता")
    done = replay(merges, *packed(words))
    symbols = [*merges.symbols, b"?"]
    found = [symbols[number].decode() for number in done.nodes.symbol[done.tokens]]
    assert found == ["हिन्दी</w>", "किताब</w>", "नहीं</w>", "हि", "?"]


def test_words_of_subword_nmt_end_at_spaces_and_line_ends_only():
    text = "a\u00a0b c\td\u2028e\x85f\n g  h\r"
    names = {
        name: Pretokenizer.from_spec(None, KNOWN[name].pre_tokenizer) for name in ("subword-nmt", "fastbpe")
    }
    lines = text.splitlines(keepends=True)  # as codecs.open's lines, which learn_bpe.py reads
    words = [word.encode() for line in lines for word in line.strip("\r\n ").split(" ") if word]
    assert names["subword-nmt"].split(text) == names["subword-nmt"].pieces([text]).pretokens() == words
    assert names["fastbpe"].split(text) == [
        word.encode() for line in text.split("\n") for word in line.split(" ") if word
    ]


CLASSES = [
    "alnum",
    "alpha",
    "ascii",
    "blank",
    "cntrl",
    "digit",
    "graph",
    "lower",
    "print",
    "punct",
    "space",
    "upper",
    "word",
    "xdigit",
]


@pytest.mark.parametrize("name", CLASSES)
def test_posix_classes_of_a_pattern_are_ascii_as_tiktoken_reads_them(name):
    text = "àbc \u00a0x\x0by Z09_-!~\u0660\u4e2d[]\\^`\x7f\x85\u2003q\x1f"
    whole = {**{bytes([byte]): byte for byte in range(256)}}
    data = text.encode()
    parts = {data[i:j] for i in range(len(data)) for j in range(i + 2, len(data) + 1)}
    whole |= {part: 256 + rank for rank, part in enumerate(sorted(parts))}
    for pattern in (f"[[:{name}:]]+", f"[[:^{name}:]]+", f"[^[:{name}:]x]+"):
        own = tiktoken.Encoding("own", pat_str=pattern, mergeable_ranks=whole, special_tokens={})
        expected = own.decode_tokens_bytes(own.encode_ordinary(text))
        pretokenizer = Pretokenizer.from_pattern(pattern)
        assert pretokenizer.split(text) == pretokenizer.pieces([text]).pretokens() == expected


@pytest.mark.parametrize("prefix", ["", "##"])
def test_the_self_check_leaves_out_words_in_which_the_library_meets_unknown_letters(tmp_path, prefix):
    """As in julius-nlp-tokenizer and perovskite-tokenizer: such letters separate their neighbours only in encoding."""
    model = {"unk_token": "[UNK]", "continuing_subword_prefix": prefix} if prefix else {"unk_token": "[UNK]"}
    library = Tokenizer(models.BPE(**model))
    library.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    options = {"continuing_subword_prefix": prefix} if prefix else {}
    trainer = trainers.BpeTrainer(special_tokens=["[UNK]"], show_progress=False, limit_alphabet=12, **options)
    library.train_from_iterator(["abcd abcd abdc"] * 9, trainer)
    library.save(str(tmp_path / "tokenizer.json"))
    tokenizer = bi.load_tokenizer(tmp_path / "tokenizer.json")
    check = self_check(tokenizer, ["abcd ab!cd abdc"])
    assert (check.parted, check.pretokens) == (0, 2)
    assert tokenizer.merges.skips_unknown
