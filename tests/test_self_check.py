"""`inspect` asks the library that a file is for, and says where our reading of the file differs from it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from gpt2 import gpt2
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from typer.testing import CliRunner

import bpeinfer as bi
from bpeinfer.cli import app
from bpeinfer.inspection.self_check import PROBE, self_check
from bpeinfer.pretokenize import Pretokenizer

TEXTS = [*PROBE, "the cat sat on the mat, and the cat sat. " * 3]


def train(folder, normalizer, pre_tokenizer, **options):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=500, show_progress=False, **options))
    file = folder / "tokenizer.json"
    tokenizer.save(str(file))
    return file


@pytest.fixture
def byte_level(tmp_path):
    return train(tmp_path, None, pre_tokenizers.ByteLevel(add_prefix_space=False))


def test_dropout_is_off_while_the_library_is_asked(byte_level):
    document = json.loads(byte_level.read_text())
    document["model"]["dropout"] = 0.5
    byte_level.write_text(json.dumps(document))
    assert self_check(bi.load_tokenizer(byte_level)).parted == 0


def test_no_more_pretokens_part_than_are_compared(tmp_path):
    # Pretokens with unknown characters are left out, and another normalizer makes the texts differ.
    file = tmp_path / "tokenizer.json"
    trained = Tokenizer(models.BPE(unk_token="[UNK]"))
    trained.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(
        vocab_size=200, special_tokens=["[UNK]"], limit_alphabet=30, show_progress=False
    )
    trained.train_from_iterator(TEXTS, trainer)
    trained.save(str(file))
    tokenizer = bi.load_tokenizer(file)
    lowering = Pretokenizer.from_spec({"type": "Lowercase"}, {"type": "Whitespace"})
    check = self_check(replace(tokenizer, pretokenizer=lowering))
    whole = self_check(tokenizer)
    assert 0 < check.parted <= check.pretokens
    assert whole.parted == 0
    assert check.pretokens < sum(len(lowering.split(text)) for text in PROBE)


def test_a_file_that_is_read_rightly_agrees_on_every_pretoken(byte_level):
    check = self_check(bi.load_tokenizer(byte_level))
    assert check.parted == 0
    assert check.pretokens > 150
    assert "agrees with tokenizers" in check.verdict


def test_truncation_and_padding_in_the_file_are_no_differences(byte_level):
    library = Tokenizer.from_file(str(byte_level))
    library.enable_truncation(3)
    library.enable_padding(length=8)
    library.save(str(byte_level))
    assert self_check(bi.load_tokenizer(byte_level)).parted == 0


def test_a_wrong_splitting_is_shown_with_its_first_place(byte_level):
    tokenizer = bi.load_tokenizer(byte_level)
    wrong = replace(tokenizer, pretokenizer=Pretokenizer.from_pattern(r"[^ ]+| "))
    check = self_check(wrong)
    assert 0 < check.parted < check.pretokens
    assert "which it encodes otherwise" in check.verdict


def test_a_wrong_normalizer_is_shown_as_another_text(tmp_path):
    file = train(tmp_path, normalizers.Lowercase(), pre_tokenizers.WhitespaceSplit())
    tokenizer = bi.load_tokenizer(file)
    assert self_check(tokenizer).parted == 0
    bare = Pretokenizer.from_spec(None, {"type": "WhitespaceSplit"})
    assert "the texts differ" in self_check(replace(tokenizer, pretokenizer=bare)).verdict


def test_what_no_library_reads_whole_is_not_checked(byte_level):
    assert self_check(gpt2()) is None
    assert self_check(bi.load_tokenizer(byte_level, pretokenizer="r50k")) is None


def test_inspect_says_how_many_pretokens_agree_and_takes_own_samples(byte_level, tmp_path):
    (tmp_path / "own.txt").write_text("the cat sat on my own text", "utf-8")
    run = CliRunner().invoke(
        app, ["inspect", str(byte_level), "--json", "--self-check", str(tmp_path / "own.txt")]
    )
    assert run.exit_code == 0, run.output
    check = json.loads(run.stdout)["self_check"]
    assert (check["pretokens"], check["parted"]) == (7, 0)
    run = CliRunner().invoke(app, ["inspect", str(byte_level)])
    assert "self-check: agrees with tokenizers" in run.stdout


def test_infer_warns_where_the_replay_parts_from_the_library(byte_level):
    tokenizer = bi.load_tokenizer(byte_level)
    corpus = bi.Corpus.from_texts({"a": TEXTS[::2], "b": TEXTS[1::2]})
    quiet = bi.infer(tokenizer, corpus, resamples=0)
    assert not any("does not encode text as the library" in note for note in quiet.notes)
    wrong = replace(tokenizer, pretokenizer=Pretokenizer.from_pattern(r"[^ ]+| "))
    warned = bi.infer(wrong, corpus, resamples=0)
    assert any(
        "does not encode text as the library does: agrees with tokenizers" in note for note in warned.notes
    )


def test_sentencepiece_is_asked_where_it_is_installed(tmp_path):
    library = pytest.importorskip("sentencepiece")
    with (tmp_path / "m.model").open("wb") as stream:
        library.SentencePieceTrainer.train(
            sentence_iterator=iter([line for text in TEXTS for line in text.split("\n")]),
            model_writer=stream,
            model_type="bpe",
            vocab_size=700,
            hard_vocab_limit=False,
            minloglevel=3,
            control_symbols=["<pad>"],
        )
    check = self_check(bi.load_tokenizer(tmp_path / "m.model"), [*PROBE, "C<pad> the <s> cat<unk>"])
    assert check.library.startswith("sentencepiece ")
    assert check.parted == 0


def test_a_file_that_has_gone_or_that_the_library_refuses_is_not_checked(byte_level):
    tokenizer = bi.load_tokenizer(byte_level)
    byte_level.write_text('{"model": {"type": "BPE"}}')
    assert self_check(tokenizer) is None
    byte_level.unlink()
    assert self_check(tokenizer) is None


@pytest.mark.parametrize("scheme", ["first", "always", "never"])
def test_lines_that_begin_with_spaces_are_no_differences_in_llama_like_files(tmp_path, scheme):
    """Metaspace puts no mark before them, sentencepiece's trainer does."""
    library = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True))
    library.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    text = ["the cat sat on the mat", "  the cat  ate the rat"]
    library.train_from_iterator(text * 5, trainers.BpeTrainer(vocab_size=60, show_progress=False))
    library.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
    library.save(str(tmp_path / "tokenizer.json"))
    tokenizer = bi.load_tokenizer(tmp_path / "tokenizer.json")
    assert tokenizer.limits is not None
    check = self_check(tokenizer, ["the cat\n  the rat\n the mat", " at"])
    assert check is not None
    assert (check.parted, check.example) == (0, "")
    assert check.pretokens > 5


def test_a_check_that_compared_nothing_says_so_and_not_that_all_agrees(tmp_path):
    """Llama-like tokenizers that transformers trains anew take a whole text for one pretoken."""
    library = Tokenizer(models.BPE())
    library.normalizer = normalizers.Replace(" ", "▁")
    library.train_from_iterator(["the cat sat on the mat"] * 5, trainers.BpeTrainer(show_progress=False))
    library.save(str(tmp_path / "tokenizer.json"))
    tokenizer = bi.load_tokenizer(tmp_path / "tokenizer.json")
    verdicts = [
        self_check(tokenizer, texts).verdict for texts in (["Ça cat", "mat!"], ["Ça cat", "that cat"])
    ]
    assert verdicts[0].startswith("nothing to compare with tokenizers ")
    assert verdicts[1].endswith(" on 1 of 1 pretokens")
