"""Category samples are found, read and refused as their folders, formats and faults say."""

from __future__ import annotations

import bz2
import gzip
import json
import logging
import lzma

import pytest

import bpeinfer.corpora.cutting
import bpeinfer.corpora.text_files
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.cutting import cut_long
from bpeinfer.corpora.load import load_corpus, starter_corpus
from bpeinfer.errors import CorpusError
from bpeinfer.files import zstd

PACKERS = {
    "": lambda data: data,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd.compress,
}
TEXTS = ["eins\nzwei", "drei, vier", "ünf 👍"]


def documents(corpus):
    return {category.name: list(category.documents()) for category in corpus.categories}


def as_lines(texts):
    return "".join(json.dumps({"id": 1, "text": text}) + "\n" for text in texts).encode()


def as_table(texts):
    rows = "".join('7,"{}"\r\n'.format(text.replace('"', '""')) for text in texts)
    return f"id,text\r\n{rows}".encode()


@pytest.mark.parametrize("suffix", PACKERS)
def test_every_format_and_compression_gives_the_same_documents(tmp_path, suffix):
    pack = PACKERS[suffix]
    (tmp_path / f"lines.jsonl{suffix}").write_bytes(pack(as_lines(TEXTS)))
    (tmp_path / f"table.csv{suffix}").write_bytes(pack(as_table(TEXTS)))
    (tmp_path / f"whole.txt{suffix}").write_bytes(pack("\n".join(TEXTS).encode()))
    found = documents(load_corpus(tmp_path))
    assert found == {"lines": TEXTS, "table": TEXTS, "whole": ["\n".join(TEXTS)]}


def test_parquet_gives_the_same_documents(tmp_path):
    pyarrow = pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"id": [1, 2, 3, 4], "text": [*TEXTS, None]}), tmp_path / "a.parquet")
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress((tmp_path / "a.parquet").read_bytes()))
    assert documents(load_corpus(tmp_path)) == {"a": TEXTS, "b": TEXTS}
    with pytest.raises(CorpusError, match=r"no column 'body' \(found 'id', 'text'\)"):
        documents(load_corpus(tmp_path, text_field="body"))
    with pytest.raises(CorpusError, match=r"column 'id' holds int, not text"):
        documents(load_corpus(tmp_path, text_field="id"))
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress(b"PAR1 not really PAR1"))
    with pytest.raises(CorpusError, match=r"b\.parquet\.gz: not a readable \.parquet file"):
        documents(load_corpus(tmp_path))


def test_a_category_is_a_folder_or_a_file_and_may_be_both(tmp_path):
    (tmp_path / "de" / "inner").mkdir(parents=True)
    (tmp_path / "de" / "b.txt").write_text("b")
    (tmp_path / "de" / "inner" / "a.txt").write_text("a")
    (tmp_path / "de.jsonl").write_bytes(as_lines(["c"]))
    (tmp_path / "en.v2.txt").write_text("d")
    (tmp_path / ".hidden").write_text("no")
    assert documents(load_corpus(tmp_path)) == {"de": ["b", "a", "c"], "en.v2": ["d"]}
    assert load_corpus([tmp_path / "de", str(tmp_path / "en*.txt")]).names == ("b", "en.v2", "inner")


def test_the_manifest_gives_groups_and_leaves_other_files_alone(tmp_path):
    (tmp_path / "x.jsonl").write_bytes(as_lines(["x"]))
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "1.txt").write_text("y")
    (tmp_path / "NOTICE").write_text("not a sample")
    entries = [
        {"name": "xx", "group": "English", "title": "The X", "file": "x.jsonl"},
        {"name": "yy", "file": "y"},
    ]
    (tmp_path / "manifest.json").write_text(json.dumps({"version": 1, "categories": entries}))
    corpus = load_corpus(tmp_path)
    assert (corpus.names, corpus.groups) == (("xx", "yy"), ("English", ""))
    assert corpus.categories[0].title == "The X"
    (tmp_path / "manifest.json").write_text('{"categories": [{"name": "xx"}]}')
    with pytest.raises(CorpusError, match=r"manifest\.json: not a manifest .*`name` and `file`"):
        load_corpus(tmp_path)


