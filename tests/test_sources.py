"""Sources of documents: chosen by name, listed with register and licence."""

from __future__ import annotations

import json

import pytest
from gpt2 import gpt2
from typer.testing import CliRunner

import bpeinfer as bi
from bpeinfer.cli import app
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.counting.kept_counts import unit_key
from bpeinfer.errors import CorpusError


@pytest.fixture
def folder(tmp_path):
    rows = [
        ("wordfreq", "strung words"),
        ("fortunes", "a joke"),
        ("wordfreq", "more words"),
        (None, "nameless"),
    ]
    lines = [json.dumps({"text": text} | ({"source": name} if name else {})) for name, text in rows]
    (tmp_path / "en.jsonl").write_text("\n".join(lines))
    (tmp_path / "de.jsonl").write_text(json.dumps({"text": "ein Witz", "source": "fortunes"}))
    source = {"package": "p", "registry": "apt", "version": "1", "licence": "MIT"}
    listed = [
        {
            "name": "en",
            "file": "en.jsonl",
            "title": "English: all kinds",
            "group": "English",
            "bytes": 3000,
            "sources": [
                source | {"name": "wordfreq", "register": "words", "bytes": 2000},
                source | {"name": "fortunes", "register": "jokes", "bytes": 1000},
            ],
        },
        {"name": "de", "file": "de.jsonl", "sources": [source | {"name": "fortunes", "register": "jokes"}]},
    ]
    (tmp_path / "manifest.json").write_text(json.dumps({"categories": listed}))
    return tmp_path


def documents(corpus: bi.Corpus) -> dict[str, list[str]]:
    return {category.name: list(category.documents()) for category in corpus.categories}


def test_sources_choose_documents_and_leave_out_categories_without_any(folder):
    assert documents(bi.load_corpus(folder, sources="wordfreq", minimum=1)) == {
        "en": ["strung words", "more words"]
    }
    assert documents(bi.load_corpus(folder, sources="fort*")) == {"en": ["a joke"], "de": ["ein Witz"]}
    assert len(documents(bi.load_corpus(folder))["en"]) == 4


def test_a_file_without_named_sources_is_a_source_by_its_name(tmp_path):
    for category in ("en", "de"):
        (tmp_path / category).mkdir()
        (tmp_path / category / "news.txt").write_text(f"{category} news")
        (tmp_path / category / "mail.jsonl").write_text(json.dumps({"text": f"{category} mail"}))
    assert documents(bi.load_corpus(tmp_path, sources="news")) == {"en": ["en news"], "de": ["de news"]}
    assert documents(bi.load_corpus(tmp_path, sources="mail")) == {"en": ["en mail"], "de": ["de mail"]}


def test_a_source_that_nobody_has_is_refused(folder):
    with pytest.raises(CorpusError, match=r"no source matches 'books'; see `bpeinfer corpus ls`"):
        bi.load_corpus(folder, sources="books")


def test_counts_of_other_sources_are_kept_apart(folder, tmp_path):
    pretokenizer = gpt2().pretokenizer
    keys = set()
    for sources in (None, "wordfreq", "fortunes"):
        corpus = bi.load_corpus(folder, sources=sources, minimum=1)
        keys.add(unit_key(corpus.categories[-1].sources[0], pretokenizer))
        counts = count_pretokens(corpus, pretokenizer, cache=tmp_path / "cache")
        assert counts.documents[-1] == {None: 4, "wordfreq": 2, "fortunes": 1}[sources]
    assert len(keys) == 3


def test_ls_shows_title_group_bytes_register_and_licence(folder):
    page = CliRunner().invoke(app, ["corpus", "ls", str(folder)]).stdout
    assert page.splitlines()[2].split() == ["en", "3", "kB", "English", "English:", "all", "kinds"]
    assert page.splitlines()[3].split() == ["wordfreq", "2", "kB", "words", "apt", "p", "1", "(MIT)"]
    assert "2 categories" in page
    short = CliRunner().invoke(app, ["corpus", "ls", str(folder), "--short"]).stdout
    assert "wordfreq" not in short
    found = json.loads(CliRunner().invoke(app, ["corpus", "ls", str(folder), "--json"]).stdout)
    assert found["categories"][1]["sources"][0]["licence"] == "MIT"
    assert found["categories"][1]["title"] == "English: all kinds"


def test_ls_lists_the_bundled_samples():
    page = CliRunner().invoke(app, ["corpus", "ls", "--categories", "en-*,sv"]).stdout
    assert "sv" in page
    assert "English" in page
    assert "(" in page


def test_the_repr_of_a_large_corpus_is_short():
    assert len(repr(bi.starter_corpus())) < 200
    assert "categories from bundled:starter" in repr(bi.starter_corpus())
