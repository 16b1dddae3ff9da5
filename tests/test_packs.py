"""Packs of counts on the hub, with the real client against a local server that speaks its routes."""

from __future__ import annotations

import json
import re

import pytest
from gpt2 import gpt2
from hub_server import Fault, Repository, answering, sending
from shell import run_here

import bpeinfer as bi
from bpeinfer.counting.counts import join_parts
from bpeinfer.counting.memory import Budget
from bpeinfer.errors import CorpusError, TallyError
from bpeinfer.loading import hub_requests
from bpeinfer.pretokenize import Pretokenizer

# The client of huggingface-hub 2.4 uploads in a way that its HTTP library calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

GPT2 = gpt2().pretokenizer
DIGITS = Pretokenizer.from_spec(
    None,
    {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Digits", "individual_digits": True},
            {"type": "ByteLevel", "add_prefix_space": False},
        ],
    },
    "digits",
)
TEXTS = {
    "aa": [f"some words and numbers {number} {number * 7919}" for number in range(300)],
    "bb": [f"autres mots, chiffres {number} {number * 104729}" for number in range(300)],
}
SOURCES = [{"name": "letters", "licence": "CC0-1.0", "url": "somewhere"}]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch, tmp_path):
    monkeypatch.setattr(hub_requests, "WAITS", (0.01, 0.01, 0.02))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub-cache"))


@pytest.fixture(scope="module")
def tallies(tmp_path_factory):
    """Tallies of the same text, split in two ways, that say where it is from."""
    place = tmp_path_factory.mktemp("tallies")
    for name, splitting in (("gpt2", GPT2), ("digits", DIGITS)):
        bi.tally_corpus(TEXTS, splitting, place / name)
        manifest = json.loads((place / name / "manifest.json").read_text())
        for entry in manifest["categories"]:
            entry["sources"] = SOURCES
        (place / name / "manifest.json").write_text(json.dumps(manifest))
    return place


@pytest.fixture
def pack(hub, tallies):
    """A pack with both ways of splitting."""
    for name in ("gpt2", "digits"):
        bi.push_counts(tallies / name, "acme/counts")
    return hub


def same(left, right):
    return left.pretokens() == right.pretokens() and (left.counts != right.counts).nnz == 0


def test_pushed_counts_stand_for_the_text_however_it_is_split(pack):
    corpus = bi.load_corpus("hub-counts:acme/counts")
    assert corpus.names == ("aa", "bb")
    for splitting in (GPT2, DIGITS):
        assert same(bi.count_pretokens(corpus, splitting), bi.count_pretokens(TEXTS, splitting))
    spilled = bi.count_pretokens(corpus, GPT2, memory=Budget(entries=2_000, pretokens=200))
    assert same(join_parts(list(spilled.parts())), bi.count_pretokens(TEXTS, GPT2))
    assert corpus.categories[0].origins == tuple(SOURCES)


def test_only_the_counts_that_fit_are_fetched_and_only_once(pack):
    pack.log.clear()
    corpus = bi.load_corpus("hub-counts:acme/counts", categories="aa", minimum=1)
    assert not pack.asked_for(method="GET", file=".tally")
    for _ in range(2):
        bi.count_pretokens(corpus, GPT2)
    assert pack.asked_for(method="GET", file=f"{GPT2.fingerprint}/aa.tally") == 1
    assert not pack.asked_for(method="GET", file="bb.tally")
    assert not pack.asked_for(method="GET", file=f"{DIGITS.fingerprint}/aa.tally")


def test_a_pack_says_what_was_counted_how_and_under_which_licence(pack):
    files = pack.repositories["datasets/acme/counts"].files
    assert set(files) == {
        "README.md",
        *(
            f"{splitting.fingerprint}/{name}"
            for splitting in (GPT2, DIGITS)
            for name in ("aa.tally", "bb.tally", "manifest.json")
        ),
    }
    entry = json.loads(files[f"{DIGITS.fingerprint}/manifest.json"])["categories"][0]
    assert entry["sources"] == SOURCES
    assert entry["splitting"] == DIGITS.description
    assert (entry["documents"], entry["bytes"]) == (300, sum(map(len, TEXTS["aa"])))
    assert re.fullmatch(r"[0-9a-f]{64}", entry["sha256"])


def test_categories_pushed_later_join_those_that_are_there(hub, tmp_path):
    for name, texts in (("one", {"aa": TEXTS["aa"]}), ("two", {"bb": TEXTS["bb"]})):
        bi.tally_corpus(texts, GPT2, tmp_path / name)
        bi.push_counts(tmp_path / name, "acme/counts", licence="CC0-1.0")
    assert bi.load_corpus("hub-counts:acme/counts").names == ("aa", "bb")


