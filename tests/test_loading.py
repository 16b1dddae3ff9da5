"""Every format read back: the same merges, whatever file they come from, and known pitfalls of the formats."""

from __future__ import annotations

import base64
import bz2
import gzip
import json
import lzma

import pytest
import tokenizer_files as write
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import merge_lists, packed, pretoken_lists
from tokenizers import Tokenizer as HuggingFace
from tokenizers import decoders, models, pre_tokenizers, trainers

from bpeinfer import reference
from bpeinfer.errors import NotBpeError, TokenizerFileError, TokenizerNotFoundError
from bpeinfer.files import zstd
from bpeinfer.loading import TrainerLimits, load_tokenizer
from bpeinfer.loading.bytelevel import CHARACTER_OF_BYTE
from bpeinfer.loading.every_split import lists_every_split
from bpeinfer.loading.file_format import parse
from bpeinfer.loading.gguf import parse_fields
from bpeinfer.loading.learned import learned_merges
from bpeinfer.merges import MergeList
from bpeinfer.replay import replay

ALPHABET = [bytes([byte]) for byte in range(256)]


def over_bytes(merges: MergeList) -> MergeList:
    """The same pairs over all 256 bytes; pairs listed twice are dropped, as loading does."""
    return MergeList.from_pairs(ALPHABET, list(dict.fromkeys(write.pairs_of(merges))))


def loaded_pairs(data: bytes) -> list[tuple[bytes, bytes]]:
    merges, _ = learned_merges(parse(data, "test"))
    return write.pairs_of(merges)


def load(tmp_path, data: bytes, name: str = "tokenizer.json", **options):
    path = tmp_path / name
    path.write_bytes(data)
    return load_tokenizer(path, **options)


def text_of(tmp_path, data: bytes, error=TokenizerFileError, name: str = "tokenizer.json", **options) -> str:
    with pytest.raises(error) as caught:
        load(tmp_path, data, name, **options)
    text = str(caught.value)
    assert "\n" not in text
    assert str(tmp_path / name) in text
    return text


# --- the same list from every format


@given(merge_lists())
def test_a_trained_list_is_kept_as_it_is_duplicates_of_a_product_and_all(merges):
    merges = over_bytes(merges)
    assume(len(merges) and not lists_every_split(write.pairs_of(merges)))
    expected = write.pairs_of(merges)
    assert expected == loaded_pairs(write.tokenizer_json(merges))
    assert expected == loaded_pairs(write.tokenizer_json(merges, as_strings=True))
    assert expected == loaded_pairs(write.gguf_with_merges(merges))


@given(merge_lists())
def test_ranks_alone_give_the_same_list_in_every_format_of_ranks(merges):
    tokens = write.byte_tokens(over_bytes(merges))
    assume(len(tokens) > 256)
    expected = loaded_pairs(write.tiktoken(tokens))
    assert expected == loaded_pairs(write.tekken(tokens))
    assert tokens[256:] == [left + right for left, right in expected]


@given(pretoken_lists(), st.data(), st.randoms(use_true_random=False), st.booleans())
def test_a_converters_list_of_every_split_gives_what_the_ranks_give_whatever_its_ids(
    pretokens, data, random, renumber
):
    """Converters write the splits token after token, in the order of creation; some number the tokens anew."""
    counts = {pretoken: data.draw(st.integers(1, 5)) for pretoken in pretokens}
    merges = over_bytes(reference.train([b"a", b"b", b"c"], counts, 25))
    splits = write.every_split(merges)
    random.shuffle(splits)
    tokens = write.byte_tokens(merges)
    splits.sort(key=lambda pair: tokens.index(pair[0] + pair[1]))
    assume(lists_every_split(splits))
    every = json.loads(write.tokenizer_json(merges))
    every["model"]["merges"] = [[write.to_display(left), write.to_display(right)] for left, right in splits]
    if renumber:
        shown = sorted(every["model"]["vocab"])
        every["model"]["vocab"] = {token: number for number, token in enumerate(shown)}
    raw = parse(json.dumps(every).encode(), "test")
    found, audit = learned_merges(raw)
    assert loaded_pairs(write.tiktoken(tokens)) == write.pairs_of(found)
    assert audit.method == "replay"
    assert audit.listed_merges == len(splits)
    assert audit.merges_set_aside.get("redundant_splits", 0) == len(splits) - len(found)


