"""Folders of older models: merges.txt, vocab.json and a tokenizer_config.json that names a class of transformers."""

from __future__ import annotations

import json
import shutil

import pytest
import regex
from tokenizers import ByteLevelBPETokenizer, pre_tokenizers

import bpeinfer as bi
from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.bytelevel import CHARACTER_OF_BYTE

TEXTS = [
    "the cats' 2,019 hats, isn't it?\n\n  def f(x):\n\treturn x",
    "Straße — eine Frage der Ehre 한국어 123",
] * 5

# transformers 4.57.6: GPT2Tokenizer.pat, and PRETOKENIZE_REGEX of Qwen2Tokenizer
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


@pytest.fixture
def folder(tmp_path):
    made = ByteLevelBPETokenizer()
    made.train_from_iterator(TEXTS, vocab_size=320, show_progress=False)
    made.save_model(str(tmp_path))
    return tmp_path


def configure(folder, **config):
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize(
    ("named", "pattern"),
    [
        ("GPT2Tokenizer", GPT2),
        ("RobertaTokenizerFast", GPT2),
        ("WhisperTokenizer", GPT2),
        ("Qwen2Tokenizer", QWEN2),
    ],
)
@pytest.mark.parametrize("given", ["", "merges.txt", "vocab.json"])
def test_text_is_split_by_the_pattern_of_the_class_in_transformers(folder, named, pattern, given):
    loaded = bi.load_tokenizer(configure(folder, tokenizer_class=named) / given)
    assert named.removesuffix("Fast") in loaded.pretokenizer_origin
    for text in TEXTS[:2]:
        expected = [piece.encode() for piece in regex.findall(pattern, text)]
        assert list(loaded.pretokenizer.split(text)) == expected


def test_a_space_is_put_first_as_the_trainer_of_tokenizers_does(folder):
    loaded = bi.load_tokenizer(configure(folder, tokenizer_class="BartTokenizer", add_prefix_space=True))
    library = pre_tokenizers.ByteLevel(add_prefix_space=True)
    byte_of = {character: byte for byte, character in CHARACTER_OF_BYTE.items()}
    for text in ("word by word", " begins with a space"):
        pieces = [piece for piece, _ in library.pre_tokenize_str(text)]
        expected = [bytes(byte_of[character] for character in piece) for piece in pieces]
        assert list(loaded.pretokenizer.split(text)) == expected


def test_a_mixture_is_inferred_from_such_a_folder_as_from_its_tokenizer_json(folder, tmp_path):
    samples = {"english": TEXTS[:1] * 20, "other": TEXTS[1:2] * 20}
    whole = tmp_path / "whole"
    whole.mkdir()
    made = ByteLevelBPETokenizer.from_file(str(folder / "vocab.json"), str(folder / "merges.txt"))
    made.save(str(whole / "tokenizer.json"))
    options = {"resamples": 0, "size": False, "merges": 60}
    by_class = bi.infer(configure(folder, tokenizer_class="GPT2Tokenizer"), samples, **options)
    assert by_class.proportions == bi.infer(whole, samples, **options).proportions


@pytest.mark.parametrize("config", [{"tokenizer_class": "CTRLTokenizer"}, {"tokenizer_class": 7}, {}])
def test_an_unknown_class_leaves_the_choice_to_the_caller(folder, config):
    configure(folder, **config)
    with pytest.raises(TokenizerFileError, match="pass --pretokenizer auto") as error:
        bi.load_tokenizer(folder)
    assert ("CTRLTokenizer" in str(error.value)) == ("CTRLTokenizer" in config.values())
    assert bi.load_tokenizer(folder, pretokenizer="r50k").pretokenizer_origin == "given: r50k"


@pytest.mark.parametrize(
    ("text", "found"), [("[]", "found list"), ('{"tokenizer_class"', "tokenizer_config.json")]
)
def test_a_damaged_configuration_is_named(folder, text, found):
    (folder / "tokenizer_config.json").write_text(text)
    with pytest.raises(TokenizerFileError, match=found):
        bi.load_tokenizer(folder)


def test_a_configuration_beside_tokenizer_json_is_not_read(folder):
    made = ByteLevelBPETokenizer.from_file(str(folder / "vocab.json"), str(folder / "merges.txt"))
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text("[]")
    assert bi.load_tokenizer(folder).pretokenizer_origin == "the file"


def test_a_known_list_is_split_as_its_trainer_did_whatever_the_configuration_says(tmp_path):
    from bpeinfer.loading.found_files import BUNDLED

    shutil.copy(BUNDLED["gpt2"], tmp_path / "merges.txt")
    loaded = bi.load_tokenizer(configure(tmp_path, tokenizer_class="Qwen2Tokenizer"))
    assert loaded.pretokenizer_origin == "registry: known list r50k"
