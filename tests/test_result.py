"""Results outside their run: JSON against the published schema, read back, pickled, sent to other processes."""

from __future__ import annotations

import copy
import gzip
import json
import multiprocessing
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from gpt2 import gpt2
from tokenizer_files import byte_tokens, merges_txt, tiktoken, tokenizer_json
from trained import samples, train_on

import bpeinfer as bi
from bpeinfer.corpora.given import as_corpus
from bpeinfer.errors import CorpusError, InferenceError, MissingExtraError, ResultFileError
from bpeinfer.estimate_views import SCHEMA_VERSION
from bpeinfer.provenance import environment
from bpeinfer.reports.as_json import as_json
from bpeinfer.reports.as_text import as_text
from bpeinfer.reports.estimate_page import estimate_as_html, estimate_as_text
from bpeinfer.reports.estimate_report import estimate_document
from bpeinfer.reports.evidence import evidence_document
from bpeinfer.reports.formats import FORMATS

SMALL = json.loads(Path(__file__).with_name("small_result.json").read_text("utf-8"))
PAGES: list[Callable[[dict[str, Any]], str]] = [
    estimate_as_text,
    estimate_as_html,
    lambda result: as_text(evidence_document(result, result["categories"][0]["name"])),
    *(lambda result, write=write: write(estimate_document(result)) for write in FORMATS.values()),
]
KEYS = Path(__file__).with_name("result_keys.txt")
SENTENCES = {
    "en": "The rain in Spain stays mainly in the plain, and the dog thinks that this is the end of it. ",
    "de": "Der Regen bleibt im Tal, und der Hund denkt, dass dies das Ende der Geschichte ist. ",
    "py": "def function(self, value):\n    return self.values[value] if value in self.values else None\n",
}
TEXTS = {name: [f"{sentence * 20}{number}" for number in range(30)] for name, sentence in SENTENCES.items()}
GROUPS = {"en": "prose", "de": "prose", "py": "code"}


def estimated(**options: Any) -> bi.MixtureEstimate:
    settings: dict[str, Any] = {"merges": 1000, "resamples": 10} | options
    corpus = bi.Corpus.from_texts(TEXTS, GROUPS)
    return bi.infer(gpt2(), corpus, **settings)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    tokenizer = bi.load_tokenizer(train_on(tmp_path_factory.mktemp("known") / "tokenizer.json"))
    return bi.infer(
        tokenizer,
        samples(),
        merges=1500,
        jackknife=2,
        windows=2,
        sensitivity=True,
        baselines=["uniform"],
        identified=0.01,
    )


@pytest.fixture(scope="module")
def plain():
    return estimated(resamples=0)


def key_paths(schema: dict[str, Any], whole: dict[str, Any], path: str = "") -> list[str]:
    """Every path of keys that a schema allows; ``[]`` is a list's element, ``*`` a name that the data give."""
    schema = schema | {key: value for part in schema.get("allOf", ()) for key, value in part.items()}
    if "$ref" in schema:
        schema = whole["definitions"][schema["$ref"].rpartition("/")[2]]
    found = []
    for name, inner in schema.get("properties", {}).items():
        optional = "" if name in schema["required"] else "?"
        found += [f"{path}{name}{optional}", *key_paths(inner, whole, f"{path}{name}.")]
    if isinstance(inner := schema.get("additionalProperties"), dict):
        found += key_paths(inner, whole, f"{path}*.")
    if "items" in schema:
        found += key_paths(schema["items"], whole, f"{path.removesuffix('.')}[].")
    return found


def test_keys_of_the_json_are_those_on_record():
    schema = bi.result_schema()
    assert schema["version"] == SCHEMA_VERSION
    assert key_paths(schema, schema) == KEYS.read_text("utf-8").splitlines(), (
        "the result's keys have changed: if a key went or changed its meaning, raise SCHEMA_VERSION and let "
        "check_result read the old version; then put the keys into tests/result_keys.txt"
    )


