"""Counts in files replace their text exactly; damage, interruptions and concurrent runs leave nothing half written."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

import bpeinfer.corpora.text_files
import bpeinfer.counting.adding_up
import bpeinfer.counting.jobs
import bpeinfer.counting.units
from bpeinfer.cli.tally import tally_command
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.load import load_corpus
from bpeinfer.counting import finished, keys, tally_writing
from bpeinfer.counting.block_counter import BlockCounter
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.counting.tally import tally_corpus
from bpeinfer.counting.tally_files import read_tally
from bpeinfer.errors import CorpusError, InferenceError, OutputError, TallyError
from bpeinfer.files import write_file
from bpeinfer.limits import Limits
from bpeinfer.pretokenize import Pretokenizer

GPT2 = Pretokenizer.from_spec(None, {"type": "ByteLevel", "add_prefix_space": False}, "gpt2")
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


def write_samples(folder: Path, documents: int = 300) -> None:
    generator = np.random.default_rng(7)
    words = np.array(["the", "of", "counting", "extraordinarily", "naïveté", "日本語の単語", "2024", "(x)"])
    folder.mkdir(exist_ok=True)
    for name in ("aa", "bb"):
        lines = [
            json.dumps({"text": " ".join(words[generator.integers(0, 8, size=40)].tolist())})
            for _ in range(documents)
        ]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def same(left, right):
    return (
        left.pretokens() == right.pretokens()
        and (left.counts != right.counts).nnz == 0
        and left.block_category.tolist() == right.block_category.tolist()
        and (left.categories, left.groups, left.fingerprint)
        == (right.categories, right.groups, right.fingerprint)
        and left.category_bytes.tolist() == right.category_bytes.tolist()
        and left.documents.tolist() == right.documents.tolist()
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def samples(tmp_path):
    write_samples(tmp_path / "text")
    return tmp_path / "text"


def test_a_folder_of_tallies_counts_as_its_text_does(samples, tmp_path):
    manifest = [{"name": name, "group": "G", "title": "T", "file": f"{name}.jsonl"} for name in ("aa", "bb")]
    (samples / "manifest.json").write_text(json.dumps({"version": 1, "categories": manifest}))
    direct = count_pretokens(load_corpus(samples), GPT2)
    tally_corpus(load_corpus(samples), GPT2, tmp_path / "out")
    assert sorted(contents(tmp_path / "out")) == ["aa.tally", "bb.tally", "manifest.json"]
    tallied = load_corpus(tmp_path / "out")
    assert tallied.groups == ("G", "G")
    assert same(direct, count_pretokens(tallied, GPT2))
    assert sum(map(len, contents(tmp_path / "out").values())) < sum(map(len, contents(samples).values())) / 4


def test_counts_of_shards_processes_and_cache_are_the_same(samples, tmp_path, monkeypatch):
    monkeypatch.setattr(bpeinfer.corpora.text_files, "_SHARD", 20_000)
    monkeypatch.setattr(bpeinfer.counting.units, "WORTH_A_POOL", 0)
    cache = tmp_path / "cache"
    alone = count_pretokens(load_corpus(samples), GPT2)
    assert alone.counts.sum() == count_pretokens(Corpus.from_texts(texts_of(samples)), GPT2).counts.sum()
    assert same(alone, count_pretokens(load_corpus(samples), GPT2, workers=2, cache=cache))
    assert len(contents(cache)) > 4

    def no_text(self):
        raise AssertionError("the text was read")

    monkeypatch.setattr(bpeinfer.corpora.text_files.TextFile, "documents", no_text)
    heard = []
    again = count_pretokens(
        load_corpus(samples), GPT2, cache=cache, progress=lambda name, size: heard.append((name, size))
    )
    assert same(alone, again)
    assert sum(size for _, size in heard) == alone.category_bytes.sum()
    with pytest.raises(AssertionError, match="the text was read"):
        count_pretokens(load_corpus(samples), DIGITS, cache=cache)


def texts_of(folder: Path) -> dict[str, list[str]]:
    return {category.name: list(category.documents()) for category in load_corpus(folder).categories}


def test_a_changed_file_is_counted_anew(samples, tmp_path):
    count_pretokens(load_corpus(samples), GPT2, cache=tmp_path / "cache")
    path = samples / "aa.jsonl"
    path.write_text(path.read_text("utf-8").replace("counting", "recounts"), "utf-8")
    os.utime(path, ns=(0, 0))
    counts = count_pretokens(load_corpus(samples), GPT2, cache=tmp_path / "cache")
    assert b" recounts" in counts.pretokens()


def test_a_damaged_cache_is_counted_anew(samples, tmp_path, caplog):
    cache = tmp_path / "cache"
    expected = count_pretokens(load_corpus(samples), GPT2, cache=cache)
    for path in cache.iterdir():
        path.write_bytes(path.read_bytes()[:-20])
    assert same(expected, count_pretokens(load_corpus(samples), GPT2, cache=cache))
    assert "its text is counted again" in caplog.text


def test_parts_that_are_added_up_on_the_way_give_the_same_counts(samples, monkeypatch):
    alone = count_pretokens(load_corpus(samples), GPT2)
    monkeypatch.setattr(bpeinfer.corpora.text_files, "_SHARD", 9_000)
    monkeypatch.setattr(bpeinfer.counting.adding_up, "WAITING", 1)
    parts = count_pretokens(load_corpus(samples), GPT2)
    assert parts.pretokens() == alone.pretokens()
    assert (parts.by_category() != alone.by_category()).nnz == 0
    assert parts.documents.tolist() == alone.documents.tolist()


def test_too_many_counts_are_held_in_fewer_blocks(samples, monkeypatch, caplog):
    alone = count_pretokens(load_corpus(samples), GPT2)
    monkeypatch.setattr(bpeinfer.counting.jobs, "MOST_ENTRIES", alone.counts.nnz // 2)
    fewer = count_pretokens(load_corpus(samples), GPT2)
    assert fewer.counts.nnz <= alone.counts.nnz // 2
    assert fewer.pretokens() == alone.pretokens()
    assert (fewer.by_category() != alone.by_category()).nnz == 0
    assert np.bincount(fewer.block_category).min() >= bpeinfer.counting.jobs.FEWEST_BLOCKS
    assert "2 categories of this size are counted in" in caplog.text


def test_counts_beyond_that_lose_what_is_rarest_and_say_how_much(samples, monkeypatch, caplog):
    alone = count_pretokens(load_corpus(samples), GPT2)
    rare = sorted(alone.by_category().data)[0]
    monkeypatch.setattr(bpeinfer.counting.jobs, "FEWEST_BLOCKS", 1)
    monkeypatch.setattr(bpeinfer.counting.jobs, "MOST_ENTRIES", alone.by_category().nnz - 1)
    kept = count_pretokens(load_corpus(samples), GPT2)
    lost = int(alone.counts.sum() - kept.counts.sum())
    assert lost == sum(count for count in alone.by_category().data if count == rare)
    assert f"less than {rare + 1} times in a category are left out: {lost} occurrences" in caplog.text
    monkeypatch.setattr(bpeinfer.counting.jobs, "MOST_ENTRIES", 1)
    with pytest.raises(
        CorpusError, match=r"category '..': no pretoken occurs \d+ times; leave the category out"
    ):
        count_pretokens(load_corpus(samples), GPT2)


def test_a_min_count_below_one_is_refused(samples, tmp_path):
    with pytest.raises(CorpusError, match=r"min_count is -1 occurrences .* expected 1 or more"):
        tally_corpus(load_corpus(samples), GPT2, tmp_path / "out", min_count=-1)
    assert not (tmp_path / "out").exists()


def test_text_and_tally_of_one_category_add_up(samples, tmp_path):
    tally_corpus(load_corpus(samples), GPT2, tmp_path / "out")
    both = count_pretokens(load_corpus([samples, tmp_path / "out"]), GPT2)
    once = count_pretokens(load_corpus(samples), GPT2)
    assert (both.by_category().toarray() == 2 * once.by_category().toarray()).all()
    assert both.category_bytes.tolist() == (2 * once.category_bytes).tolist()
    assert both.counts.shape[1] <= 400


def test_rare_pretokens_are_left_out_and_told(samples, tmp_path):
    extra = "\n".join(
        json.dumps({"text": f"unique{number:05d} extraordinarilyunique{number}"}) for number in range(50)
    )
    (samples / "aa.jsonl").write_text((samples / "aa.jsonl").read_text("utf-8") + extra + "\n", "utf-8")
    whole = count_pretokens(load_corpus(samples), GPT2).select(["aa"])
    tally = tally_corpus(load_corpus(samples), GPT2, tmp_path / "out", min_count=2)[0]
    kept = count_pretokens(load_corpus(tmp_path / "out"), GPT2).select(["aa"])
    totals = np.asarray(whole.by_category().sum(axis=1)).ravel()
    names = whole.pretokens()
    assert kept.pretokens() == [name for name, total in zip(names, totals, strict=True) if total >= 2]
    assert tally.dropped == totals[totals < 2].sum() > 50
    assert kept.counts.sum() == totals[totals >= 2].sum()
    with pytest.raises(CorpusError, match="category 'aa': no pretoken occurs 1000000000 times"):
        tally_corpus(load_corpus(samples), GPT2, tmp_path / "none", min_count=10**9)


def test_other_seeds_give_the_same_counts(samples):
    text = [document for texts in texts_of(samples).values() for document in texts]

    def counted(seed):
        counter = BlockCounter(GPT2, seed)
        for document in text:
            counter.add(document)
        return counter.finish()

    for one, other in ((counted(0).reseeded(3), counted(3)), (counted(3).reseeded(0), counted(0))):
        assert (one.keys == other.keys).all()
        assert one.long.blob == other.long.blob
        assert np.bincount(one.rows, one.counts).tolist() == np.bincount(other.rows, other.counts).tolist()


def test_damaged_foreign_and_unfitting_tallies_are_refused(samples, tmp_path):
    out = tmp_path / "out"
    tally_corpus(load_corpus(samples), GPT2, out)
    path = out / "aa.tally"
    good = path.read_bytes()

    def fails(data, message, pretokenizer=GPT2):
        path.write_bytes(data)
        with pytest.raises(CorpusError, match=message) as caught:
            count_pretokens(load_corpus(out), pretokenizer)
        assert "\n" not in str(caught.value)

    def forged(old, new):
        """Someone changes the header and puts the checksum right."""
        magic, body = good[:15], good[79:].replace(old, new, 1)
        return magic + hashlib.sha256(body).hexdigest().encode() + body

    assert forged(b"", b"") == good
    fails(good, r"aa\.tally: counted with another pre-tokenizer \(.*tally the text again", DIGITS)
    fails(good[:-30], r"aa\.tally: a damaged tally \(its checksum does not match\); make it again")
    fails(good[:40], r"aa\.tally: a damaged tally")
    fails(b"PK\x03\x04 a zip archive", r"aa\.tally: not a tally \(it begins with b'PK")
    fails(
        forged(b'"version": 2', b'"version": 9'), r"a tally of version 9, this bpeinfer reads up to 2; update"
    )
    fails(forged(b'"<u8"', b'"<f8"'), r"a damaged tally \(array 'keys' has type '<f8' and length \d+\)")
    fails(forged(b'"<u8"', b'"|O8"'), r"a damaged tally")
    fails(forged(b'["keys", "<u8", ', b'["keys", "<u8", 9'), r"a damaged tally")
    fails(forged(b'["ends", "<i8", ', b'["ende", "<i8", '), r"a damaged tally")


def test_a_tally_of_version_1_which_hashed_otherwise_gives_the_same_counts(samples, tmp_path, monkeypatch):
    def mixed_once(state, word, odd):
        state = (state ^ word) * odd
        return state ^ (state >> np.uint64(32))

    corpus = load_corpus(samples)
    with monkeypatch.context() as old:
        old.setattr(keys, "_mix", mixed_once)
        old.setattr(tally_writing, "VERSION", 1)
        tally_corpus(corpus, GPT2, tmp_path / "old")
    tally_corpus(corpus, GPT2, tmp_path / "new")
    stored, anew = (read_tally(tmp_path / folder / "aa.tally") for folder in ("old", "new"))
    assert (stored.counts.keys == anew.counts.keys).all()
    assert stored.counts.long.blob == anew.counts.long.blob
    sums = [np.bincount(one.counts.rows, one.counts.counts).tolist() for one in (stored, anew)]
    assert sums[0] == sums[1]


def test_any_wrong_value_in_a_forged_header_is_one_line(samples, tmp_path):
    """The checksum is right, so only the checks of the header protect the arrays."""
    out = tmp_path / "out"
    tally_corpus(load_corpus(samples), GPT2, out)
    path = out / "aa.tally"
    good = path.read_bytes()
    length = int(good[79:87])
    header, packed = json.loads(good[87 : 87 + length]), good[87 + length :]

    def write(changed):
        text = json.dumps(changed).encode()
        body = b"%08d" % len(text) + text + packed
        path.write_bytes(good[:15] + hashlib.sha256(body).hexdigest().encode() + body)

    write(header)
    read_tally(path)
    odd = [None, True, -1, 10**300, 2**63, 0.5, "text", "\ud800", [], [[]], {}, [["keys", "<u8", 10**18]] * 6]
    for name, right in header.items():
        for value in odd:
            if isinstance(value, str) and value.isalpha() and isinstance(right, str):
                continue  # any text may stand there
            write(header | {name: value})
            with pytest.raises(TallyError) as caught:
                read_tally(path)
            assert "\n" not in str(caught.value)
    for number, (name, kind, length) in enumerate(header["arrays"]):
        for wrong in (
            [name, kind],
            [name, "|O8", length],
            [name, kind, length + 1],
            [name, kind, 10**15],
            ["x", kind, length],
        ):
            write(header | {"arrays": [*header["arrays"][:number], wrong, *header["arrays"][number + 1 :]]})
            with pytest.raises(TallyError):
                read_tally(path)


def test_counts_larger_than_the_limit_are_refused_before_they_are_read(samples, tmp_path):
    out = tmp_path / "out"
    tally_corpus(load_corpus(samples), GPT2, out)
    with pytest.raises(
        TallyError, match=r"aa\.tally: counts of [\d,]+ bytes, more than 1,000.*--limits tally=\d+"
    ):
        read_tally(out / "aa.tally", Limits(tally=1_000))


def test_keys_that_are_no_pretokens_are_refused(samples):
    counter = BlockCounter(GPT2)
    for text in texts_of(samples)["aa"]:
        counter.add(text)
    counts = counter.finish()
    counts.check()
    for key in (0, 5, 8 << 56, (1 << 56) | 0x1234):
        keys = counts.keys.copy()
        keys[0] = key
        with pytest.raises(ValueError, match=r"short pretokens|ascend"):
            dataclasses.replace(counts, keys=keys).check()
    with pytest.raises(ValueError, match="more occurrences than can be added up"):
        dataclasses.replace(counts, counts=counts.counts * 2**52).check()


def test_any_flipped_bit_is_noticed(samples, tmp_path):
    out = tmp_path / "out"
    tally_corpus(load_corpus(samples), GPT2, out)
    path = out / "aa.tally"
    good = path.read_bytes()
    generator = np.random.default_rng(1)
    for place in generator.integers(0, len(good), size=200):
        changed = bytearray(good)
        changed[place] ^= 1 << int(generator.integers(0, 8))
        path.write_bytes(bytes(changed))
        with pytest.raises(CorpusError, match=r"a damaged tally|not a tally"):
            read_tally(path)


def test_a_disk_that_is_full_leaves_nothing_half_written(samples, tmp_path, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    real = Path.replace
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(
        OutputError, match=r"out/aa\.tally: cannot be written \(No space left on device\); choose"
    ):
        tally_corpus(load_corpus(samples), GPT2, tmp_path / "out")
    assert contents(tmp_path / "out") == {}
    monkeypatch.setattr(Path, "replace", real)
    tally_corpus(load_corpus(samples), GPT2, tmp_path / "out")


SCRIPT = """
import sys
from pathlib import Path
import os, signal
import bpeinfer.counting.kept_counts as kept_counts
import bpeinfer.corpora.text_files
from bpeinfer.corpora.load import load_corpus
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.counting.tally import tally_corpus
bpeinfer.corpora.text_files._SHARD = 100_000
gpt2 = Pretokenizer.from_spec(None, {"type": "ByteLevel", "add_prefix_space": False}, "gpt2")
left, write_tally = int(sys.argv[3]), kept_counts.write_tally
def write_and_perhaps_end(path, tally):
    global left
    write_tally(path, tally)
    left -= 1
    if left == 0:  # as if by another's hand, but always at the same place
        os.kill(os.getpid(), signal.SIGKILL)