def test_a_tokenizer_trained_by_hugging_face_comes_back_merge_by_merge(tmp_path):
    trained = HuggingFace(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    text = ["the cat sat on the mat and the rat ran", "aaaa aaaaaa aaaaaaaa bababab banana bandana"] * 3
    trained.train_from_iterator(text, trainers.BpeTrainer(vocab_size=330, special_tokens=["<s>"]))
    document = json.loads(trained.to_str())
    loaded = load(tmp_path, trained.to_str().encode())
    expected = [
        tuple(part.replace("Ġ", " ").encode() for part in pair) for pair in document["model"]["merges"]
    ]
    assert expected == write.pairs_of(loaded.merges)
    assert loaded.audit.tokens_set_aside == {"special_tokens": 1}
    assert loaded.pretokenizer.split("the cat") == [b"the", b" cat"]


def test_the_bundled_tokenizer_is_gpt2():
    loaded = load_tokenizer("bundled:gpt2")
    assert len(loaded.merges) == 50_000
    assert loaded.merges.pair(0) == (b" ", b"t")
    assert loaded.merges.symbols[-1] == b" gazed"
    assert loaded.pretokenizer.split("I'm in  it") == [b"I", b"'m", b" in", b" ", b" it"]
    assert loaded.provenance.source == "bundled:gpt2"


def test_gpt2_from_ranks_equals_gpt2_from_merges(tmp_path):
    bundled = load_tokenizer("bundled:gpt2")
    loaded = load(tmp_path, write.tiktoken(write.byte_tokens(bundled.merges)), "r50k.tiktoken")
    assert write.pairs_of(loaded.merges) == write.pairs_of(bundled.merges)
    assert loaded.audit.unreachable == ()
    assert "r50k" in loaded.pretokenizer_origin
    assert loaded.pretokenizer == bundled.pretokenizer


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bz2.compress, zstd.compress, bytes])
def test_a_packed_file_is_unpacked_and_its_own_hash_is_kept(tmp_path, pack):
    merges = MergeList.from_pairs(ALPHABET, [(b"a", b"b"), (b"ab", b"c")])
    loaded = load(tmp_path, pack(write.tokenizer_json(merges)), "tokenizer.json.packed")
    assert write.pairs_of(loaded.merges) == [(b"a", b"b"), (b"ab", b"c")]


def test_a_folder_is_read_by_its_richest_file(tmp_path):
    merges = MergeList.from_pairs(ALPHABET, [(b" ", b"t"), (b"a", b"b")])
    (tmp_path / "merges.txt").write_bytes(write.merges_txt(merges))
    vocab = {write.to_display(token): number for number, token in enumerate(write.byte_tokens(merges))}
    (tmp_path / "vocab.json").write_text(json.dumps(vocab | {"<|endoftext|>": len(vocab)}))
    loaded = load_tokenizer(tmp_path, pretokenizer="r50k")
    assert loaded.provenance.format == "merges.txt"
    assert set(loaded.provenance.files) == {"merges.txt", "vocab.json"}
    assert loaded.audit.tokens_set_aside == {"tokens_without_merge": 1}
    (tmp_path / "tokenizer.json").write_bytes(write.tokenizer_json(merges))
    assert load_tokenizer(tmp_path).provenance.format == "tokenizer.json"
    assert loaded.merges.pair(0) == load_tokenizer(tmp_path / "vocab.json", pretokenizer="r50k").merges.pair(
        0
    )


# --- the traps of FORMATS.md


def test_a_merge_with_inner_spaces_is_read_by_the_tokens_it_is_made_of(tmp_path):
    document = {
        "model": {
            "type": "BPE",
            "vocab": {"a": 0, " ": 1, "b": 2, "a ": 3, "a b": 4},
            "merges": ["a  ", "a  b"],
        },
        "pre_tokenizer": {"type": "Whitespace"},
    }
    loaded = load(tmp_path, json.dumps(document).encode())
    assert write.pairs_of(loaded.merges) == [(b"a", b" "), (b"a ", b"b")]
    document["model"]["merges"][1] = "x  y"
    assert "which cannot be read as" in text_of(tmp_path, json.dumps(document).encode())


def test_of_several_readings_of_a_merge_the_one_that_earlier_merges_leave_is_right(tmp_path):
    """ " b" was made before "a ": "a b" is then a + " b", although "a " and "b" are tokens, too."""
    vocab = {"a": 0, " ": 1, "b": 2, " b": 3, "a ": 4, "a b": 5}
    document = {
        "model": {"type": "BPE", "vocab": vocab, "merges": ["  b", "a  ", "a  b"]},
        "pre_tokenizer": {"type": "Whitespace"},
    }
    loaded = load(tmp_path, json.dumps(document).encode())
    assert write.pairs_of(loaded.merges) == [(b" ", b"b"), (b"a", b" "), (b"a", b" b")]
    assert any("read in more than one way: 1" in note for note in loaded.notes)


def test_older_files_do_not_name_the_type_of_the_model(tmp_path):
    document = json.loads(write.tokenizer_json(MergeList.from_pairs(ALPHABET, [(b"a", b"b")])))
    del document["model"]["type"]
    assert len(load(tmp_path, json.dumps(document).encode()).merges) == 1


def test_of_a_merge_listed_twice_the_first_counts(tmp_path):
    document = json.loads(write.tokenizer_json(MergeList.from_pairs(ALPHABET, [(b"a", b"b"), (b"c", b"d")])))
    document["model"]["merges"].append(["a", "b"])
    loaded = load(tmp_path, json.dumps(document).encode())
    assert write.pairs_of(loaded.merges) == [(b"a", b"b"), (b"c", b"d")]
    assert loaded.audit.set_aside == {"repeated_merges": 1}