def test_own_samples_stand_beside_the_starter_pack(tmp_path):
    """A new category is added, a known one grows and keeps its group; the pack keeps its own text field."""
    (tmp_path / "news.jsonl").write_text(json.dumps({"body": "Police said on Monday"}) + "\n")
    (tmp_path / "python.jsonl").write_text(json.dumps({"body": "print('hello')"}) + "\n")
    pack = starter_corpus()
    both = load_corpus(["bundled:starter", tmp_path], text_field="body")
    assert set(both.names) - set(pack.names) == {"news"}
    read = documents(both.select("news,python"))
    assert read["news"] == ["Police said on Monday"]
    assert read["python"] == [*documents(pack.select("python"))["python"], "print('hello')"]
    groups = {category.name: category.group for category in both.categories}
    assert (groups["news"], groups["python"]) == ("", "code")


def test_size_is_that_of_the_text_where_a_manifest_states_it(tmp_path):
    """Progress counts text: measured by packed files it would end far above 100 %."""
    pack = starter_corpus().select("nl,de")
    assert pack.size == sum(category.bytes for category in pack.categories)
    assert pack.size > 2 * sum(category.size for category in pack.categories)
    for name in ("news", "talk"):
        (tmp_path / f"{name}.txt").write_text("Police said on Monday")
    assert load_corpus(tmp_path).size == 2 * len("Police said on Monday")


def test_globs_choose_categories_and_list_what_there_is(tmp_path):
    for name in ("en-books", "en-web", "de"):
        (tmp_path / f"{name}.txt").write_text(name)
    assert load_corpus(tmp_path, categories="en-*").names == ("en-books", "en-web")
    assert load_corpus(tmp_path, categories="de, en-w*").names == ("de", "en-web")
    with pytest.raises(CorpusError, match=r"no category matches 'fr\*'; there are: de, en-books, en-web"):
        load_corpus(tmp_path, categories="fr*")
    with pytest.raises(CorpusError, match="no category matches 'fr'"):
        load_corpus(tmp_path, categories="en-*,de,fr")


def test_a_title_or_a_group_chooses_its_categories_in_any_case(tmp_path):
    corpus = load_corpus("bundled:starter")
    code = corpus.select("CODE").names
    assert {"python", "c"} <= set(code)
    assert "fr" not in code
    assert corpus.select("french,en-l*").names == ("en-law", "fr")
    assert corpus.select("Portuguese").names == ("pt", "pt-br")
    with pytest.raises(CorpusError, match=r"number of categories is 1 \(fr\).*choose more of the 156"):
        load_corpus("bundled:starter", categories="french")
    with pytest.raises(CorpusError, match="no category matches ''"):
        corpus.select("")
    (tmp_path / "fr.txt").write_text("un texte")
    (tmp_path / "manifest.json").write_text(
        json.dumps({"categories": [{"name": "fr", "file": "fr.txt", "title": "French"}]})
    )
    assert load_corpus([tmp_path, "bundled:starter"], categories="French,de").names == ("de", "fr")
    with pytest.raises(CorpusError, match="no category matches 'Frensh'"):
        corpus.select("code,Frensh")


def test_a_choice_among_the_samples_is_noted_with_what_it_means():
    every = Corpus.from_texts({name: ["text"] for name in "abcd"})
    assert every.notes == every.select("*").notes == ()
    (note,) = every.select("a,b,c").select("a,b").notes
    assert note == "2 of 4 categories were chosen: text like the others counts as like these"