def test_pulled_counts_are_the_tallies_pushed(pack, tallies, tmp_path):
    folder = bi.pull_counts("hub-counts:acme/counts", DIGITS, tmp_path / "out", categories="b*")
    assert sorted(path.name for path in folder.iterdir()) == ["bb.tally", "manifest.json"]
    assert (folder / "bb.tally").read_bytes() == (tallies / "digits" / "bb.tally").read_bytes()
    told = json.loads((folder / "manifest.json").read_text())
    assert told["fetched"]["commit"] == pack.repositories["datasets/acme/counts"].commit
    assert bi.load_corpus(folder, minimum=1).categories[0].origins == tuple(SOURCES)


def test_a_group_chooses_counts_of_a_pack_as_it_does_samples(hub, tmp_path):
    bi.tally_corpus(bi.Corpus.from_texts(TEXTS, {"aa": "code"}), GPT2, tmp_path / "tallies")
    bi.push_counts(tmp_path / "tallies", "acme/counts", licence="CC0-1.0")
    folder = bi.pull_counts("acme/counts", GPT2, tmp_path / "out", categories="CODE")
    assert sorted(path.name for path in folder.iterdir()) == ["aa.tally", "manifest.json"]
    assert bi.load_corpus("hub-counts:acme/counts", categories="code", minimum=1).names == ("aa",)


def test_pulled_counts_are_described_as_those_of_their_own_way_of_splitting(hub, tallies, tmp_path):
    first, second = sorted((GPT2, DIGITS), key=lambda splitting: splitting.fingerprint)
    for splitting, licence, texts in ((first, "CC0-1.0", TEXTS["aa"]), (second, "MIT", TEXTS["bb"])):
        bi.tally_corpus({"aa": texts, "bb": texts}, splitting, tmp_path / licence)
        bi.push_counts(tmp_path / licence, "acme/counts", licence=licence)
    told = json.loads((bi.pull_counts("acme/counts", second, tmp_path / "out") / "manifest.json").read_text())
    assert told["categories"][0]["sources"] == [{"name": "aa", "licence": "MIT"}]
    assert told["categories"][0]["bytes"] == sum(map(len, TEXTS["bb"]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda listed: listed.pop(), "no counts of 'bb'"),
        (lambda listed: listed[0].update(name="../aa"), r"'\.\./aa' has a name that a file cannot have"),
    ],
    ids=["counts_missing", "outside_the_folder"],
)
def test_a_pull_that_is_refused_writes_nothing(pack, tmp_path, change, words):
    files = pack.repositories["datasets/acme/counts"].files
    path = f"{DIGITS.fingerprint}/manifest.json"
    manifest = json.loads(files[path])
    change(manifest["categories"])
    files[path] = json.dumps(manifest).encode()
    with pytest.raises(CorpusError, match=words):
        bi.pull_counts("acme/counts", DIGITS, tmp_path / "out", categories="../aa,bb")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "aa.tally").exists()


def test_a_pull_that_is_cut_in_the_middle_writes_nothing_and_goes_on_later(pack, tmp_path):
    cut = f"GET /cdn/datasets/acme/counts/{DIGITS.fingerprint}/bb.tally"
    pack.faults.append(Fault(cut, sending([b"x" * 100], length=5_000)))
    with pytest.raises(CorpusError, match="hub-counts:acme/counts"):
        bi.pull_counts("hub-counts:acme/counts", DIGITS, tmp_path / "out")
    assert pack.asked_for(method="GET", file=f"/cdn/datasets/acme/counts/{DIGITS.fingerprint}/aa.tally") == 1
    assert not (tmp_path / "out").exists()
    pack.faults.clear()
    folder = bi.pull_counts("hub-counts:acme/counts", DIGITS, tmp_path / "out")
    assert sorted(path.name for path in folder.iterdir()) == ["aa.tally", "bb.tally", "manifest.json"]