@pytest.mark.parametrize("kind", ["full", "plain", "withheld"])
def test_real_results_fit_the_published_schema_by_jsonschema_too(kind, request):
    estimate = estimated(merges=60) if kind == "withheld" else request.getfixturevalue(kind)
    result = json.loads(as_json(estimate.to_dict()))
    assert (result["withheld"] is None) == (kind == "full")
    jsonschema.Draft7Validator.check_schema(bi.result_schema())
    jsonschema.validate(result, bi.result_schema())


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda result: result.pop("withheld"), "withheld"),
        (lambda result: result["categories"][0].update(byte_share="much"), r"categories\[0\].byte_share"),
        (lambda result: result["categories"][0].update(byte_share=17), r"categories\[0\].byte_share"),
        (lambda result: result["fit"].update(verdict="splendid"), "fit.verdict"),
        (lambda result: result.update(categories=[]), "categories"),
        (lambda result: result["notes"].append({"<script>": 1}), r"notes\[\d+\]"),
        (lambda result: result.update(schema_version=99), "schema version is 99.*upgrade"),
        (lambda result: result.pop("evidence"), "evidence"),
        (lambda result: result["tokenizer"]["files"].update({"a\n\x1b[2J": "x"}), r"a\\n\\x1b\[2J must"),
    ],
)
def test_a_damaged_result_is_refused_and_the_place_is_named(plain, tmp_path, damage, words):
    result = plain.to_dict()
    damage(result := json.loads(as_json(result)))
    path = tmp_path / "result.json"
    path.write_text(json.dumps(result))
    with pytest.raises(ResultFileError, match=words) as refused:
        bi.load_estimate(path)
    assert "\n" not in str(refused.value)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(result, bi.result_schema())


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "{}", '{"categories": 1}', "[" * 100_000, "NaN", '"\\ud800"']
)
def test_what_is_not_a_result_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "result.json"
    path.write_text(text)
    with pytest.raises(ResultFileError, match="result of bpeinfer infer") as refused:
        bi.load_estimate(path)
    assert "\n" not in str(refused.value)


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _places(value[key], (*above, key))


def test_any_wrong_value_in_a_stored_result_is_one_line_or_a_page(tmp_path):
    """Each value of a result in turn is replaced: the answer is a page or a one-line error, never a traceback."""
    path = tmp_path / "result.json"
    odd = [None, 10**4000, -(10**400), float("nan"), "\ud800 <b>", [None], {"fr": 1}, -1, True]
    for number, place in enumerate(_places(SMALL)):
        changed = {"": copy.deepcopy(SMALL)}
        inside: Any = changed
        *above, last = ("", *place)
        for key in above:
            inside = inside[key]
        inside[last] = odd[number % len(odd)]
        path.write_text(json.dumps(changed[""]))
        outcome = _read_or_refusal(path)
        for page in PAGES if isinstance(outcome, dict) else ():
            assert page(outcome)
        assert isinstance(outcome, dict) or "\n" not in outcome


def _read_or_refusal(path: Path) -> dict[str, Any] | str:
    try:
        return bi.load_estimate(path).to_dict()
    except ResultFileError as error:
        return str(error)


def test_a_stored_result_says_what_the_estimate_said(full, tmp_path):
    path = tmp_path / "result.json"
    full.save(path)
    stored = bi.load_estimate(path)
    assert as_json(stored.to_dict()) == as_json(full.to_dict())
    assert str(stored) == str(full)
    assert stored._repr_html_() == full._repr_html_()
    assert stored.proportions == full.proportions
    assert stored.group_shares == full.group_shares
    assert stored.verdict is full.verdict
    assert stored.withheld == full.withheld
    assert stored.notes == full.notes
    assert stored.provenance == full.provenance
    assert stored.to_frame().equals(full.to_frame())


def test_a_result_from_before_schema_versions_is_read_without_provenance(plain, tmp_path):
    result = plain.to_dict()
    del result["schema_version"], result["provenance"]
    for name in ("name", "repository", "file", "files", "merges_sha256"):
        del result["tokenizer"][name]
    path = tmp_path / "old.json"
    path.write_text(as_json(result))
    old = bi.load_estimate(path)
    assert old.provenance is None
    assert str(old) == str(plain)
    del result["withheld"]
    path.write_text(as_json(result))
    with pytest.raises(ResultFileError, match="before results had a schema version: run infer again"):
        bi.load_estimate(path)