def test_a_merge_of_parts_that_do_not_exist_is_set_aside(tmp_path):
    document = json.loads(write.tokenizer_json(MergeList.from_pairs(ALPHABET, [(b"a", b"b")])))
    document["model"]["merges"].append(["xyz", "b"])
    loaded = load(tmp_path, json.dumps(document).encode())
    assert loaded.audit.merges_set_aside == {"merges_of_missing_parts": 1}


def test_special_and_added_tokens_inside_the_ids_are_not_learned(tmp_path):
    merges = MergeList.from_pairs(ALPHABET, [(b"a", b"b")])
    document = json.loads(write.tokenizer_json(merges))
    document["model"]["vocab"] |= {"<s>": 257, "<tool>": 258}
    document["added_tokens"] = [
        {"id": 257, "content": "<s>", "special": True},
        {"id": 258, "content": "<tool>", "special": False},
        {"id": 300, "content": "<late>", "special": True},
        {"id": 256, "content": "ab", "special": False},  # an ordinary token, protected: it is still learned
    ]
    audit = load(tmp_path, json.dumps(document).encode()).audit
    assert audit.tokens_set_aside == {"special_tokens": 2, "added_tokens": 1}
    assert audit.learned_tokens == 1
    assert audit.vocabulary == 260


def test_byte_fallback_tokens_are_not_learned(tmp_path):
    vocab = {"<unk>": 0, "<0x0A>": 1, "a": 2, "b": 3, "ab": 4}
    document = {
        "model": {"type": "BPE", "vocab": vocab, "merges": [["a", "b"]], "byte_fallback": True},
        "added_tokens": [{"content": "<unk>", "special": True}],
        "pre_tokenizer": {"type": "Whitespace"},
    }
    loaded = load(tmp_path, json.dumps(document).encode())
    assert loaded.merges.unit == "character"
    assert loaded.audit.tokens_set_aside == {"byte_fallback_tokens": 1, "special_tokens": 1}


def test_merges_txt_header_is_optional_and_line_ends_may_be_dos(tmp_path):
    merges = MergeList.from_pairs(ALPHABET, [(b" ", b"t"), (b"#", b"v")])
    plain = write.merges_txt(merges, header=False)
    for data in (plain, write.merges_txt(merges), plain.replace(b"\n", b"\r\n")):
        loaded = load(tmp_path, data, "merges.txt", pretokenizer="r50k")
        assert write.pairs_of(loaded.merges) == [(b" ", b"t"), (b"#", b"v")]


def test_a_second_header_is_skipped_as_tokenizers_does(tmp_path):
    merges = MergeList.from_pairs(ALPHABET, [(b" ", b"t"), (b"h", b"e"), (b" t", b"he")])
    lines = write.merges_txt(merges).split(b"\n")
    data = b"\n".join([*lines[:2], b"#version: 0.2 - Trained by `huggingface/tokenizers`", *lines[2:]])
    (tmp_path / "merges.txt").write_bytes(data)
    vocab = {CHARACTER_OF_BYTE[byte]: byte for byte in range(256)}
    vocab |= {token: 256 + place for place, token in enumerate(("Ġt", "he", "Ġthe"))}
    (tmp_path / "vocab.json").write_text(json.dumps(vocab))
    library = models.BPE.from_file(str(tmp_path / "vocab.json"), str(tmp_path / "merges.txt"))
    assert [token.value for token in library.tokenize("Ġthe")] == ["Ġthe"]
    loaded = load_tokenizer(tmp_path, pretokenizer="r50k")
    assert write.pairs_of(loaded.merges) == write.pairs_of(merges)


def test_end_of_word_marks_make_symbols_of_their_own(tmp_path):
    data = "#version: 0.2\nt h\nth e</w>\nÃ ©</w>\nca t</w>\n".encode()
    loaded = load(tmp_path, data, "merges.txt", pretokenizer="clip")
    merges = loaded.merges
    assert merges.end_of_word == b"</w>"
    assert merges.alphabet_size == 512
    assert merges.pair(1) == (b"th", b"e</w>")
    assert merges.symbols[merges.product[1]] == b"the</w>"


def test_opennmt_letters_with_combining_marks_do_not_hide_the_end_of_word_mark(tmp_path):
    # pyonmttok takes a letter and its combining marks for one symbol.
    lines = [
        "#version: 0.2",
        "t h",
        "th e</w>",
        "ਕੀ ਹਾਂ</w>",
        "ਜਿ ਹੀਂ</w>",
        "ਮਾ ਰੱ",
        "ਲੋ ਆਂ</w>",
        "c a",
        "ca n</w>",
    ]
    data = "\n".join(lines).encode()
    merges = load(tmp_path, data, "codes", pretokenizer="whitespace").merges
    assert merges.end_of_word == b"</w>"
    assert merges.pair(1) == (b"th", b"e</w>")