def test_samples_that_are_given_and_not_chosen_are_refused(tmp_path):
    for name in ("first/en", "first/de", "second/own"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.txt").write_text(name)
    both = [tmp_path / "first", tmp_path / "second"]
    assert load_corpus(both, categories="en,own").names == ("en", "own")
    with pytest.raises(CorpusError, match=r"second: 'en,de' matches none of its categories \(own\)"):
        load_corpus(both, categories="en,de")


def fails(tmp_path, message, **options):
    with pytest.raises(CorpusError, match=message) as caught:
        documents(load_corpus(tmp_path, **options))
    assert "\n" not in str(caught.value)


def test_what_is_missing_empty_or_alone_is_named(tmp_path):
    fails(tmp_path / "nowhere", r"nowhere': no such file or folder; give a folder")
    fails(tmp_path / "no*where", r"nothing matches; give a folder")
    fails(tmp_path, r"the folder is empty")
    (tmp_path / "only.txt").write_text("one")
    fails(tmp_path, r"number of categories is 1 \(only\), at least 2 are needed")
    assert load_corpus(tmp_path, minimum=1).names == ("only",)
    (tmp_path / "void").mkdir()
    fails(tmp_path, r"category 'void' is empty \(no files in its folder\)")
    (tmp_path / "void" / "a.txt").touch()
    fails(tmp_path, r"category 'void' is empty \(.*a\.txt\); add text or remove it")
    (tmp_path / "void" / "a.txt").write_text("text")
    (tmp_path / "code.py").write_text("pass")
    fails(tmp_path, r"code\.py: unknown suffix '\.py'; samples end in .*; put other text files into a folder")
    (tmp_path / "code.py").unlink()
    (tmp_path / "void" / "a.txt").rename(tmp_path / "moved.txt")
    (tmp_path / "void" / "all.json").write_text("[]")
    fails(tmp_path, r"all\.json: a \.json file of many documents cannot be read; write \.jsonl")


def test_source_code_as_it_lies_in_projects_is_plain_text(tmp_path):
    for name, text in (
        ("a.py", "pass\n"),
        ("Makefile", "all:\n\ttrue\n"),
        ("b.min.js", "let a=1;"),
        ("c.json", "{}"),
    ):
        (tmp_path / "code").mkdir(exist_ok=True)
        (tmp_path / "code" / name).write_text(text)
    (tmp_path / "_notes.md").write_text("not a sample")
    found = load_corpus(tmp_path, minimum=1)
    assert found.names == ("code",)
    assert documents(found) == {"code": ["all:\n\ttrue\n", "pass\n", "let a=1;", "{}"]}
    assert documents(load_corpus(tmp_path / "code" / "a.py", minimum=1)) == {"a": ["pass\n"]}


def test_samples_that_a_manifest_does_not_list_are_named(tmp_path, caplog):
    for name in ("a.txt", "b.txt", "README.md", "_c.txt"):
        (tmp_path / name).write_text("text")
    (tmp_path / "d").mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps({"categories": [{"name": "a", "file": "a.txt"}]}))
    assert load_corpus(tmp_path, minimum=1).names == ("a",)
    assert caplog.messages == [f"{tmp_path / 'manifest.json'}: not listed in it, so left out: b.txt, d"]
    caplog.clear()
    starter_corpus()
    assert not caplog.messages


def test_a_folder_may_be_one_category_as_a_whole(tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("pass\n")
    (tmp_path / "code" / "b.txt").write_text("text")
    assert documents(load_corpus(tmp_path / "code", minimum=1, whole=True)) == {"code": ["pass\n", "text"]}


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"PK\x03\x04\0\0 text", b"%PDF-1.7\n%\xb5\xed"])
def test_files_that_are_not_text_are_refused_by_their_suffix(tmp_path, data):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "picture.bin").write_bytes(data)
    with pytest.raises(
        CorpusError, match=r"picture\.bin: not a text file \(unknown suffix '\.bin'\); move it out"
    ):
        documents(load_corpus(tmp_path, minimum=1))


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ([], "it is a list"),
        ({}, "it has no `categories`"),
        ({"categories": 3}, "`categories` is a number"),
        ({"categories": ["a"]}, "category 1 is a string"),
        ({"categories": [{"name": "a"}]}, "no `file` of category 'a'"),
        ({"categories": [{"file": "a"}]}, "no `name`"),
        ({"categories": [{"name": None, "file": "a"}]}, "`name` is null, not a string"),
        (
            {"categories": [{"name": "a", "file": "a", "title": 3}]},
            "`title` of category 'a' is a number, not a string",
        ),
    ],
)
def test_what_is_wrong_with_a_manifest_is_said_in_words(tmp_path, manifest, words):
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    fails(
        tmp_path, rf"manifest\.json: not a manifest \({words}\); expected an object with a list `categories`"
    )