def test_fields_that_a_later_version_added_are_passed_over(plain, tmp_path):
    result = plain.to_dict() | {"news": 1}
    result["categories"][0]["news"] = [2]
    (tmp_path / "later.json").write_text(as_json(result))
    assert str(bi.load_estimate(tmp_path / "later.json")) == str(plain)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(as_json(result)), bi.result_schema())


def test_short_reprs_fit_a_line(full, tmp_path):
    full.save(tmp_path / "result.json")
    for shown in (repr(full), repr(bi.load_estimate(tmp_path / "result.json"))):
        assert "prose 8" in shown
        assert "\n" not in shown
        assert len(shown) < 300


def test_estimates_pickle_and_copy(full):
    for twin in (pickle.loads(pickle.dumps(full)), copy.deepcopy(full), copy.copy(full)):
        assert as_json(twin.to_dict()) == as_json(full.to_dict())
        assert np.array_equal(twin.bootstrap.byte_shares, full.bootstrap.byte_shares)
        with pytest.raises(TypeError):
            twin.seconds["solve"] = 0


def _merges_used(first_merge: int) -> bi.MixtureEstimate:
    return estimated(first_merge=first_merge, resamples=0)


@pytest.mark.long
def test_estimates_come_back_from_a_process_pool(plain):
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        made = next(iter(pool.map(_merges_used, [0])))
    assert np.array_equal(made.byte_shares, plain.byte_shares)


def test_provenance_says_with_what_and_from_what(full):
    result = full.to_dict()
    provenance = result["provenance"]
    assert {key: provenance[key] for key in environment()} == environment()
    assert provenance["libraries"]["numpy"] == np.__version__
    assert provenance["options"]["jackknife"] == 2
    assert provenance["options"]["seed"] == 0
    by_name = {entry["name"]: entry for entry in provenance["corpus"]["categories"]}
    assert {name: entry["bytes"] for name, entry in by_name.items()} == {
        category.name: sum(len(text.encode()) for text in category.documents())
        for category in samples().categories
    }


def test_supplied_merges_are_those_that_only_the_category_holds(full):
    supplied = full.to_dict()["supplied"]
    assert set(supplied) == {"fr", "de", "python", "prose", "code"}
    assert supplied["code"] == supplied["python"]
    assert supplied["prose"]["merges"] > supplied["fr"]["merges"] + supplied["de"]["merges"]
    for name, other in (("fr", "ß"), ("de", "ç"), ("python", "ß")):
        assert 0 < supplied[name]["mass"] < full.proportions[name]
        of_samples = [example["token"] for example in supplied[name]["examples"]]
        assert not [token for token in of_samples if other in token]
        assert all(0.8 <= example["part"] <= 1 for example in supplied[name]["examples"])


def test_hash_of_a_sample_is_that_of_its_documents_however_stored(tmp_path):
    tokenizer = gpt2()
    lines = "".join(json.dumps({"text": text}) + "\n" for text in TEXTS["en"]).encode()
    for number, data in enumerate((lines, gzip.compress(lines))):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / ("en.jsonl.gz" if number else "en.jsonl")).write_bytes(data)
        (folder / "de.txt").write_text("Ein Text.")
    hashes = [
        bi.count_pretokens(corpus, tokenizer.pretokenizer).text_sha256
        for corpus in (
            bi.load_corpus(tmp_path / "0"),
            bi.load_corpus(tmp_path / "1"),
            bi.Corpus.from_texts({"en": TEXTS["en"], "de": ["Ein Text."]}),
            bi.Corpus.from_texts({"en": TEXTS["en"][:-1], "de": ["Ein Text."]}),
        )
    ]
    assert hashes[0] == hashes[1] == hashes[2]
    assert hashes[0][0] == hashes[3][0]
    assert hashes[0][1] != hashes[3][1]


def test_one_list_has_one_hash_in_every_format_and_openai_publishes_the_files(tmp_path):
    # The hash of vocab.bpe in tiktoken's own registry of encodings.
    assert gpt2().provenance.sha256 == "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"
    head = gpt2().merges.head(3000)
    (tmp_path / "merges.txt").write_bytes(merges_txt(head))
    (tmp_path / "tokenizer.json").write_bytes(tokenizer_json(head))
    (tmp_path / "some.tiktoken").write_bytes(tiktoken(byte_tokens(head)))
    found = {
        name: bi.load_tokenizer(tmp_path / name, pretokenizer="r50k")
        for name in ("merges.txt", "tokenizer.json", "some.tiktoken")
    }
    assert {tokenizer.merges.sha256 for tokenizer in found.values()} == {head.sha256}
    assert len({tokenizer.provenance.sha256 for tokenizer in found.values()}) == 3
    assert bi.load_tokenizer(tmp_path, pretokenizer="r50k").provenance.file == "tokenizer.json"