def test_a_continuing_prefix_is_lost_by_the_right_part_of_a_merge(tmp_path):
    document = {
        "model": {
            "type": "BPE",
            "vocab": {"a": 0, "##b": 1, "##c": 2, "##bc": 3, "abc": 4},
            "merges": [["##b", "##c"], ["a", "##bc"]],
            "continuing_subword_prefix": "##",
        },
        "pre_tokenizer": {"type": "Whitespace"},
    }
    merges = load(tmp_path, json.dumps(document).encode()).merges
    assert [merges.symbols[product] for product in merges.product] == [b"##bc", b"abc"]
    assert merges.continuing_prefix == b"##"


def test_the_bare_mark_of_subword_nmt_0_1_is_a_symbol_after_every_word(tmp_path):
    merges = load(tmp_path, b"e </w>\nt h\nth e</w>\n", "codes", pretokenizer="whitespace").merges
    assert write.pairs_of(merges) == [(b"e", b"</w>"), (b"t", b"h"), (b"th", b"e</w>")]
    assert merges.symbols[merges.mark_symbol] == b"</w>"
    done = replay(merges, *packed([b"the", b"he"]))
    assert [merges.symbols[done.nodes.symbol[token]] for token in done.tokens] == [b"the</w>", b"h", b"e</w>"]


def test_any_suffix_that_units_share_is_an_end_of_word_mark(tmp_path):
    merges = load(tmp_path, "t h\nth e<w>\nß n<w>\n".encode(), "codes", pretokenizer="whitespace").merges
    assert merges.end_of_word == b"<w>"
    assert len(merges) == 3


def test_the_counts_of_fastbpe_are_kept_and_its_tail_of_count_0_is_not(tmp_path):
    loaded = load(tmp_path, b"t h 9\nth e</w> 7\na b 0\n", "codes", pretokenizer="whitespace")
    assert write.pairs_of(loaded.merges) == [(b"t", b"h"), (b"th", b"e</w>")]
    assert loaded.merges.counts.tolist() == [9, 7]
    assert loaded.audit.merges_set_aside == {"merges_of_count_0": 1}
    assert loaded.provenance.format == "fastBPE"


def test_the_counts_of_ffbpe_are_kept(tmp_path):
    # As ffbpe 0.1.10 writes them: BpeModel.save_merges_txt.
    loaded = load(tmp_path, "Ġ t => 47\ne r => 45\nĠt h => 45\n".encode(), "merges.txt", pretokenizer="r50k")
    assert write.pairs_of(loaded.merges) == [(b" ", b"t"), (b"e", b"r"), (b" t", b"h")]
    assert loaded.merges.counts.tolist() == [47, 45, 45]
    assert loaded.provenance.format == "ffbpe"


def test_a_list_in_latin_1_letters_is_over_characters_and_one_that_spells_utf8_over_bytes(tmp_path):
    letters = load(tmp_path, "f ü\nfü r</w>\né t</w>\n".encode(), "codes", pretokenizer="whitespace")
    assert letters.merges.unit == "character"
    spelled = load(tmp_path, "Ã ©\nÃ© t\nĠ t\n".encode(), "merges.txt", pretokenizer="r50k")
    assert spelled.merges.unit == "byte"


def test_repeated_tokens_of_a_gguf_keep_their_first_place():
    fields = {
        "tokenizer.ggml.model": b"gemma4",
        "tokenizer.ggml.tokens": [b"a", b"b", b" ", b"ab", b"ab", b"a "],
        "tokenizer.ggml.merges": [b"a b", "a \u0120".encode()],
    }
    merges, audit = learned_merges(parse_fields(fields, "arrays"))
    assert write.pairs_of(merges) == [(b"a", b"b"), (b"a", b" ")]
    assert audit.tokens_set_aside == {"repeated_tokens": 1}


def test_a_vocab_file_gives_the_list_of_the_model_beside_it(tmp_path):
    import io

    import sentencepiece

    stream = io.BytesIO()
    text = ["der Hund und die Katze", "die Hunde und der Kater", "und dann der Rest"] * 5
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text), model_writer=stream, model_type="bpe", vocab_size=60, minloglevel=3
    )
    model = load(tmp_path, stream.getvalue(), "m.model")
    processor = sentencepiece.SentencePieceProcessor(model_proto=stream.getvalue())
    lines = [
        f"{processor.id_to_piece(number)}\t{processor.get_score(number):g}"
        for number in range(len(processor))
    ]
    loaded = load(tmp_path, "\n".join(lines).encode(), "m.vocab")
    assert write.pairs_of(loaded.merges) == write.pairs_of(model.merges)
    assert loaded.provenance.format == "sentencepiece .vocab"
    unigram = text_of(tmp_path, b"<unk>\t0\na\t-1.5\nb\t-2.25\n", NotBpeError, "u.vocab")
    assert "unigram" in unigram


