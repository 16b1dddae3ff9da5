"""Text is normalised, cut and counted as sentencepiece's own trainer does it, asked of the library itself."""

from __future__ import annotations

import base64
import io
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import normalizers

import bpeinfer as bi
from bpeinfer.errors import TokenizerFileError
from bpeinfer.inference.tracing import trace
from bpeinfer.loading.protobuf import read_fields
from bpeinfer.loading.sentencepiece_rules import normalizer_spec
from bpeinfer.pretokenize.charsmap import CharacterMap, character_map
from bpeinfer.pretokenize.sentencepiece import Lines
from bpeinfer.solving.objective import evaluate
from bpeinfer.solving.problem import MixtureProblem

library = pytest.importorskip("sentencepiece")

ENGLISH = "the cat sat on the mat and the dog sat on the cat 12 times in 1999. "
HINDI = "सन १९४७ में भारत १५ अगस्त १९४७ को स्वतंत्र हुआ "


def train(lines, **options):
    """Train the real library on lines and return its model's bytes."""
    stream = io.BytesIO()
    library.SentencePieceTrainer.train(
        **{
            "sentence_iterator": iter(lines),
            "model_writer": stream,
            "model_type": "bpe",
            "vocab_size": 200,
            "hard_vocab_limit": False,
            "minloglevel": 3,
        }
        | options
    )
    return stream.getvalue()


def load(folder, data):
    file = folder / "m.model"
    file.write_bytes(data)
    return bi.load_tokenizer(file)


def mapper(rule):
    """A model that only maps characters, and its map in base64."""
    data = train(
        ["ab ab"],
        normalization_rule_name=rule,
        vocab_size=7,
        add_dummy_prefix=False,
        remove_extra_whitespaces=False,
    )
    normalizer = next(bytes(value) for number, value in read_fields(data) if number == 3)
    found = next(bytes(value) for number, value in read_fields(normalizer) if number == 2)
    return library.SentencePieceProcessor(model_proto=data), base64.b64encode(found).decode()


MAPPERS, MAPS = {}, {}
for name in ("nmt_nfkc", "nfkc_cf"):
    MAPPERS[name], MAPS[name] = mapper(name)


def disagreement(tokenizer, documents):
    """The objective of the exact training text at its own mixture."""
    counts = bi.count_pretokens(
        bi.Corpus.from_texts({"even": documents[::2], "odd": documents[1::2]}), tokenizer.pretokenizer
    )
    rivals = trace(tokenizer.merges, counts).allowed_by(tokenizer.limits)
    problem = MixtureProblem.from_trajectories(rivals, form="interval")
    pairs = rivals.initial_pairs
    return evaluate(problem, problem.weights(pairs / pairs.sum())).objective


def split(tokenizer, text):
    """Both ways must agree."""
    slow = tokenizer.pretokenizer.split(text)
    assert slow == tokenizer.pretokenizer.pieces([text]).pretokens()
    return [piece.decode() for piece in slow]


SIGNS = [
    *"aA eé\u0301\u0323\u0302\u0308  \t\r\n\u00a0\u200b\u3000",
    *"가각ᄀ\u1161\u11a8ｶﾞﾊﾟカ１²…ﬁ①㍿ǅſΩ▁▅\x00\x1fहि\u093c",
]
LINES = st.text(st.one_of(st.sampled_from(SIGNS), st.characters(exclude_categories=["Cs"])), max_size=30)


@pytest.mark.parametrize("rule", MAPS)
@given(text=LINES)
@example(text=unicodedata.normalize("NFD", "Tiếng Việt, 한국어, が"))
@example(text="ﾊﾞｶﾞ e\u0323\u0302")
def test_the_character_map_maps_as_sentencepiece_does(rule, text):
    text = text.replace("\n", "").replace("\x00", "")
    own, found = MAPPERS[rule].normalize(text), character_map(MAPS[rule])
    assert own == found.apply(text).replace(" ", "▁") == "".join(found.walk(text)).replace(" ", "▁")


def test_the_stand_in_of_tokenizers_maps_decomposed_text_otherwise():
    # Why the map is read here: the stand-in looks at whole grapheme clusters.
    text = unicodedata.normalize("NFD", "ệ")
    assert character_map(MAPS["nmt_nfkc"]).apply(text) == "ệ"
    assert normalizers.Precompiled(base64.b64decode(MAPS["nmt_nfkc"])).normalize_str(text) != "ệ"


@pytest.mark.parametrize(
    "data", [b"", b"\x04\0\0\0", b"\x05\0\0\0" + bytes(9), b"\xff\xff\xff\xff" + bytes(9)]
)
def test_a_damaged_character_map_is_refused(data):
    with pytest.raises(TokenizerFileError, match=r"character map.*fetch the file again"):
        CharacterMap(data)


def test_a_character_map_that_goes_in_circles_is_refused():
    unit = (0 << 10) | ord("a")  # every place is the child "a" of the one before
    units = np.full(256, unit, dtype="<u4")
    with pytest.raises(TokenizerFileError, match="endless keys"):
        CharacterMap(len(units.tobytes()).to_bytes(4, "little") + units.tobytes() + b"\0")