def test_equal_splitting_has_equal_fingerprints(plain):
    again = bi.load_tokenizer("bundled:gpt2").pretokenizer.fingerprint
    assert plain.provenance["pretokenizer"]["fingerprint"] == again


def test_the_starter_pack_is_named_with_version_and_licences():
    corpus = bi.starter_corpus("la,eo")
    estimate = bi.infer(gpt2(), corpus, merges=300, resamples=0)
    described = estimate.to_dict()["provenance"]["corpus"]
    assert described["pack"]["name"] == "bundled:starter"
    assert described["pack"]["version"] >= 2
    assert described["options"]["categories"] == "la,eo"
    assert [file["name"] for entry in described["categories"] for file in entry["files"]] == [
        "eo.jsonl.xz",
        "la.jsonl.xz",
    ]
    assert all(entry["licences"] and entry["sha256"] for entry in described["categories"])


def test_frames_of_tokenizers_and_groups_can_be_put_together(full):
    frame, groups = full.to_frame(), full.to_frame(groups=True)
    assert set(frame["tokenizer"]) == {full.tokenizer["name"]}
    assert list(frame.index) == ["fr", "de", "python"]
    assert list(groups.index) == ["prose", "code"]
    assert groups["byte_share"]["prose"] == pytest.approx(frame["byte_share"][:2].sum())
    assert {"title", "byte_share_total_low"} <= set(frame.columns)


def test_frames_of_pandas_and_pyarrow_hold_the_same(full):
    frame, table = full.to_frame(), full.to_frame(backend="pyarrow")
    assert table["name"].to_pylist() == list(frame.index)
    for column in ("byte_share", "byte_share_total_low", "pair_share_sampling_high", "title"):
        assert table[column].to_pylist() == frame[column].to_list()
    with pytest.raises(InferenceError, match="backend is 'dask', expected one of: pandas, polars, pyarrow"):
        full.to_frame(backend="dask")


@pytest.mark.parametrize(
    ("backend", "install"),
    [("pandas", r"'\.\[notebooks\]'\)"), ("polars", "polars"), ("pyarrow", r"'\.\[parquet\]'\)")],
)
def test_a_missing_backend_says_what_to_install(full, monkeypatch, backend, install):
    monkeypatch.setitem(sys.modules, backend, None)
    with pytest.raises(MissingExtraError, match=rf"pip install {install}$"):
        full.to_frame(backend=backend)


def test_data_frames_of_documents_are_samples():
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    rows = {
        "category": ["de", "en", "de"],
        "text": ["Ein Satz.", "A sentence.", "Noch einer."],
        "group": ["a", "b", "a"],
    }
    wanted = bi.Corpus.from_texts(
        {"de": ["Ein Satz.", "Noch einer."], "en": ["A sentence."]}, {"de": "a", "en": "b"}
    )
    assert as_corpus(pandas.DataFrame(rows)) == wanted
    assert as_corpus(pyarrow.table(rows)) == wanted
    with pytest.raises(InferenceError, match="data frame with the columns a, b; expected category and text"):
        as_corpus(pandas.DataFrame({"a": [1], "b": [2]}))
    for wrong in (pandas.DataFrame({"text": ["a"]}), {"one": "a"}):
        with pytest.raises(
            CorpusError, match=f"category 'de': a {type(wrong).__name__}, expected a list of texts"
        ):
            as_corpus({"de": wrong, "en": ["b"]})


def test_infer_takes_sources_and_documents_by_name(plain):
    again = bi.infer("bundled:gpt2", TEXTS, merges=1000, resamples=0)
    assert np.array_equal(again.byte_shares, plain.byte_shares)
    assert bi.Corpus.from_texts({"en": "One text."}) == bi.Corpus.from_texts({"en": ["One text."]})


