"""Counts on disk, in bounded memory, are the same integers as counts in memory; nothing is left out or left behind."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
import typer
from gpt2 import gpt2
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import bpeinfer as bi
import bpeinfer.corpora.text_files
from bpeinfer.cli.tally import tally_command
from bpeinfer.counting import adding_up, block_counter, runs, units
from bpeinfer.counting.blocks import KeyCollisionError
from bpeinfer.counting.counts import join_parts
from bpeinfer.counting.memory import JOINED, Budget
from bpeinfer.counting.spill_folder import SpillFolder
from bpeinfer.errors import InferenceError, LimitError, OutputError
from bpeinfer.files import zstd
from bpeinfer.inference.clock import Clock
from bpeinfer.inference.tracing import follow_all
from bpeinfer.progress import SILENT

GPT2 = gpt2()
TINY = Budget(entries=2_000, pretokens=400)


def same(left, right):
    return (
        left.blob.tobytes() == right.blob.tobytes()
        and left.offsets.tolist() == right.offsets.tolist()
        and left.counts.indptr.tolist() == right.counts.indptr.tolist()
        and left.counts.indices.tolist() == right.counts.indices.tolist()
        and left.counts.data.tolist() == right.counts.data.tolist()
        and left.block_category.tolist() == right.block_category.tolist()
        and (left.categories, left.groups, left.fingerprint, left.text_sha256)
        == (right.categories, right.groups, right.fingerprint, right.text_sha256)
        and left.category_bytes.tolist() == right.category_bytes.tolist()
        and left.documents.tolist() == right.documents.tolist()
    )


def same_trajectories(left, right):
    names = ("merge_counts", "pair_left", "pair_right", "interval_pair", "interval_start", "interval_stop")
    return (
        all(
            np.array_equal(getattr(left, name), getattr(right, name))
            for name in (*names, "initial_pairs", "category_bytes")
        )
        and (left.interval_counts != right.interval_counts).nnz == 0
    )


def text_of(seed: int, documents: int, words: int = 30) -> list[str]:
    generator = np.random.default_rng(seed)
    syllables = np.array(["ba", "ter", "schaft", "ünge", "мир", "ность", "日本", "x1", "(", "the"])
    return [
        " ".join(
            "".join(syllables[generator.integers(0, 10, generator.integers(1, 6))]) for _ in range(words)
        )
        for _ in range(documents)
    ]


@pytest.fixture(scope="module")
def texts():
    return {name: text_of(seed, 40) for seed, name in enumerate(("aa", "bb", "cc"))}


@pytest.fixture
def files(tmp_path):
    """Two categories of two files each, compressed or not."""
    folder = tmp_path / "text"
    for seed, name in enumerate(("aa", "bb")):
        (folder / name).mkdir(parents=True)
        for number in range(2):
            lines = "".join(json.dumps({"text": text}) + "\n" for text in text_of(10 * seed + number, 60))
            (folder / name / f"{number}.jsonl").write_text(lines, "utf-8")
            packed = zstd.compress(lines.encode())
            (folder / name / f"{number}z.jsonl.zst").write_bytes(packed)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@settings(max_examples=15, deadline=None)
@given(
    documents=st.lists(
        st.lists(st.text(max_size=60) | st.just("a lengthy pretoken"), min_size=1, max_size=6),
        min_size=2,
        max_size=4,
    ),
    entries=st.integers(5, 300),
    pretokens=st.integers(4, 50),
)
def test_counts_and_trajectories_in_parts_match_those_in_memory(documents, entries, pretokens):
    texts = {f"c{number}": [*some, "and words"] for number, some in enumerate(documents)}
    held = bi.count_pretokens(texts, GPT2)
    spilled = bi.count_pretokens(texts, GPT2, memory=Budget(entries=entries, pretokens=pretokens))
    assert same(join_parts(list(spilled.parts())), held)
    merges = GPT2.merges.head(100)
    assert same_trajectories(bi.trace(merges, spilled), bi.trace(merges, held))


def test_trajectories_followed_by_two_processes_match_those_in_memory(texts):
    held = bi.count_pretokens(texts, GPT2)
    spilled = bi.count_pretokens(texts, GPT2, memory=Budget(entries=400, pretokens=80), workers=2)
    assert len(spilled.stored) >= 8
    merges, clock = GPT2.merges.head(100), Clock()
    followed = follow_all(merges, spilled, SILENT, clock, workers=2)
    assert same_trajectories(followed.trajectories, bi.trace(merges, held))
    assert set(clock.seconds) == {"replay", "aggregation"}


@given(
    numbers=st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-200, 300), max_size=5),
    kind=st.sampled_from(["i8", "i4", "u8", "u2"]),
)
def test_whole_numbers_written_in_fewer_bytes_are_read_as_they_were(numbers, kind):
    range_of = np.iinfo(kind)
    given = np.array([number for number in numbers if range_of.min <= number <= range_of.max], dtype=kind)
    folder = SpillFolder()
    stored = folder.write({"numbers": given, "shares": np.array([0.5])}, narrow=True)
    found = stored.read()
    assert found["numbers"].dtype == given.dtype
    assert found["numbers"].tolist() == given.tolist()
    assert found["shares"].tolist() == [0.5]
    half = len(given) // 2
    assert stored.read_array("numbers", half, 2).tolist() == given[half : half + 2].tolist()


def test_the_rarest_pairs_are_left_out_where_memory_does_not_hold_all(texts):
    """Those that are kept have their counts, those that are merged are kept, and no other is as frequent as is said."""
    merges = GPT2.merges.head(100)
    held = bi.trace(merges, bi.count_pretokens(texts, GPT2))
    budget = Budget(entries=2_000, pretokens=400, sums=300)
    spilled = bi.trace(merges, bi.count_pretokens(texts, GPT2, memory=budget))
    assert (spilled.merge_counts == held.merge_counts).all()
    assert spilled.initial_pairs.tolist() == held.initial_pairs.tolist()
    found = [
        {
            (int(left), int(right), int(start)): counts
            for left, right, start, counts in zip(
                one.pair_left[one.interval_pair],
                one.pair_right[one.interval_pair],
                one.interval_start,
                one.interval_counts.toarray().tolist(),
                strict=True,
            )
        }
        for one in (held, spilled)
    ]
    assert 0 < len(found[1]) < len(found[0]) / 2
    assert found[1].items() <= found[0].items()
    amounts = [
        np.asarray(found[0][missing]) @ (1 / held.category_bytes)
        for missing in found[0].keys() - found[1].keys()
    ]
    assert 0 < max(amounts) < spilled.left_out
    assert held.left_out == 0


def test_the_most_frequent_pretokens_that_memory_holds(texts):
    held = bi.count_pretokens(texts, GPT2).select(["cc", "aa"])
    for budget in (
        Budget(entries=10_000, pretokens=200),
        Budget(entries=300, pretokens=10_000),
        Budget(entries=10_000, pretokens=10_000),
    ):
        spilled = bi.count_pretokens(texts, GPT2, memory=budget)
        found, minimum = spilled.most_frequent(["cc", "aa"])
        expected = held if budget.entries == 10_000 else held.in_blocks(JOINED)
        assert same(found, expected.of_at_least(minimum))
        assert len(found) <= budget.pretokens
        assert found.counts.nnz <= budget.entries
        if minimum > 1:
            more = expected.of_at_least(minimum - 1)
            assert len(more) > budget.pretokens or more.counts.nnz > budget.entries
        assert same(spilled.select(["cc", "aa"]), held)
    assert minimum == 1


def test_neighbouring_blocks_are_joined():
    texts = {"aa": text_of(1, 40), "bb": text_of(2, 3)}
    counts = bi.count_pretokens(texts, GPT2)
    joined = counts.in_blocks(7)
    assert np.bincount(joined.block_category).tolist() == [7, 3]
    assert (joined.by_category() != counts.by_category()).nnz == 0
    assert (joined.counts[:, [6]] != counts.counts[:, 35:40].sum(axis=1)[:, None]).sum() == 0


def test_files_cut_and_taken_on_the_way_count_as_in_memory(files, monkeypatch):
    """Parts of files, several to a category, whose counts are added up on the way and written before a file ends."""
    monkeypatch.setattr(bpeinfer.corpora.text_files, "_SHARD", 20_000)
    monkeypatch.setattr(adding_up, "WAITING", 30_000)
    monkeypatch.setattr(block_counter, "CHUNK", 1 << 10)
    monkeypatch.setattr(block_counter, "_BATCH", 1 << 12)
    monkeypatch.setattr(runs, "_EVERY", 4)
    taken, take = [], block_counter.BlockCounter.take

    def counting_take(counter):
        taken.append(1)
        return take(counter)

    held = bi.count_pretokens(files, GPT2)
    monkeypatch.setattr(block_counter.BlockCounter, "take", counting_take)
    spilled = bi.count_pretokens(files, GPT2, memory=Budget(entries=2_000, pretokens=300))
    assert len(taken) > 8
    parts = list(spilled.parts())
    assert len(parts) > 5
    assert max(map(len, parts)) <= 2 * 300
    assert same(join_parts(parts), held)


def test_tallies_are_the_same_byte_for_byte(files, tmp_path):
    for number, min_count in enumerate((1, 3)):
        held = bi.tally_corpus(files, GPT2, tmp_path / f"h{number}", min_count=min_count)
        spilled = bi.tally_corpus(files, GPT2, tmp_path / f"s{number}", min_count=min_count, memory=TINY)
        assert contents(tmp_path / f"h{number}") == contents(tmp_path / f"s{number}")
        assert [(tally.distinct, tally.occurrences, tally.dropped) for tally in held] == [
            (tally.distinct, tally.occurrences, tally.dropped) for tally in spilled
        ]
    assert held[0].dropped > 0
    again = bi.count_pretokens(tmp_path / "s0", GPT2, memory=TINY)
    assert same(join_parts(list(again.parts())), bi.count_pretokens(tmp_path / "h0", GPT2))


def test_an_interrupted_tally_does_not_count_finished_categories_again(files, tmp_path, monkeypatch):
    straight = tmp_path / "straight"
    bi.tally_corpus(files, GPT2, straight, memory=TINY)
    counted, count_text = [], units._count_text

    def end_in_the_second_category(source, *rest):
        if source.path.parent.name == "bb" and not counted:
            raise KeyboardInterrupt
        return count_text(source, *rest)

    monkeypatch.setattr(units, "_count_text", end_in_the_second_category)
    with pytest.raises(KeyboardInterrupt):
        bi.tally_corpus(files, GPT2, tmp_path / "out", memory=TINY)
    assert (tmp_path / "out" / "aa.tally").exists()

    def only_the_second(source, *rest):
        counted.append(source.path.parent.name)
        return count_text(source, *rest)

    for path in (tmp_path / "out" / ".parts").glob("*.tally"):
        path.unlink()  # as where a part is too large to be kept
    monkeypatch.setattr(units, "_count_text", only_the_second)
    tallies = bi.tally_corpus(files, GPT2, tmp_path / "out", memory=TINY)
    assert set(counted) == {"bb"}
    assert contents(tmp_path / "out") == contents(straight)
    assert [tally.category for tally in tallies] == ["aa", "bb"]
    assert tallies[0].documents == 240


def test_keys_that_collide_only_across_parts_are_made_anew(texts, monkeypatch):
    held = bi.count_pretokens(texts, GPT2)
    join_runs, seeds = runs.join_runs, []

    def collide_once(given, *rest):
        seeds.append({run.seed for run, _ in given})
        if len(seeds) == 2:
            raise KeyCollisionError
        return join_runs(given, *rest)

    monkeypatch.setattr("bpeinfer.counting.spilling.join_runs", collide_once)
    spilled = join_parts(list(bi.count_pretokens(texts, GPT2, memory=TINY).parts()))
    assert seeds[0] == {0}
    assert seeds[-1] == {1}
    assert sorted(spilled.pretokens()) == sorted(held.pretokens())
    assert spilled.counts.sum() == held.counts.sum()
    assert spilled.counts.shape == held.counts.shape


@pytest.mark.long
def test_an_estimate_in_bounded_memory_is_the_same():
    """All figures but those of the training size, which are sums of floats in another order."""
    corpus = bi.load_corpus("bundled:starter", categories="de,fr,python,zh-cn", limit=20_000)
    how = {"merges": 300, "resamples": 10}
    held = bi.infer(GPT2, corpus, **how).to_dict()
    spilled = bi.infer(
        GPT2, corpus, memory=Budget(entries=8_000, pretokens=8_000, sums=4_000_000), **how
    ).to_dict()
    for result in (held, spilled):
        del result["seconds"], result["provenance"]["date"]
    sizes = [result.pop("training_size") for result in (held, spilled)]
    assert held == spilled
    assert sizes[0].get("bytes") == pytest.approx(sizes[1].get("bytes"))


def test_letters_and_baselines_are_the_same_for_a_tokenizer_over_characters(texts):
    from bpeinfer.baselines import baseline_shares
    from bpeinfer.diagnostics.letters import letters_without_sample, measure_coverage

    held = bi.count_pretokens(texts, GPT2)
    spilled = bi.count_pretokens(texts, GPT2, memory=TINY)
    letters = [text.encode() for text in ("bäh", "мин", "本ǂ", "я")]
    assert letters_without_sample(held, letters) == letters_without_sample(spilled, letters)
    merges = bi.MergeList.from_pairs([b"a", b"b", b"t", b"e", b"r"], [(b"t", b"e")], "character")
    for left, right in zip(
        vars(measure_coverage(held, merges)).values(),
        vars(measure_coverage(spilled, merges)).values(),
        strict=True,
    ):
        assert np.array_equal(left, right)
    gpt2 = GPT2.merges.head(300)
    assert baseline_shares("tc", gpt2, held).tolist() == baseline_shares("tc", gpt2, spilled).tolist()
    with pytest.raises(InferenceError, match="leave out tee or --memory"):
        baseline_shares("tee", gpt2, spilled)


def test_a_baseline_that_bounded_memory_does_not_allow_is_refused_before_text_is_counted(texts, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the text was counted")

    monkeypatch.setattr("bpeinfer.inference.job.counts_of", refuse)
    with pytest.raises(InferenceError, match="leave out tee or --memory"):
        bi.infer(GPT2, texts, baselines=["tee"], memory=TINY)
    with pytest.raises(InferenceError, match="no baseline 'best'"):
        bi.infer(GPT2, texts, baselines=["best"])


def test_files_on_disk_go_with_the_counts(texts, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    counts = bi.count_pretokens(texts, GPT2, memory=TINY)
    trajectories = bi.trace(GPT2.merges.head(100), counts)
    assert trajectories.merge_counts.any()
    assert len(list(tmp_path.rglob("*"))) > 5
    del counts
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_a_full_disk_and_jobs_that_need_all_counts_are_said_in_one_line(
    texts, tmp_path, monkeypatch
):
    with pytest.raises(LimitError, match=r"memory is 5000, expected at least 1,000,000,000 bytes"):
        bi.count_pretokens(texts, GPT2, memory=5_000)
    spilled = bi.count_pretokens(texts, GPT2, memory=TINY)
    with pytest.raises(InferenceError, match="these counts lie on disk"):
        bi.check_includes(GPT2, ["aa"], spilled)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bpeinfer.counting.spill_folder.tempfile.mkstemp", full)
    with pytest.raises(
        OutputError, match=r"No space left on device\); set TMPDIR to a folder on a disk with room"
    ):
        bi.count_pretokens(texts, GPT2, memory=TINY)


def test_the_command_takes_memory_with_units(files, tmp_path):
    app = typer.Typer()
    app.command()(tally_command)
    common = ["--tokenizer", "bundled:gpt2", "--corpus", str(files), "--workers", "1"]
    for name, extra in (("a", []), ("b", ["--memory", "1GB"])):
        result = CliRunner().invoke(app, [*common, "--output", str(tmp_path / name), *extra])
        assert result.exit_code == 0, result.output
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