def test_two_files_of_one_category_are_not_pushed_as_one(hub, tallies, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.tally").write_bytes((tallies / "gpt2" / "aa.tally").read_bytes())
    with pytest.raises(CorpusError, match=r"two\.tally: another file has counts of category 'aa'"):
        bi.push_counts(tmp_path, "acme/counts", licence="CC0-1.0")


def test_a_revision_that_was_named_stays_what_it_was(pack):
    commit = pack.repositories["datasets/acme/counts"].commit
    assert bi.load_corpus(f"hub-counts:acme/counts@{commit}").names == ("aa", "bb")
    with pytest.raises(CorpusError, match="no such revision"):
        bi.load_corpus("hub-counts:acme/counts@other")


def test_a_way_of_splitting_that_the_pack_lacks_is_said_with_those_that_it_has(hub, tallies, tmp_path):
    bi.push_counts(tallies / "gpt2", "acme/counts")
    corpus = bi.load_corpus("hub-counts:acme/counts")
    wanted = (
        rf"no counts of 'aa' for this tokenizer's way of splitting text \({DIGITS.fingerprint[:12]}…, .*"
        rf"only for {GPT2.fingerprint[:12]}…"
    )
    with pytest.raises(CorpusError, match=wanted):
        bi.count_pretokens(corpus, DIGITS)
    with pytest.raises(CorpusError, match=wanted):
        bi.pull_counts("acme/counts", DIGITS, tmp_path / "out")


def test_errors_of_packs_are_one_line_that_says_what_to_do(hub, tallies, tmp_path):
    hub.repositories["datasets/acme/texts"] = Repository({"train.jsonl": b"{}\n"})
    hub.repositories["datasets/acme/closed"] = Repository(
        {f"{GPT2.fingerprint}/manifest.json": b"{}"}, gated=True
    )
    cases = {
        "hub-counts:acme/texts": r"no pack of counts .* take its text with hub:acme/texts#COLUMN",
        "hub-counts:acme/none": r"no such data set on the hub; check the spelling",
        "hub-counts:acme/closed": r"a gated data set; accept its terms on the hub",
        "hub-counts:acme": r"not the name of a pack of counts \(hub-counts:OWNER/NAME\[@REVISION\]\)",
    }
    for name, words in cases.items():
        with pytest.raises(CorpusError, match=words) as caught:
            bi.load_corpus(name)
        assert "\n" not in str(caught.value)
    bi.tally_corpus(TEXTS, GPT2, tmp_path / "unlicensed")
    with pytest.raises(
        CorpusError, match=r"'aa': its manifest states no licence .* give one for all with --licence"
    ):
        bi.push_counts(tmp_path / "unlicensed", "acme/counts")
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "aa.txt").write_text("text")
    with pytest.raises(CorpusError, match=r"aa\.txt is not the one \.tally file of counts expected"):
        bi.push_counts(tmp_path / "text", "acme/counts")
    with pytest.raises(CorpusError, match="pushed to the newest revision; leave out @main"):
        bi.push_counts(tallies / "gpt2", "acme/counts@main")
    assert "datasets/acme/counts" not in hub.repositories


def test_damage_on_either_side_is_noticed(pack, tallies, tmp_path):
    files = pack.repositories["datasets/acme/counts"].files
    path = f"{GPT2.fingerprint}/aa.tally"
    files[path] = files[f"{GPT2.fingerprint}/bb.tally"]
    with pytest.raises(CorpusError, match=r"aa\.tally is not the file that its manifest names \(sha256\)"):
        bi.count_pretokens(bi.load_corpus("hub-counts:acme/counts"), GPT2)
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "aa.tally").write_bytes((tallies / "gpt2" / "aa.tally").read_bytes()[:-5])
    with pytest.raises(TallyError, match="a damaged tally"):
        bi.push_counts(tmp_path / "cut", "acme/counts", licence="CC0-1.0")


def test_a_rival_push_and_a_refusal_change_nothing(pack, tallies):
    before = dict(pack.repositories["datasets/acme/counts"].files)
    pack.faults.append(Fault("POST /api/datasets/acme/counts/commit", answering(412), times=1))
    with pytest.raises(CorpusError, match="someone else pushed at the same time, and nothing was changed"):
        bi.push_counts(tallies / "gpt2", "acme/counts")
    pack.faults.append(Fault("POST /api/datasets/acme/counts/preupload", answering(403), times=1))
    with pytest.raises(CorpusError) as caught:
        bi.push_counts(tallies / "gpt2", "acme/counts")
    assert "\n" not in str(caught.value)
    assert pack.repositories["datasets/acme/counts"].files == before


def test_the_commands_push_and_pull(hub, tallies, tmp_path):
    pushed = run_here("counts", "push", tallies / "gpt2", "acme/counts")
    assert pushed.returncode == 0, pushed.stderr
    assert b"--corpus hub-counts:acme/counts@" in pushed.stdout
    common = ("--tokenizer", "bundled:gpt2", "--output", tmp_path / "out", "--json")
    pulled = run_here("counts", "pull", "hub-counts:acme/counts", *common)
    assert pulled.returncode == 0, pulled.stderr
    assert [category["name"] for category in json.loads(pulled.stdout)["categories"]] == ["aa", "bb"]
    limited = ("--corpus", "hub-counts:acme/counts", "--limit", "1k", "--no-cache")
    refused = run_here("infer", "bundled:gpt2", *limited)
    assert refused.returncode == 2
    assert b"a byte limit cannot be applied to counts (hub-counts:acme/counts)" in refused.stderr