kept_counts.write_tally = write_and_perhaps_end
tally_corpus(load_corpus(sys.argv[1]), gpt2, Path(sys.argv[2]))
"""


def run(*arguments):
    app = typer.Typer()
    app.command()(tally_command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_command_writes_a_folder_and_says_what_it_counted(samples, tmp_path):
    common = ("--tokenizer", "bundled:gpt2", "--corpus", samples, "--workers", 1)
    result = run(*common, "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    words = result.stdout.split()
    assert words[:6] == ["category", "bytes", "documents", "pretokens", "distinct", "dropped"]
    assert words[6] == "aa"
    assert words[8] == "300"
    rows = json.loads(run(*common, "--output", tmp_path / "b", "--json", "--limit", 5_000).stdout)
    assert [row["category"] for row in rows] == ["aa", "bb"]
    assert all(4_000 < row["bytes"] <= 5_000 for row in rows)
    assert Path(rows[0]["file"]).exists()
    refused = run(*common, "--output", tmp_path / "c", "--errors", "ignore")
    assert refused.exit_code == 2


def start(samples: Path, output: Path, parts: int = 0) -> subprocess.Popen[bytes]:
    """Count in a process that ends, if `parts` is not 0, once it has written so many parts."""
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(samples), str(output), str(parts)])


def test_killed_and_run_again_the_files_are_the_same_byte_for_byte(tmp_path):
    samples = tmp_path / "text"
    write_samples(samples, documents=6_000)
    assert start(samples, tmp_path / "straight").wait() == 0
    output = tmp_path / "killed"
    for parts in (2, 1):  # the second run begins with the parts of the first
        assert start(samples, output, parts).wait() == -signal.SIGKILL
    assert len(list((output / ".parts").glob("*.tally"))) == 3
    assert not (output / "manifest.json").exists()
    assert start(samples, output).wait() == 0
    assert contents(output) == contents(tmp_path / "straight")


def test_two_runs_at_once_do_not_hurt_each_other(tmp_path):
    samples = tmp_path / "text"
    write_samples(samples, documents=3_000)
    rivals = [start(samples, tmp_path / "out") for _ in range(2)]
    assert [process.wait() for process in rivals] == [0, 0]
    assert start(samples, tmp_path / "alone").wait() == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "alone")


def test_a_note_is_written_even_if_another_run_removes_the_folder_just_before(tmp_path, monkeypatch):
    samples, parts = tmp_path / "text", tmp_path / "out" / ".parts"
    write_samples(samples, documents=10)
    written = []

    def write_after_another_run_ends(path, data):
        written.append(path)
        if len(written) == 1:
            parts.rmdir()
        write_file(path, data)

    parts.mkdir(parents=True)
    monkeypatch.setattr(finished, "write_file", write_after_another_run_ends)
    corpus, path = load_corpus(samples), tmp_path / "out" / "aa.tally"
    path.write_bytes(b"counts")
    one = corpus.categories[0]
    told = {
        "group": "",
        "title": "",
        "text_bytes": 1,
        "documents": 1,
        "occurrences": 1,
        "distinct": 1,
        "dropped": 0,
    }
    notes = finished.Finished(parts, GPT2, 1)
    notes.add(one, finished.Tallied(category=one.name, path=path, **told))
    assert notes.find(one, path).category == one.name
    assert written == written[:1] * 2


def test_a_file_as_output_is_refused_before_the_counting(tmp_path):
    samples = tmp_path / "text"
    write_samples(samples, documents=10)
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="out is a file, expected a folder; name another"):
        tally_corpus(load_corpus(samples), GPT2, tmp_path / "out")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"engine": "spark"}, "engine is 'spark'"),
        ({"engine": "ray", "memory": 2 * 10**9}, "leave out memory"),
        ({"address": "here:1"}, "engine='ray'"),
    ],
)
def test_options_that_do_not_fit_the_engine_are_refused(tmp_path, given, words):
    with pytest.raises(InferenceError, match=words):
        tally_corpus({"aa": ["text"]}, "bundled:gpt2", tmp_path / "out", **given)
    assert not (tmp_path / "out").exists()