def test_user_defined_symbols_are_cut_out_of_the_text_though_a_file_has_no_types(tmp_path):
    """As the trainer did: of the .model, which has types, of the .vocab, and of a GGUF that calls them ordinary."""
    import io

    import sentencepiece

    stream = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["the cat <b>sat</b> on the mat", "a cat sat <b> the <b>the"] * 5),
        model_writer=stream,
        model_type="bpe",
        vocab_size=60,
        hard_vocab_limit=False,
        minloglevel=3,
        user_defined_symbols=["<b>", "</b>", "sat"],
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=stream.getvalue())
    pieces = [(processor.id_to_piece(n), processor.get_score(n)) for n in range(len(processor))]
    lines = "\n".join(f"{piece}\t{score:g}" for piece, score in pieces)
    untyped = [(piece, score, 3 if n < 3 else 1) for n, (piece, score) in enumerate(pieces)]
    text = "the <b>cat</b> satan"
    expected = load(tmp_path, stream.getvalue(), "m.model").pretokenizer.split(text)
    assert expected == ["▁the".encode(), "▁".encode(), b"cat", "▁".encode(), b"an"]
    assert load(tmp_path, lines.encode(), "m.vocab").pretokenizer.split(text) == expected
    assert load(tmp_path, write.gguf_with_scores(untyped), "m.gguf").pretokenizer.split(text) == expected


def test_youtokentomes_rules_are_read_by_their_ids(tmp_path):
    """Two letters and the space mark with ids 4 to 6, then two rules, then the special ids."""
    data = b"3 2\n9601 4\n97 5\n98 6\n5 6 7\n4 7 8\n1 0 2 3\n"
    loaded = load(tmp_path, data, "yttm.model")
    assert write.pairs_of(loaded.merges) == [(b"a", b"b"), ("▁".encode(), b"ab")]
    assert loaded.pretokenizer.split("ab  a\nb") == ["▁ab".encode(), "▁a".encode(), "▁b".encode()]
    assert "line 5" in text_of(tmp_path, data.replace(b"5 6 7", b"5 99 7"), name="yttm.model")


def test_an_empty_token_in_a_rank_file_is_set_aside_as_in_whispers(tmp_path):
    data = write.tiktoken([*ALPHABET, b"ab"]) + b"= 257\n"
    loaded = load(tmp_path, data, "multilingual.tiktoken", pretokenizer="r50k")
    assert loaded.audit.tokens_set_aside == {"empty_tokens": 1}
    assert len(loaded.merges) == 1


def test_single_byte_ranks_may_be_permuted_and_ranks_missing(tmp_path):
    tokens = [*reversed(ALPHABET), b"ab", b"abc"]
    lines = [base64.b64encode(token) + b" %d" % (rank * 2) for rank, token in enumerate(tokens)]
    loaded = load(tmp_path, b"\n".join(reversed(lines)), "x.tiktoken", pretokenizer="r50k")
    assert write.pairs_of(loaded.merges) == [(b"a", b"b"), (b"ab", b"c")]
    assert loaded.merges.symbols[0] == b"\xff"


def test_tekken_uses_the_head_by_default_and_all_on_request(tmp_path):
    tokens = [*ALPHABET, b"ab", b"abc", b"xy"]
    data = write.tekken(tokens, in_use=258)
    loaded = load(tmp_path, data, "tekken.json")
    assert [left + right for left, right in write.pairs_of(loaded.merges)] == [b"ab", b"abc"]
    assert loaded.audit.tokens_set_aside == {"special_tokens": 10, "ranks_not_in_use": 1}
    assert len(load(tmp_path, data, "tekken.json", full=True).merges) == 3
    assert any("258" in note for note in loaded.notes)


LLAMA_LIKE = [
    ("<unk>", 0.0, 2),
    ("<s>", 0.0, 3),
    ("<0x0A>", 0.0, 6),
    ("▁▁", -1e9, 1),
    ("▁t", -1.0, 1),
    ("▁th", -2.0, 1),
    ("▁the", -3.0, 1),
    ("日本", -4.0, 1),
    *[(character, -5.0 - number, 1) for number, character in enumerate("▁the日本")],
]


def test_sentencepiece_pieces_by_id_even_where_scores_were_written_over(tmp_path):
    trainer = {20: 16, 25: 1, 26: 1, 35: 1}
    loaded = load(tmp_path, write.sentencepiece(LLAMA_LIKE, trainer, {3: 1, 4: 0}), "tokenizer.model")
    expected = [("▁", "▁"), ("▁", "t"), ("▁t", "h"), ("▁th", "e"), ("日", "本")]
    assert [(left.encode(), right.encode()) for left, right in expected] == write.pairs_of(loaded.merges)
    assert loaded.limits == TrainerLimits(
        longest_token=16,
        one_script=True,
        numbers_apart=True,
        single_digits=True,
        split_at_spaces=True,
        space_last=False,
        space_runs=True,
        each_once=True,
    )
    assert loaded.audit.tokens_set_aside == {
        "unknown_tokens": 1,
        "control_tokens": 1,
        "byte_fallback_tokens": 1,
    }
    assert "1 of 11 scores was overwritten" in " ".join(loaded.notes)
    pretokens = [pretoken.decode() for pretoken in loaded.pretokenizer.split("the  the1\n日本x")]
    assert pretokens == ["▁the", "▁▁the", "1", "▁日本", "x"]