@pytest.mark.parametrize(
    ("tokenizer", "given", "words"),
    [
        (7, TEXTS, "tokenizer is of type int, expected what bi.load_tokenizer returns"),
        ("bundled:gpt2", 7, r"samples are of type int, expected documents by category"),
        ("bundled:gpt2", ["a", "b"], "samples are of type list, expected documents by category"),
        ("bundled:gpt2", {"en": ["a", 3], "de": ["b"]}, "category 'en': document 1 is a int, expected text"),
        ("bundled:gpt2", "no/such/folder", "no such file or folder"),
    ],
)
def test_anything_else_is_refused_in_one_line(tokenizer, given, words):
    with pytest.raises(bi.BpeInferError, match=words):
        bi.infer(tokenizer, given)


def test_a_corpus_of_something_else_is_refused():
    with pytest.raises(bi.BpeInferError, match=r"use Corpus.from_texts"):
        bi.Corpus({"en": ["hi"]})


def test_every_public_function_takes_what_infer_takes(tmp_path):
    """Tokenizers by name, documents by category: nothing has to be loaded first."""
    tokenizer, corpus = gpt2(), bi.Corpus.from_texts(TEXTS)
    counts = bi.count_pretokens(corpus, tokenizer.pretokenizer)
    for given in (tokenizer, "bundled:gpt2"):
        assert (bi.count_pretokens(TEXTS, given).counts != counts.counts).nnz == 0
    assert np.array_equal(
        bi.trace("bundled:gpt2", counts).merge_counts, bi.trace(tokenizer, counts).merge_counts
    )
    assert bi.compare_tokenizers("bundled:gpt2", tokenizer).common_head == 50_000
    assert [
        tally.category for tally in bi.tally_corpus(TEXTS, "bundled:gpt2", tmp_path / "tallies")
    ] == sorted(TEXTS)


def test_what_commands_print_can_be_printed_from_python_and_is_one_line_in_a_list():
    """In a notebook a cell shows the repr of its last line: arrays and token lists would fill pages."""
    tokenizer = gpt2(300)
    found, compared = bi.inspect_tokenizer(tokenizer), bi.compare_tokenizers(tokenizer, "bundled:gpt2")
    traced = bi.trace(tokenizer, bi.count_pretokens(TEXTS, tokenizer))
    assert str(found).startswith("  source ")
    assert "First merges" in str(found)
    assert "common head       300" in str(compared)
    assert found.to_html().startswith("<!DOCTYPE html>")
    assert compared.to_markdown().startswith("# ")
    for shown in map(repr, (found, compared, traced)):
        assert len(shown) < 120
        assert "\n" not in shown


def test_functions_of_the_interface_refuse_other_types_in_one_line():
    with pytest.raises(
        bi.BpeInferError, match=r"counts are of type dict, expected what bi\.count_pretokens returns"
    ):
        bi.trace("bundled:gpt2", TEXTS)
    with pytest.raises(bi.BpeInferError, match="named by an empty string"):
        bi.load_tokenizer("")
    with pytest.raises(bi.BpeInferError, match="source is of type int, expected a path"):
        bi.load_tokenizer(3)
    with pytest.raises(bi.BpeInferError, match="paths are of type int, expected a path"):
        bi.load_corpus(3)
    with pytest.raises(bi.BpeInferError, match="results are of type int, expected a list"):
        bi.table(3)
    with pytest.raises(bi.BpeInferError, match=r"a result is of type int, expected what bi\.infer"):
        bi.compare_results(1, 2)


def test_a_stored_result_has_the_attributes_of_the_estimate_largest_share_first(full, tmp_path):
    full.save(tmp_path / "result.json")
    stored = bi.load_estimate(tmp_path / "result.json")
    order = np.argsort(-full.byte_shares, kind="stable")
    for name in ("byte_shares", "pair_shares", "sample_bytes"):
        kept, fresh = getattr(stored, name), getattr(full, name)
        assert kept.dtype == fresh.dtype
        np.testing.assert_array_equal(kept, fresh[order])
    for name in ("categories", "groups", "titles"):
        assert getattr(stored, name) == tuple(getattr(full, name)[i] for i in order)
    for name in ("first_merge", "merges", "merges_used", "merges_absent", "advice", "vague"):
        assert getattr(stored, name) == getattr(full, name)
    assert dict(stored.tokenizer) == dict(full.tokenizer)
