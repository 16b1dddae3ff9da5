"""Which tokens can a text produce? Against plain BPE, against `tokenizers`, and by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
import tokenizer_files as write
from gpt2 import gpt2
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer as Library
from tokenizers.models import BPE
from typer.testing import CliRunner

import bpeinfer as bi
from bpeinfer.cli import app
from bpeinfer.inspection.encoding import encode_by_rank
from bpeinfer.inspection.left_whole import left_whole
from bpeinfer.inspection.reachable_texts import PLACES
from bpeinfer.loading.bytelevel import to_display
from bpeinfer.merges import MergeList
from bpeinfer.pair_ranks import PairRanks
from bpeinfer.reference import merge_pair

BYTES = [bytes([byte]) for byte in range(256)]


def by_hand(merges: MergeList, token: bytes) -> list[bytes]:
    """Encode as the definition says: the pair of lowest rank everywhere, again and again."""
    symbols = tuple(merges.symbols.index(token[place : place + 1]) for place in range(len(token)))
    ranks = {}
    for rank, pair in enumerate(zip(merges.left.tolist(), merges.right.tolist(), strict=True)):
        ranks.setdefault(pair, rank)
    while found := [ranks[pair] for pair in pairwise(symbols) if pair in ranks]:
        rank = min(found)
        pair = int(merges.left[rank]), int(merges.right[rank])
        symbols = merge_pair(symbols, pair, int(merges.product[rank]))
    return [merges.symbols[symbol] for symbol in symbols]


@st.composite
def lists(draw: st.DrawFn) -> MergeList:
    """Merges of any two symbols so far, most of which no trainer would have made; each product is new."""
    symbols = [b"a", b"b"]
    pairs = []
    for _ in range(draw(st.integers(1, 12))):
        pair = draw(st.sampled_from(symbols)), draw(st.sampled_from(symbols))
        if pair[0] + pair[1] not in symbols:
            pairs.append(pair)
            symbols.append(pair[0] + pair[1])
    return MergeList.from_pairs([b"a", b"b"], pairs)


@given(lists())
def test_tokens_left_whole_match_plain_bpe_on_their_own_text(merges):
    expected = [by_hand(merges, symbol) == [symbol] for symbol in merges.symbols]
    assert left_whole(merges).tolist() == expected


@given(lists(), st.randoms(use_true_random=False), st.lists(st.text("ab", max_size=12), max_size=5))
def test_lists_in_any_order_encode_as_in_tokenizers(merges, random, texts):
    order = random.sample(range(len(merges)), len(merges))
    columns = {name: getattr(merges, name)[order] for name in ("left", "right", "product")}
    shuffled = replace(merges, **columns)
    library = Library(
        BPE(
            vocab={symbol.decode(): number for number, symbol in enumerate(merges.symbols)},
            merges=[tuple(part.decode() for part in shuffled.pair(rank)) for rank in range(len(order))],
        )
    )
    tokens, offsets = encode_by_rank(shuffled, [text.encode() for text in texts], PairRanks(shuffled))
    made = [tokens[start:stop].tolist() for start, stop in pairwise(offsets.tolist())]
    assert made == [library.encode(text).ids for text in texts]


def saved(tmp_path, merges: MergeList, **extra):
    path = tmp_path / "tokenizer.json"
    path.write_bytes(write.tokenizer_json(merges, **extra))
    return path, bi.reachability(path)


def spelled(*tokens: bytes) -> MergeList:
    """A list that makes each token byte by byte, from the left."""
    pairs = [(token[:cut], token[cut : cut + 1]) for token in tokens for cut in range(1, len(token))]
    return MergeList.from_pairs(BYTES, list(dict.fromkeys(pairs)))


def encoded(path, text: str) -> list[str]:
    return Library.from_file(str(path)).encode(text, add_special_tokens=False).tokens


def test_every_witness_is_encoded_so_by_tokenizers_and_no_other_token_is(tmp_path):
    merges = gpt2().merges.head(4_000)
    path, found = saved(tmp_path, MergeList.from_pairs(BYTES, map(merges.pair, range(4_000))))
    library = Library.from_file(str(path))
    there = [number for number, text in enumerate(found.witnesses) if text is not None]
    made = library.encode_batch([found.witnesses[number] for number in there], add_special_tokens=False)
    for number, encoding in zip(there, made, strict=True):
        assert to_display(found.merges.symbols[number]) in encoding.tokens
    # Thirteen bytes are in no UTF-8, and all else of GPT-2's first merges occurs.
    assert len(found.tokens("never", "not_utf8")) == 13
    assert len(there) == len(found.merges.symbols) - len(found.tokens("never"))


def test_digits_that_the_pattern_parts_are_in_no_text(tmp_path):
    digits = {"type": "Split", "pattern": {"Regex": r"\p{N}{1,2}"}, "behavior": "Isolated", "invert": False}
    rule = {"type": "Sequence", "pretokenizers": [digits, write.BYTE_LEVEL | {"use_regex": False}]}
    path, found = saved(tmp_path, spelled(b"12", b"123", b"ab"), pre_tokenizer=rule)
    assert found.tokens("never", "cut") == [b"123"]
    assert {b"12", b"ab"} <= set(found.tokens("alone"))
    assert encoded(path, "1234") == ["12", "3", "4"]


def test_a_token_that_only_a_space_before_it_makes_is_found_as_in_tokenizers(tmp_path):
    rule = {"type": "Split", "pattern": {"Regex": r"(?<= )ab|."}, "behavior": "Isolated", "invert": False}
    steps = {"type": "Sequence", "pretokenizers": [rule, write.BYTE_LEVEL | {"use_regex": False}]}
    path, found = saved(tmp_path, spelled(b"ab"), pre_tokenizer=steps)
    assert found.tokens("after_space") == [b"ab"]
    assert [encoded(path, text) for text in ("ab", "xab", " ab")] == [
        ["a", "b"],
        ["x", "a", "b"],
        ["Ġ", "ab"],
    ]


@pytest.mark.parametrize("whole", [False, True])
def test_what_merges_leave_in_parts_occurs_only_if_pretokens_are_taken_whole(tmp_path, whole):
    pairs = [(b"b", b"c"), (b"a", b"b"), (b"ab", b"c")]  # "abc" becomes a + bc
    path, found = saved(tmp_path, MergeList.from_pairs(BYTES, pairs), model={"ignore_merges": whole})
    assert (b"abc" in found.tokens("alone")) == whole
    assert found.tokens("never", "merges") == ([] if whole else [b"abc"])
    assert encoded(path, "abc") == (["abc"] if whole else ["a", "bc"])


def test_a_converters_list_in_another_order_than_the_ids_is_judged_in_its_own_as_in_tokenizers(tmp_path):
    # By the ids, BC comes first and parts AB from CD; in the list it comes last, as if its score had been overwritten.
    others = [
        (b"%c" % x, b"%c" % y)
        for x, y in [*product(b"efghijkl", b"mnopqrst"), *product(b"mnopqrst", b"uvwxyz")]
    ]
    threes = [(b"%cm" % x, b"%c" % z) for x, z in product(b"efghijkl", b"uvwxyz")]
    last = [(b"A", b"B"), (b"C", b"D"), (b"AB", b"CD")]
    merges = MergeList.from_pairs(BYTES, [(b"B", b"C"), *others, *threes, *last])
    first, *rest = write.every_split(merges)
    listed = [[to_display(part) for part in pair] for pair in [*rest, first]]
    path, found = saved(tmp_path, merges, model={"merges": listed})
    assert bi.load_tokenizer(path).audit.unreachable == (b"ABCD",)
    assert encoded(path, "ABCD") == ["ABCD"]
    assert b"ABCD" in found.tokens("alone")
    assert found.tokens("never", "merges") == []


def test_what_only_sentencepieces_trainer_cuts_occurs(tmp_path):
    made = ["ab", "ab\x1f", "1a"]  # its trainer lets no merge cross scripts, digits or its own boundary
    pieces = [
        ("<unk>", 0.0, 2),
        *((token, -float(rank), 1) for rank, token in enumerate([*made, *"▁ab1\x1f"])),
    ]
    path = tmp_path / "tokenizer.model"
    path.write_bytes(write.sentencepiece(pieces, normalizer={3: 0, 4: 0}))
    assert bi.reachability(path).tokens("never") == []


def test_an_added_token_inside_a_token_is_cut_out_first(tmp_path):
    def added(text: str) -> dict[str, object]:
        names = ("single_word", "lstrip", "rstrip", "normalized", "special")
        return dict.fromkeys(names, False) | {"id": 256, "content": text}

    path, found = saved(tmp_path, spelled(b"xyz"), added_tokens=[added("y")])
    assert found.tokens("never", "added") == [b"xy", b"xyz"]
    assert encoded(path, "xyz") == ["x", "y", "z"]


def test_a_user_defined_token_of_a_gguf_is_cut_out_first(tmp_path):
    path = tmp_path / "with merges.gguf"
    path.write_bytes(write.gguf_with_merges(spelled(b"x  y"), user_defined=["  ", "   "]))
    assert bi.reachability(path).tokens("never", "added") == [b"x  ", b"x  y"]  # "x " is reachable
    made = [
        ("<unk>", 0.0, 2),
        ("yz", 0.0, 4),
        *((token, -float(rank), 1) for rank, token in enumerate(["xy", "xyz", *"xyz▁"])),
    ]
    path = tmp_path / "with scores.gguf"
    path.write_bytes(write.gguf_with_scores(made))
    assert bi.reachability(bi.load_tokenizer(path, pretokenizer="whitespace")).tokens("never", "added") == [
        b"xyz"
    ]


def test_parts_of_characters_occur_only_inside_them(tmp_path):
    _, found = saved(tmp_path, spelled("é".encode()))
    number = found.merges.symbols.index(b"\xc3")
    assert PLACES[found.place[number]] == "in_character"
    witness = found.witnesses[number]
    assert witness is not None
    assert b"\xc3" in witness.encode()
    assert witness != "é"  # whose bytes are merged


def test_a_byte_whose_every_second_byte_is_merged_is_taken(tmp_path):
    pairs = [(b"\xc3", bytes([byte])) for byte in range(0x80, 0xC0)]
    _, found = saved(tmp_path, MergeList.from_pairs(BYTES, pairs))
    assert found.tokens("never", "taken") == [b"\xc3"]


def test_a_byte_occurs_if_what_follows_it_merges_into_the_next_character_first(tmp_path):
    pairs = [(b"\x89", b"z")] + [(b"\xc3", bytes([byte])) for byte in range(0x80, 0xC0)]
    path, found = saved(tmp_path, MergeList.from_pairs(BYTES, pairs))
    witness = found.witnesses[found.merges.symbols.index(b"\xc3")]
    assert witness == "Éz"
    assert encoded(path, "Éz") == ["Ã", to_display(b"\x89z")]


def test_inspect_shows_reachability_only_if_it_is_asked_for(tmp_path):
    path, found = saved(tmp_path, spelled(b"ab", b" 1x"))
    run = CliRunner()
    plain = run.invoke(app, ["inspect", str(path), "--json"])
    assert json.loads(plain.stdout)["reachability"] is None
    told = json.loads(run.invoke(app, ["inspect", str(path), "--json", "--reachable"]).stdout)["reachability"]
    assert told == found.to_dict()
    assert {"token": " 1x", "place": "never", "reason": "cut", "text": None} in told["listed"]
    page = run.invoke(app, ["inspect", str(path), "--reachable"]).stdout
    assert "in no text: the splitter cuts or changes them in every text tried:\n" in page
    assert '" 1x"' in page


def test_only_the_first_of_two_training_stages_is_judged():
    found = bi.Reachability(
        merges=spelled(b"ab"),
        judged=np.array([True] * 256 + [False]),
        place=np.zeros(257, dtype=np.uint8),
        reason=np.zeros(257, dtype=np.uint8),
        witnesses=("x",) * 257,
        added=0,
    )
    assert (found.to_dict()["tokens"], found.to_dict()["not_judged"]) == (256, 1)
