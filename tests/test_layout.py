"""Line ends and indentation: detected from the merges of rewritten text, and samples rewritten to match."""

from __future__ import annotations

from pathlib import Path

import pytest
from gpt2 import gpt2
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import bpeinfer as bi
from bpeinfer.corpora.layout import AS_IT_IS, Layout, detect_layout
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.errors import CorpusError

CORPUS = Path(__file__).parents[1] / "fixtures" / "corpus"
CODE = [
    document
    for category in bi.load_corpus(CORPUS / "train", categories="python,c").categories
    for document in category.documents()
]


def trained(layout: Layout, path: Path) -> bi.Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    # GPT-2's pattern cuts marks such as <N> into three.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(
        add_prefix_space=False, use_regex="<" not in layout.newline
    )
    if "<" in layout.newline:
        split = pre_tokenizers.Split(" ", "merged_with_next")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, tokenizer.pre_tokenizer])
    tokenizer.train_from_iterator(
        map(layout.rewrite, CODE),
        trainers.BpeTrainer(
            vocab_size=2_000, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
        ),
    )
    tokenizer.save(str(path))
    return bi.load_tokenizer(path)


@pytest.mark.parametrize(
    "layout",
    [
        Layout("\r\n"),
        Layout("\n", "tabs"),
        Layout("\r\n", "spaces"),
        Layout("\n", "", True),
        Layout("\n", "spaces"),
        Layout(" <N> ", "", True),
    ],
    ids=str,
)
def test_the_layout_of_rewritten_text_is_told_from_its_merges(layout, tmp_path):
    found = detect_layout(trained(layout, tmp_path / "tokenizer.json"))
    assert found.newline == layout.newline
    # Where the splitter cuts before each space, the list cannot show that there were no runs.
    assert found.single == (layout.single and "<" not in layout.newline)
    if layout.indent:
        assert found.indent == layout.indent
    assert found.rewrite(layout.rewrite(CODE[0]).replace(layout.newline, "\n")) == layout.rewrite(CODE[0])


def test_gpt2_was_trained_on_text_whose_runs_of_spaces_were_cut_and_short_lists_say_nothing():
    assert detect_layout(gpt2()) == Layout("\n", "", True)
    assert detect_layout(gpt2(500)) == AS_IT_IS


def test_rewritten_samples_are_counted_apart_and_noted(tmp_path):
    (tmp_path / "a.txt").write_text("if x:\n    y = 1\n" * 50)
    (tmp_path / "b.txt").write_text("for z in y:\n    pass\n" * 50)
    pretokenizer = gpt2().pretokenizer
    corpus = bi.load_corpus(tmp_path)
    rewritten = corpus.rewritten(Layout("\r\n", "tabs"))
    assert next(rewritten.categories[0].documents()).startswith("if x:\r\n\ty = 1\r\n")
    assert rewritten.notes == ("samples rewritten: line ends as CRLF, tabs for the spaces of indentation",)
    counts = [count_pretokens(one, pretokenizer, cache=tmp_path / "cache") for one in (corpus, rewritten)]
    assert counts[0].pretokens() != counts[1].pretokens()
    assert corpus.rewritten(AS_IT_IS) is corpus


def test_a_layout_is_offered_where_code_is_much_of_the_text(tmp_path):
    tokenizer = trained(Layout("\r\n"), tmp_path / "tokenizer.json")
    samples = bi.load_corpus(CORPUS / "sample", categories="python,c,fr")
    settings = {"resamples": 0, "size": False}
    before = bi.infer(tokenizer, samples, **settings)
    after = bi.infer(tokenizer, samples.rewritten(detect_layout(tokenizer)), **settings)
    assert any("--layout auto" in note for note in before.notes)
    assert any("samples rewritten" in note for note in after.notes)
    assert after.fit.misfit < before.fit.misfit


def test_lines_that_a_layout_changes_are_counted_by_hand():
    python = ["if x:\n    y\n", "z\n"]
    c = ["int f()\n{\n\treturn 1;\n}\n"]
    assert Layout(indent="spaces").changed_lines(python) == 0
    assert Layout(indent="tabs").changed_lines(python) == pytest.approx(1 / 3)
    assert Layout(indent="spaces").changed_lines(c) == 0.25
    assert Layout("\r\n").changed_lines(c) == 1
    assert Layout("\r\n").changed_lines([Layout("\r\n").rewrite(c[0])]) == 0
    assert Layout("<N>").changed_lines(["int f()<N>{<N>}"]) == 0
    assert Layout(indent="spaces").changed_lines(["a\r\n\tb\r\n"]) == 0.5


def test_no_layout_is_offered_that_would_leave_the_samples_as_they_are(tmp_path):
    # The list shows spaces for tabs, and the Python among the samples has no tabs either.
    tokenizer = trained(Layout(indent="spaces"), tmp_path / "tokenizer.json")
    settings = {"resamples": 0, "size": False}
    names = detect_layout(tokenizer)
    assert names.indent == "spaces"
    python = bi.infer(tokenizer, bi.load_corpus(CORPUS / "sample", categories="python,fr"), **settings)
    of_c = {
        category.name: list(category.documents())
        for category in bi.load_corpus(CORPUS / "sample", categories="c,fr").categories
    }
    c = bi.infer(tokenizer, of_c | {"without pairs": ["\n"] * 3_000}, **settings)
    assert not any("--layout auto" in note for note in python.notes)
    assert any("--layout auto" in note for note in c.notes)


def test_no_layout_is_offered_where_samples_are_of_the_lists_own_layout(tmp_path):
    # Python and C, some of it indented with tabs, train and sample alike.
    tokenizer = trained(AS_IT_IS, tmp_path / "tokenizer.json")
    settings = {"resamples": 0, "size": False}
    same = bi.infer(tokenizer, bi.load_corpus(CORPUS / "sample", categories="python,c"), **settings)
    assert not any("--layout auto" in note for note in same.notes)
    # The samples have the list's line ends already.
    for layout in (Layout("\r\n"), Layout("<N>")):
        tokenizer = trained(layout, tmp_path / "ends.json")
        lines = bi.load_corpus(CORPUS / "sample", categories="python,c")
        texts = {
            category.name: list(map(layout.rewrite, category.documents())) for category in lines.categories
        }
        assert detect_layout(tokenizer).newline == layout.newline
        assert not any("--layout auto" in note for note in bi.infer(tokenizer, texts, **settings).notes)


def test_runs_of_spaces_that_the_splitter_cuts_are_no_sign_of_tabs(tmp_path):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(CODE, trainers.BpeTrainer(vocab_size=2_000, show_progress=False))
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert detect_layout(bi.load_tokenizer(tmp_path / "tokenizer.json")).indent == ""


def test_an_unknown_layout_is_refused():
    with pytest.raises(CorpusError, match=r"layout 'cr': expected auto, as-is, or some of crlf"):
        Layout.from_text("crlf,cr")