@given(
    text=LINES,
    prefix=st.booleans(),
    collapse=st.booleans(),
    last=st.booleans(),
    rule=st.sampled_from(["", *MAPS]),
    longest=st.sampled_from([0, 5, 20]),
)
@example(text=" ▁ \n▁\n\n a  b▁ ", prefix=True, collapse=True, last=True, rule="", longest=0)
def test_whole_texts_are_normalised_as_line_by_line(text, prefix, collapse, last, rule, longest):
    spec = normalizer_spec(
        prepend_space=prefix,
        collapse_spaces=collapse,
        space_last=last,
        charsmap=MAPS.get(rule, ""),
        longest_line=longest,
    )
    assert Lines(spec).whole(text) == Lines(spec).plain(text)


def test_digits_are_ascii_and_fullwidth_only(tmp_path):
    tokenizer = load(
        tmp_path,
        train([HINDI * 3, "१९ १९ 19 １９"] * 5, split_digits=True, normalization_rule_name="identity"),
    )
    assert split(tokenizer, "सन १९४७ में 19") == ["▁सन", "▁१९४७", "▁में", "▁", "1", "9"]
    assert tokenizer.limits.allows("▁१९")
    assert not tokenizer.limits.allows("▁19")
    assert disagreement(tokenizer, [HINDI * 3, "१९ १९ 19 １９"] * 5) < 1e-12


def test_user_defined_symbols_cut_the_text(tmp_path):
    documents = ["wir <b>sehen</b> das <br>wieder und wieder", "das <b>Haus</b> sehen wir"] * 8
    tokenizer = load(tmp_path, train(documents, user_defined_symbols=["<b>", "</b>", "<br>"]))
    assert split(tokenizer, "wir <b>sehen</b> das") == ["▁wir", "▁", "sehen", "▁das"]
    assert disagreement(tokenizer, documents) < 1e-12


def test_special_symbols_in_the_text_cut_it_too(tmp_path):
    documents = ["one<s>two </s> three<unk>four one two"] * 8
    tokenizer = load(tmp_path, train(documents))
    assert split(tokenizer, "one<s>two") == ["▁one", "two"]
    assert disagreement(tokenizer, documents) < 1e-12


def test_lines_beyond_max_sentence_length_are_not_counted(tmp_path):
    long = "dog" * 1_400  # 4,200 bytes
    documents = [ENGLISH, long, "dog" * 1_397] * 4
    tokenizer = load(tmp_path, train(documents))
    assert split(tokenizer, f"{long}\nthe dog") == ["▁the", "▁dog"]
    assert split(tokenizer, "é" * 2_096) == ["▁" + "é" * 2_096]  # 4,192 bytes are still read
    assert split(tokenizer, "é" * 2_096 + "a") == []
    assert disagreement(tokenizer, documents) < 1e-12


def test_skipped_lines_are_no_part_of_a_category_and_said(tmp_path, caplog):
    tokenizer = load(tmp_path, train([ENGLISH] * 4))
    corpus = bi.Corpus.from_texts({"a": [f"{ENGLISH}\n{'dog ' * 2_000}"], "b": [ENGLISH]})
    counts = bi.count_pretokens(corpus, tokenizer.pretokenizer)
    assert counts.category_bytes.tolist() == [len(ENGLISH) + 1, len(ENGLISH)]
    assert "8,000 bytes are left out, in lines that sentencepiece's trainer skips: a 8,000" in caplog.text


def test_skipped_lines_of_many_categories_are_one_warning(tmp_path, caplog):
    tokenizer = load(tmp_path, train([ENGLISH] * 4))
    texts = {name: [f"{ENGLISH}\n{'dog ' * (2_000 + 100 * number)}"] for number, name in enumerate("abcde")}
    bi.count_pretokens(bi.Corpus.from_texts(texts), tokenizer.pretokenizer)
    (warning,) = [record.getMessage() for record in caplog.records]
    assert warning == (
        "44,000 bytes are left out, in lines that sentencepiece's trainer skips: e 9,600, d 9,200, c 8,800 and 2 more"
    )


def test_lines_with_the_trainers_reserved_sign_are_not_counted(tmp_path):
    documents = [ENGLISH, "dog ▅ dog dog"] * 4
    assert split(load(tmp_path, train(documents)), "dog ▅ dog\nthe") == ["▁the"]


def test_a_mark_between_two_scripts_goes_with_either(tmp_path):
    documents = ["a\u0301ж \u0301ж ж\u0301 a\u0301 aж"] * 9
    tokenizer = load(tmp_path, train(documents, normalization_rule_name="identity"))
    assert split(tokenizer, "a\u0301ж aж") == ["▁a\u0301ж", "▁a", "ж"]
    assert disagreement(tokenizer, documents) < 1e-12


def test_a_piece_that_a_second_pair_would_make_again_is_no_rival(tmp_path):
    # ab+c makes abc; a+bc, as frequent later, never does.
    documents = ["abc abc abc ab ab ab bc bc abcbc abbc"] * 6
    tokenizer = load(tmp_path, train(documents, vocab_size=40))
    assert disagreement(tokenizer, documents) < 1e-12


def test_the_delimiter_of_pretokenised_text_parts_words(tmp_path):
    documents = ["auto||bahn||hof auto||hof bahn||hof"] * 9
    tokenizer = load(tmp_path, train(documents, pretokenization_delimiter="||"))
    assert split(tokenizer, "auto||hof") == ["▁auto", "hof"]
    assert disagreement(tokenizer, documents) < 1e-12