@pytest.mark.parametrize(
    ("mark", "is_text"),
    [("end_of_word_suffix", "n"), ("end_of_word_suffix", "e"), ("continuing_subword_prefix", "e")],
)
def test_a_mark_that_is_text_is_refused_as_the_library_then_takes_two_tokens_for_one(tmp_path, mark, is_text):
    def trained(sign):
        library = HuggingFace(models.BPE(**{mark: sign}))
        library.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        trainer = trainers.BpeTrainer(vocab_size=60, show_progress=False, **{mark: sign})
        library.train_from_iterator(["the tea tree then eat teen ee e bete needs etude"] * 3, trainer)
        return library.to_str().encode()

    assert load(tmp_path, trained("@"), "tokenizer.json").merges.alphabet_size
    text = text_of(tmp_path, trained(is_text), name="tokenizer.json")
    assert f'the {mark} "{is_text}" is a token of text, too' in text


def test_user_defined_symbols_of_a_gguf_are_told_by_their_scores_where_their_type_is_an_ordinary_tokens(
    tmp_path,
):
    pieces = [("<unk>", 0.0, 2), ("tt", 0.0, 1), ("the", 0.0, 1), ("▁t", -0.0, 1), ("he", -1.0, 1)]
    pieces += [(character, -2.0 - number, 1) for number, character in enumerate("▁the")]
    loaded = load(tmp_path, write.gguf_with_scores(pieces), "model.gguf")
    assert write.pairs_of(loaded.merges) == [("▁".encode(), b"t"), (b"h", b"e")]
    assert loaded.audit.tokens_set_aside == {"unknown_tokens": 1, "user_defined_tokens": 2}
    assert loaded.pretokenizer.split("tthe he") == ["▁".encode(), b"he", "▁he".encode()]


def test_gguf_with_scores_reads_the_same_list_and_the_same_limits(tmp_path):
    model = load(tmp_path, write.sentencepiece(LLAMA_LIKE, {25: 1, 26: 1}, {3: 1, 4: 0}), "tokenizer.model")
    loaded = load(tmp_path, write.gguf_with_scores(LLAMA_LIKE), "model.gguf")
    assert write.pairs_of(loaded.merges) == write.pairs_of(model.merges)
    text = "the  the\n日本"
    assert loaded.pretokenizer.split(text) == model.pretokenizer.split(text)


def test_a_gguf_with_weights_behind_its_header_is_read(tmp_path):
    merges = MergeList.from_pairs(ALPHABET, [(b"a", b"b")])
    data = write.gguf_with_merges(merges) + b"\x00" * 100_000
    loaded = load(tmp_path, data, "model.gguf")
    assert write.pairs_of(loaded.merges) == [(b"a", b"b")]


def test_of_several_models_in_a_folder_the_first_with_a_tokenizer_is_read_and_the_others_are_named(tmp_path):
    """As llama.cpp's tools leave them: a split model's files, what feeds it pictures, a second model."""
    merges = MergeList.from_pairs(ALPHABET, [(b"a", b"b")])
    (tmp_path / "m-00001-of-00002.gguf").write_bytes(write.gguf_with_merges(merges))
    for name in ("m-00002-of-00002.gguf", "mmproj-m.gguf"):
        (tmp_path / name).write_bytes(b"GGUF")
    assert not any("tokenizers;" in note for note in load_tokenizer(tmp_path).notes)
    (tmp_path / "other.gguf").write_bytes(b"GGUF")
    loaded = load_tokenizer(tmp_path)
    assert write.pairs_of(loaded.merges) == [(b"a", b"b")]
    assert "the folder has 2 tokenizers; read m-00001-of-00002.gguf, not other.gguf" in loaded.notes


def test_a_folder_of_several_tokenizers_says_which_was_read(tmp_path):
    """As mistral_common ships them: only names tell them apart."""
    for name in ("tekken_1.json", "tekken_2.json"):
        (tmp_path / name).write_bytes(write.tekken([*(bytes([byte]) for byte in range(256)), b"ab"]))
    (tmp_path / "README.md").write_text("two lists")
    assert (
        "the folder has 2 tokenizers; read tekken_1.json, not tekken_2.json" in load_tokenizer(tmp_path).notes
    )


def test_blank_runs_in_one_block_of_ids_were_added_by_hand_interleaved_ones_learned(tmp_path):
    words = [("▁t", -1.0, 1), ("▁th", -2.0, 1)]
    runs = [("▁" * length, 0.0, 1) for length in range(2, 12)]
    letters = [(character, 0.0, 1) for character in "▁th"]
    block = load(tmp_path, write.sentencepiece([*runs, *words, *letters], {26: 1}), "a.model")
    assert block.audit.tokens_set_aside == {"tokens_added_by_hand": 10}
    assert len(block.merges) == 2
    mixed = [*runs[:3], words[0], *runs[3:], words[1], *letters]
    learned = load(tmp_path, write.sentencepiece(mixed, {26: 1}), "b.model")
    assert learned.audit.tokens_set_aside == {}
    assert len(learned.merges) == 12