def test_bad_bytes_and_bad_lines_are_located(tmp_path):
    (tmp_path / "a.txt").write_text("fine")
    bad = tmp_path / "b.jsonl"
    bad.write_bytes(as_lines(["one", "two"]) + b'{"text": "caf\xe9"}\n')
    offset = len(as_lines(["one", "two"])) + 13
    fails(tmp_path, rf"b\.jsonl: invalid UTF-8 at byte {offset} \(0xe9\); convert .*errors=\"replace\"")
    bad.write_bytes(as_lines(["one"]) + b'{"text": "two"\n')
    fails(tmp_path, r"b\.jsonl:2: not a JSON object: .*; repair the line")
    bad.write_bytes(b'["text"]\n')
    fails(tmp_path, r"b\.jsonl:1: no text field 'text' \(found list\)")
    bad.write_bytes(b'\n{"body": "two", "id": 3}\n')
    fails(tmp_path, r"b\.jsonl:2: no text field 'text' \(found 'body', 'id'\); name the field")
    assert documents(load_corpus(bad, text_field="body", minimum=1)) == {"b": ["two"]}
    bad.write_bytes(b'{"text": "half \\ud83d pair"}\n')
    fails(tmp_path, r"b\.jsonl:1: half of a surrogate pair \(\\ud83d\) at character 5")
    # What follows the half stays (findings/fastjson-drops-the-letter-after-half-an-emoji.sh).
    bad.write_bytes(b'{"text": "half \\ud83d\\u4e2d\\u6587"}\n')
    assert documents(load_corpus(bad, errors="replace", minimum=1))["b"][0].endswith(
        "\N{REPLACEMENT CHARACTER}中文"
    )
    bad.write_bytes(b"[" * 100_000)
    fails(tmp_path, r"b\.jsonl:1: not a JSON object")
    bad.unlink()
    table = tmp_path / "b.csv"
    table.write_bytes(b'id,body\n1,"two"\n')
    fails(tmp_path, r"b\.csv: no column 'text' \(found 'id', 'body'\)")
    table.write_bytes(b"id,text\n1,a\n2\n")
    fails(tmp_path, r"b\.csv:3: 1 columns, the header has 2")


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_a_file_that_is_cut_off_is_refused(tmp_path, suffix):
    (tmp_path / "a.txt").write_text("fine")
    packed = PACKERS[suffix](as_lines([str(number) * 50 for number in range(5000)]))
    (tmp_path / f"b.jsonl{suffix}").write_bytes(packed[: len(packed) // 2])
    fails(
        tmp_path,
        rf"b\.jsonl\{suffix}: cannot be read after byte [\d,]+: damaged \w+ data \(.+\); fetch the file",
    )


def test_replaced_bytes_are_counted_and_told(tmp_path, caplog):
    (tmp_path / "a.txt").write_bytes("gut \ufffd\n".encode() + b"caf\xe9 \xff\xfe\n")
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "half \\ud83d pair"}\n')
    with caplog.at_level(logging.WARNING):
        found = documents(load_corpus(tmp_path, errors="replace"))
    assert found["a"] == ["gut \ufffd\ncaf\ufffd \ufffd\ufffd\n"]
    assert found["b"][0].startswith("half \ufffd")
    assert "a.txt: 3 invalid byte sequences were read as U+FFFD" in caplog.text


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("one")
    corpus = load_corpus(tmp_path, minimum=1)
    (tmp_path / "a.txt").write_text("one more")
    with pytest.raises(CorpusError, match=r"a\.txt: the file changed while it was read; start again"):
        documents(corpus)


def test_long_documents_are_cut_where_no_pattern_looks_across(monkeypatch):
    monkeypatch.setattr(bpeinfer.corpora.cutting, "LONGEST", 100)
    lines = [f"line {number}" if number % 3 else "" for number in range(200)]
    parts = list(cut_long("\n".join(lines).splitlines(keepends=True)))
    assert "".join(parts) == "\n".join(lines)
    assert max(map(len, parts)) <= 100
    assert all(part[-2:] == part[-2:].rstrip() + "\n" and not part[0].isspace() for part in parts[1:-1])
    assert [len(part) for part in cut_long(["x" * 250])] == [100, 100, 50]
    assert "".join(cut_long(["some words " * 50])) == "some words " * 50
    assert all(part.startswith((" ", "some")) for part in cut_long(["some words " * 50]))


def test_shards_of_a_file_hold_each_line_once(tmp_path, monkeypatch):
    texts = [f"document {number} " + "ü" * (number % 50) for number in range(400)]
    (tmp_path / "a.jsonl").write_bytes(as_lines(texts))
    (tmp_path / "b.txt").write_text("\n".join(texts) + "\n")
    monkeypatch.setattr(bpeinfer.corpora.text_files, "_SHARD", 1_000)
    lines, whole = (category.sources[0].shards() for category in load_corpus(tmp_path).categories)
    assert len(lines) > 10
    assert texts == [text for shard in lines for text in shard.documents()]
    assert "\n".join(texts) + "\n" == "".join(text for shard in whole for text in shard.documents())


def test_a_limit_takes_a_seeded_choice_of_documents_in_file_order(tmp_path):
    texts = [f"{number:04d} " * 10 for number in range(300)]
    (tmp_path / "a.jsonl").write_bytes(as_lines(texts))

    def chosen(limit, seed):
        return documents(load_corpus(tmp_path, limit=limit, seed=seed, minimum=1))["a"]

    small, large = chosen(2_000, 1), chosen(5_000, 1)
    assert sum(map(len, small)) <= 2_000
    assert len(small) == 40
    assert small == sorted(small)
    assert set(small) < set(large) < set(texts)
    assert small == chosen(2_000, 1) != chosen(2_000, 2)
    assert texts == chosen(10**6, 1)


def test_documents_in_memory_keep_names_and_groups():
    corpus = Corpus.from_texts({"b": ["one", "", "two"], "a": iter(["x"])}, {"b": "G"})
    assert (corpus.names, corpus.groups) == (("a", "b"), ("", "G"))
    assert documents(corpus) == {"a": ["x"], "b": ["one", "two"]}


@pytest.mark.parametrize(
    ("field", "value"), [("group", 5), ("group", ["a"]), ("name", 3), ("file", ["a.txt"]), ("title", {})]
)
def test_a_manifest_whose_fields_are_no_strings_is_refused(tmp_path, field, value):
    (tmp_path / "a.txt").write_text("text")
    entry = {"name": "a", "file": "a.txt"} | {field: value}
    (tmp_path / "manifest.json").write_text(json.dumps({"categories": [entry]}))
    with pytest.raises(CorpusError, match=f"`{field}`.* is .*, not a string"):
        load_corpus(tmp_path, minimum=1)


def test_a_group_of_null_is_no_group(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    entry = {"name": "a", "file": "a.txt", "group": None}
    (tmp_path / "manifest.json").write_text(json.dumps({"categories": [entry]}))
    assert load_corpus(tmp_path, minimum=1).groups == ("",)


def test_a_text_field_that_holds_no_text_is_said_to(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": 3}\n')
    with pytest.raises(CorpusError, match=r"a\.jsonl:1: field 'text' is int, not text"):
        documents(load_corpus(tmp_path, minimum=1))


def test_texts_in_memory_are_not_shown_whole():
    assert "a long text" not in repr(Corpus.from_texts({"a": ["a long text"]}))


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv"])
def test_a_byte_order_mark_is_not_text(tmp_path, suffix):
    data = {".txt": b"eins zwei\n", ".jsonl": as_lines(["eins zwei\n"]), ".csv": as_table(["eins zwei\n"])}[
        suffix
    ]
    for name, mark in (("with", b"\xef\xbb\xbf"), ("without", b"")):
        (tmp_path / f"{name}{suffix}").write_bytes(mark + data)
    assert documents(load_corpus(tmp_path)) == {"with": ["eins zwei\n"], "without": ["eins zwei\n"]}


def test_only_the_first_byte_order_mark_is_left_out(tmp_path):
    (tmp_path / "a.txt").write_text("\ufeff\ufeffa\n\ufeffb", "utf-8")
    assert documents(load_corpus(tmp_path, minimum=1)) == {"a": ["\ufeffa\n\ufeffb"]}


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-16", r"UTF-16 by its byte-order mark, expected UTF-8; convert it \(iconv -f UTF-16 -t UTF-8\)"),
        ("utf-32", r"UTF-32 by its byte-order mark.*iconv -f UTF-32"),
        ("utf-16-le", r"UTF-16 or UTF-32 by the zero bytes between its letters.*convert it"),
        ("utf-32-be", r"UTF-16 or UTF-32 by the zero bytes"),
    ],
)
@pytest.mark.parametrize("errors", ["strict", "replace"])
def test_other_encodings_are_refused_by_their_names(tmp_path, encoding, words, errors):
    (tmp_path / "a.txt").write_bytes("Text in another encoding\n".encode(encoding))
    with pytest.raises(CorpusError, match=words):
        documents(load_corpus(tmp_path, minimum=1, errors=errors))
