"""Ranked texts: the exact text of real trainers and of ours, its beginning, similar texts, and what is refused."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trained import FIXTURES, hugging_face
from typer.testing import CliRunner

import bpeinfer as bi
from bpeinfer.cli import app
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.inference.clock import Clock
from bpeinfer.inference.tracing import follow
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.progress import SILENT
from bpeinfer.ranking import Likeness
from bpeinfer.ranking.exact import measure_exactness
from bpeinfer.ranking.feeding import fed, lines_of
from bpeinfer.ranking.fit import measure_fit
from bpeinfer.reference import train as train_slowly
from bpeinfer.training import train

BY_GPT2 = KNOWN["r50k"]
SPLITTING = Pretokenizer.from_spec(BY_GPT2.normalizer, BY_GPT2.pre_tokenizer, name=BY_GPT2.name)


def counted(texts: list[str]):
    return bi.count_pretokens(Corpus.from_texts({"text": texts}), SPLITTING)


def learned(texts: list[str], merges: int) -> MergeList:
    counts = counted(texts)
    return train(counts.blob, counts.offsets, np.asarray(counts.counts.sum(axis=1)), merges)


def replayed(merges: MergeList, texts: list[str]):
    return follow(merges, counted(texts), SILENT, Clock())[1]


words = st.lists(st.text("abcd", min_size=1, max_size=6), min_size=3, max_size=30).map(" ".join)


@settings(max_examples=30)
@given(texts=st.lists(words, min_size=1, max_size=4), merges=st.integers(2, 12))
def test_training_text_gives_its_own_list_exactly_ties_included(texts, merges):
    trajectories = replayed(learned(texts, merges), texts)
    found = measure_exactness(trajectories, 0)
    assert found.wrong == 0
    assert found.exact_merges == len(trajectories.merges)
    assert found.ties_in_order == found.ties
    fit = measure_fit(trajectories, 0)
    assert fit.disagreement == pytest.approx(0, abs=1e-12)
    assert fit.log_likelihood == pytest.approx(0, abs=1e-9)


@settings(max_examples=30)
@given(texts=st.lists(words, min_size=2, max_size=4), merges=st.integers(2, 8))
def test_exact_merges_are_those_that_training_on_the_other_text_makes_too(texts, merges):
    """Without ties, the first wrong merge is the first that a retrained list does not have."""
    listed = learned(texts, merges)
    found = measure_exactness(replayed(listed, texts[:1]), 0)
    again = learned(texts[:1], len(listed))
    same = 0
    while same < min(len(listed), len(again)) and listed.pair(same) == again.pair(same):
        same += 1
    if found.longest is None:
        assert found.exact_merges >= same
        if found.ties == 0 and found.wrong == 0 and found.merged:
            assert same == len(listed)


def test_slow_twin_trains_the_same_list():
    texts = ["the cat sat on the mat the end"]
    counts = counted(texts)
    alphabet = learned(texts, 1).symbols[:256]
    slow = train_slowly(
        alphabet,
        dict(zip(counts.pretokens(), np.asarray(counts.counts.sum(axis=1)).tolist(), strict=True)),
        8,
    )
    assert measure_exactness(replayed(slow, texts), 0).wrong == 0


def test_ties_in_another_order_are_not_exact():
    texts = ["ab cd ef gh " * 3]
    listed = learned(texts, 3)
    pairs = [listed.pair(rank) for rank in range(3)]
    turned = MergeList.from_pairs(listed.symbols[:256], [pairs[2], pairs[0], pairs[1]])
    found = measure_exactness(replayed(turned, texts), 0)
    assert found.wrong == 0
    assert found.ties_in_order < found.ties
    assert not found.exact


@settings(max_examples=30)
@given(st.text("ab\n", max_size=12))
def test_lines_with_their_ends_are_the_whole_text(text):
    assert "".join(lines_of(text, True)) == text
    assert lines_of(text, False) == [line for line in text.split("\n") if line]


def test_lines_of_files_are_kept_apart_from_whole_documents(tmp_path):
    (tmp_path / "a.txt").write_text("one\n\ntwo\nthree")
    [source] = bi.load_corpus(tmp_path / "a.txt", minimum=1).categories[0].sources
    by_line, bare = fed(source, "lines"), fed(source, "bare-lines")
    assert list(by_line.documents()) == ["one\n", "\n", "two\n", "three"]
    assert list(bare.documents()) == ["one", "two", "three"]
    assert source.choice != by_line.choice != bare.choice


@pytest.fixture(scope="module")
def french():
    corpus = {half: bi.load_corpus(FIXTURES / half, categories="fr,de") for half in ("train", "sample")}
    return {
        (half, category.name): list(category.documents())
        for half, one in corpus.items()
        for category in one.categories
    }


def trained_file(texts, path, merges=1500):
    """A tokenizer.json of the Hugging Face trainer."""
    hugging_face(texts, merges).save(str(path))
    return path


@pytest.mark.long
def test_very_text_of_hf_trainer_is_named_among_look_alikes(french, tmp_path):
    true, other, german = french["train", "fr"], french["sample", "fr"], french["train", "de"]
    path = trained_file(true, tmp_path / "tokenizer.json")
    ranking = bi.rank_texts(
        path,
        {
            "german": german,
            "other": other,
            "minus one": true[:7] + true[8:],
            "true": true,
            "half": true[: len(true) // 2],
        },
    )
    assert ranking.candidates[0].name == "true"
    assert {one.name for one in ranking.candidates if one.likeness is Likeness.THIS_TEXT} == {"true"}
    named = {one.name: one for one in ranking.candidates}
    assert named["german"].likeness is Likeness.NOT_IT
    assert named["other"].likeness is Likeness.LIKE_IT
    assert "it shares text" in named["minus one"].reason
    assert "Trained on true, this very text" in str(ranking)
    assert json.loads(json.dumps(ranking.to_dict()))["candidates"][0]["exact"]["exact"] is True


@pytest.mark.long
def test_order_of_documents_leaves_no_trace_and_a_beginning_is_named(french, tmp_path):
    true, other = french["train", "fr"], french["sample", "fr"]
    path = trained_file(true, tmp_path / "tokenizer.json")
    shuffled = random.Random(0).sample(true, len(true))
    ranking = bi.rank_texts(path, {"longer": true + other, "shuffled": shuffled, "true": true})
    found = {one.name: one for one in ranking.candidates}
    assert all(one.likeness is Likeness.THIS_TEXT for one in found.values())
    size = sum(len(text.encode()) for text in true)
    assert found["longer"].part == pytest.approx(size / found["longer"].bytes, abs=0.01)
    assert found["true"].part == 1
    assert ranking.candidates[-1].name == "longer"


@pytest.mark.long
def test_text_that_was_fed_by_line_is_recognised_as_such(french, tmp_path):
    texts = [text.replace(". ", ".\n\n  ") for text in french["train", "fr"]]
    lines = [line for text in texts for line in text.splitlines() if line]
    path = trained_file(lines, tmp_path / "tokenizer.json")
    ranking = bi.rank_texts(path, {"true": texts, "other": french["sample", "fr"]})
    best = ranking.candidates[0]
    assert (best.name, best.likeness) == ("true", Likeness.THIS_TEXT)
    assert (
        best.feeding != "documents"
    )  # a line end alone is a pretoken without pairs: with it or without is the same


@pytest.mark.long
def test_command_ranks_files_and_folders(french, tmp_path):
    path = trained_file(french["train", "fr"], tmp_path / "tokenizer.json", merges=600)
    (tmp_path / "true").mkdir()
    for name, part in (("a", french["train", "fr"][:50]), ("b", french["train", "fr"][50:])):
        rows = "".join(json.dumps({"text": text}) + "\n" for text in part)
        (tmp_path / "true" / f"{name}.jsonl").write_text(rows)
    (tmp_path / "other.txt").write_text("\n".join(french["sample", "fr"]))
    shell = [
        "rank",
        str(path),
        str(tmp_path / "other.txt"),
        str(tmp_path / "true"),
        "--no-cache",
        "--workers",
        "1",
    ]
    done = CliRunner().invoke(app, [*shell, "--csv", "-"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1].startswith(f"{tmp_path / 'true'},this_text,")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "no text to compare"),
        (["a.txt", "a.txt"], "a.txt is given twice"),
        ("a.txt", "texts is 'a.txt', expected a list of files or folders"),
    ],
)
def test_odd_candidates_are_refused(texts, said):
    with pytest.raises(bi.BpeInferError, match=said):
        bi.rank_texts("bundled:gpt2", texts)


def test_empty_text_is_refused_by_its_name(tmp_path):
    for name, text in (("full", "the cat and the dog"), ("empty", "")):
        (tmp_path / f"{name}.txt").write_text(text)
    with pytest.raises(bi.BpeInferError, match="'empty' is empty"):
        bi.rank_texts(
            "bundled:gpt2", {"full": tmp_path / "full.txt", "empty": tmp_path / "empty.txt"}, merges=5
        )


def test_documents_from_a_generator_are_read_once_for_all_feedings():
    documents = ["the cat and the dog\nand the bird", "the end of the cat"] * 40
    ranked = [
        bi.rank_texts("bundled:gpt2", {"text": texts}, merges=300).to_dict()
        for texts in (documents, (document for document in documents))
    ]
    assert ranked[0] == ranked[1]


def test_text_without_any_merge_is_not_it():
    listed = learned(["the cat and the dog"], 3)
    fit = measure_fit(replayed(listed, ["xyz"]), 0)
    assert (fit.disagreement, fit.absent) == (1.0, 1.0)