def test_an_empty_piece_is_set_aside(tmp_path):
    loaded = load(tmp_path, write.sentencepiece([*LLAMA_LIKE, ("", -20.0, 1)]), "tokenizer.model")
    assert loaded.audit.tokens_set_aside["tokens_without_merge"] == 1


def test_whatever_the_file_every_token_and_every_merge_is_accounted_for(tmp_path):
    # MergeAudit checks its two sums when it is made; here that it does.
    loaded = load(tmp_path, write.sentencepiece(LLAMA_LIKE), "tokenizer.model")
    audit = loaded.audit
    assert audit.vocabulary == audit.alphabet_tokens + audit.learned_tokens + sum(
        audit.tokens_set_aside.values()
    )
    from dataclasses import replace

    with pytest.raises(ValueError, match="accounted for"):
        replace(audit, learned_tokens=audit.learned_tokens + 1)
    with pytest.raises(ValueError, match="accounted for"):
        replace(audit, learned_not_listed=0)


# --- which pre-tokenizer


def test_unknown_ranks_ask_for_a_pretokenizer_by_name(tmp_path):
    data = write.tiktoken([*ALPHABET, b"ab"])
    text = text_of(tmp_path, data, name="x.tiktoken")
    assert "--pretokenizer" in text
    assert "cl100k" in text
    given_name = load(tmp_path, data, "x.tiktoken", pretokenizer="o200k")
    assert given_name.pretokenizer_origin == "given: o200k"
    given_pattern = load(tmp_path, data, "x.tiktoken", pretokenizer=r"\w+|\W+")
    assert given_pattern.pretokenizer.split("ab, c") == [b"ab", b", ", b"c"]


def test_the_callers_pretokenizer_overrides_the_files(tmp_path):
    data = write.tokenizer_json(MergeList.from_pairs(ALPHABET, [(b"a", b"b")]))
    assert load(tmp_path, data).pretokenizer.split("12345") == [b"12345"]
    assert load(tmp_path, data, pretokenizer="qwen2").pretokenizer.split("123") == [b"1", b"2", b"3"]
    with pytest.raises(TokenizerFileError, match="not a regular expression"):
        load(tmp_path, data, pretokenizer="(")
    assert "cl200k is neither a known name" in text_of(tmp_path, data, pretokenizer="cl200k")


# --- bad input: one line that says what, where and what to do

GOOD = write.tokenizer_json(MergeList.from_pairs(ALPHABET, [(b"a", b"b")]))
UNIGRAM = json.dumps({"model": {"type": "Unigram", "vocab": [["a", -1.0]]}}).encode()
WORDPIECE = json.dumps({"model": {"type": "WordPiece", "vocab": {"a": 0}}}).encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (UNIGRAM, "Unigram"),
        (WORDPIECE, "WordPiece"),
        (UNIGRAM.replace(b'"type": "Unigram", ', b""), "Unigram"),
        (write.sentencepiece(LLAMA_LIKE, {3: 1}), "unigram"),
        (write.sentencepiece(LLAMA_LIKE, {3: 4}), "character"),
        (b"1 'a' 1\n2 b'\\xff' 1\n3 'c' 1\n", "trie"),
        (b"[PAD]\n[unused0]\n[UNK]\nthe\n##s\n", "WordPiece"),
        (write.gguf({"tokenizer.ggml.model": (8, "bert")}), "WordPiece"),
        (write.gguf({"tokenizer.ggml.model": (8, "t5")}), "unigram"),
        (write.gguf({"general.name": (8, "weights only")}), "missing"),
    ],
)
def test_a_tokenizer_that_is_not_bpe_is_called_by_its_name(tmp_path, data, words):
    text = text_of(tmp_path, data, NotBpeError, "file")
    assert words in text
    assert "BPE" in text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty file"),
        (b"   \n", "empty file"),
        (GOOD[:-20], "not valid JSON at line 1"),
        (GOOD.replace(b'"merges"', b'"murges"'), '"merges"'),
        (GOOD.replace(b'"a": ', b'"b": '), "occurs twice"),
        (GOOD.replace(b'[["a", "b"]]', b'[["a"]]'), "expected two strings"),
        (GOOD.replace(b'[["a", "b"]]', b'["ab"]'), "which cannot be read as"),
        (GOOD.replace(b'[["a", "b"]]', b'[["\\ud800", "b"]]'), "byte alphabet"),
        (GOOD.replace(b'[["a", "b"]]', b"[]"), "without a learned merge"),
        (GOOD.replace(b'"ab": 256', b'"ab": NaN'), "expected a whole number"),
        (GOOD.replace(b'"ab": 256', b'"ab": "x"'), "expected a whole number"),
        (b'{"model": 3}', 'no "model" object'),
        (b'{"a": 0, "b": 1}', "put its merges.txt next to it"),
        (b'{"chat": "hi"}', "not a tokenizer's"),
        (b"{" * 100_000, "not valid JSON"),
        (b'{"a":' * 100_000, "cannot be read"),
        (b'{"model": "\xff"}', "not UTF-8 at byte"),
        (b"\x1f\x8b damaged", "damaged gzip"),
        (gzip.compress(GOOD)[:-9], "damaged gzip"),
        (lzma.compress(GOOD)[:-9], "damaged xz"),
        (b"kitoken\x00\x01" + b"x" * 50, "a kitoken file"),
        (b"\x80\x04\x95" + b"x" * 50, "a pickle"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git-lfs pointer"),
        (b"YWI= 0\nYWI= 1\n", "listed twice"),
        (b"YWI= 0\nYWM= 0\n", "two tokens have the same rank"),
        (b"YWI= 0\nYWM= 1\nYWQ\n", "line 3"),
        (write.tekken([b"a", b"a"]), "two ranks"),
        (write.tekken([b"a"]).replace(b'"rank": 0', b'"rank": "x"'), "whole number"),
        (write.tekken([b"a"]).replace(b'"pattern"', b'"p"'), '"pattern"'),
        (write.tekken([b"a"]).replace(b'"pattern": "', b'"pattern": "['), "a bracket that is not closed"),
        (write.sentencepiece(LLAMA_LIKE)[:-3], "damaged sentencepiece"),
        (write.sentencepiece(LLAMA_LIKE, None, {2: b"\xff\xff\xff\xffmap"}), "character map"),
        (write.sentencepiece([*LLAMA_LIKE, ("▁t", -9.0, 1)]), "occurs twice"),
        (write.gguf({"tokenizer.ggml.model": (8, "gpt2")}), "has no list tokenizer.ggml.tokens"),
        (write.gguf({}, version=1), "GGUF version 1"),
        (write.gguf_with_scores(LLAMA_LIKE)[:-40], "ends early"),
        (b"GGUF\x03\x00\x00\x00" + b"\xff" * 16, "keys in the GGUF header"),
        (b"just some words that are\nno tokenizer at all, of any kind\nwhatever\n", "not a tokenizer file"),
        (b"\x00\x01\x02 binary \x00" * 50, "not a tokenizer file"),
    ],
)
def test_damaged_files_say_what_is_wrong_and_where(tmp_path, data, words):
    assert words in text_of(tmp_path, data, TokenizerFileError, "file")


def test_a_missing_file_and_an_empty_folder_say_what_to_give(tmp_path):
    with pytest.raises(TokenizerNotFoundError, match="no such file or folder; give a file"):
        load_tokenizer(tmp_path / "nothing.json")
    with pytest.raises(
        TokenizerNotFoundError, match=r"a folder without a tokenizer file \(looked for tokenizer.json"
    ):
        load_tokenizer(tmp_path)
    with pytest.raises(TokenizerNotFoundError, match="there is bundled:gpt2"):
        load_tokenizer("bundled:gpt9")


def test_a_declared_gigabyte_is_refused_before_it_is_taken(tmp_path):
    huge = (1 << 30).to_bytes(8, "little")
    start = b"GGUF" + (3).to_bytes(4, "little") + (0).to_bytes(8, "little") + (1).to_bytes(8, "little")
    assert "1,073,741,824 bytes declared" in text_of(tmp_path, start + huge + b"x", name="a.gguf")
    key = (1).to_bytes(8, "little") + b"k" + (9).to_bytes(4, "little") + (8).to_bytes(4, "little")
    assert "1,073,741,824 strings declared" in text_of(tmp_path, start + key + huge, name="b.gguf")
    model = b"\x0a\x05\x0a\x01a\x18\x01" + b"\x12" + write.varint(1 << 30)
    assert "declares 1073741824 bytes" in text_of(tmp_path, model, name="c.model")


def test_ten_million_merges_are_refused_before_they_are_read(tmp_path):
    assert "10,000,000 lines" in text_of(tmp_path, b"a b\n" * 10_000_000, name="merges.txt")


def test_a_token_of_a_million_bytes_is_refused(tmp_path):
    data = write.tiktoken([*ALPHABET, b"ab" * 500_000])
    assert "tokens of 1,000,000 units" in text_of(tmp_path, data, name="x.tiktoken")


@given(st.binary(max_size=60))
def test_byte_display_goes_there_and_back(data):
    from bpeinfer.loading.bytelevel import from_display, to_display

    assert from_display(to_display(data)) == data


def test_a_tokenizer_of_the_library_in_memory_is_read_as_its_file(tmp_path):
    made = HuggingFace(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.train_from_iterator(["the cat that sat", "on the mat"], trainers.BpeTrainer(vocab_size=290))
    made.save(str(tmp_path / "tokenizer.json"))
    read = load_tokenizer(made)
    stored = load_tokenizer(tmp_path / "tokenizer.json")
    assert (read.merges.sha256, read.pretokenizer) == (stored.merges.sha256, stored.pretokenizer)
    assert (read.provenance.source, read.provenance.file) == ("tokenizers.Tokenizer", "tokenizer.json")
    assert len(read.merges) > 5
