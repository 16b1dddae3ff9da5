"""Membership: a text's peculiar pieces beside those of controls, p-values, real trainers, and what is refused."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array
from trained import hugging_face
from typer.testing import CliRunner

import bpeinfer as bi
from bpeinfer.cli import app
from bpeinfer.membership import MemberStatus
from bpeinfer.membership.pieces import Pieces, peculiar_pieces
from bpeinfer.membership.result import TextPieces, judge_member, p_value_of

CONTROLS = 19
COMMON = [
    *("the", "of", "and", "to", "in", "that", "it", "is", "was", "for", "on", "are", "with"),
    *("as", "his", "they", "be", "at", "one", "have", "this", "from", "or", "had", "by"),
]


def pieces(counts: list[list[int]], found: list[bool]) -> Pieces:
    """Pieces with these counts (k × n)."""
    numbers = np.arange(len(counts), dtype=np.int32)
    return Pieces(
        left=numbers,
        right=numbers,
        rank=np.where(found, numbers, -1).astype(np.int32),
        counts=csc_array(np.array(counts, dtype=float)),
    )


def test_piece_is_peculiar_where_it_is_five_times_as_frequent_as_outside():
    # Columns: two texts. Expected in the reference: twice in 1,000 bytes for the last piece.
    made = pieces([[10, 0], [10, 8], [4, 0], [10, 0]], [True, True, True, False])
    found = peculiar_pieces(made, 2, np.array([1000.0, 1000.0]), np.array([0, 0, 0, 2.1e-3]), 0.0)
    assert found.text.tolist() == [0]
    assert found.piece.tolist() == [0]
    assert found.times.tolist() == [10 / 0.5]


def test_chance_is_how_many_equally_frequent_pieces_of_other_texts_the_list_has():
    # Text 0 has one piece, in the list; text 1 has eight like it, two of them in the list.
    counts = [[10, 0], *[[0, 10]] * 8]
    found = peculiar_pieces(
        pieces(counts, [True, True, True, *[False] * 6]), 2, np.full(2, 1e3), np.zeros(9), 0.0
    )
    in_all = (3 + 0.5) / (9 + 1)
    own = found.text == 0
    assert found.chance[own].tolist() == pytest.approx([(2 + 2 * in_all) / (8 + 2)])
    weight = np.log(10 / 0.5)
    chance = found.chance[own][0]
    spread = np.sqrt(1 + weight**2 * chance * (1 - chance))
    assert found.excess[0] == pytest.approx(weight * (1 - chance) / spread)
    assert found.excess[1] < 0


tables = st.integers(2, 5).flatmap(
    lambda texts: st.lists(
        st.tuples(st.lists(st.integers(0, 40), min_size=texts, max_size=texts), st.booleans()),
        min_size=1,
        max_size=30,
    )
)


@settings(max_examples=60)
@given(table=tables, seed=st.integers(0, 100))
def test_texts_in_another_order_have_the_same_excess(table, seed):
    """The p-value holds because all texts, the one in question among them, are treated alike."""
    counts, found = np.array([row for row, _ in table]), [there for _, there in table]
    texts = counts.shape[1]
    order = np.random.default_rng(seed).permutation(texts)
    sizes, expected = np.linspace(1000, 1100, texts), np.full(len(counts), 1e-3)
    excess = peculiar_pieces(pieces(counts.tolist(), found), texts, sizes, expected, 0.0).excess
    turned = peculiar_pieces(
        pieces(counts[:, order].tolist(), found), texts, sizes[order], expected, 0.0
    ).excess
    assert turned == pytest.approx(excess[order])


def text_pieces(excess: float, many: int = 20) -> TextPieces:
    return TextPieces(name="a", bytes=10, pieces=many, found=many // 2, expected=many / 4, excess=excess)


def test_p_value_counts_ties_against_the_text():
    controls = tuple(map(text_pieces, (3.0, 2.0, 1.0)))
    assert p_value_of(text_pieces(4.0), controls) == 1 / 4
    assert p_value_of(text_pieces(3.0), controls) == 2 / 4
    assert p_value_of(text_pieces(0.0), controls) == 1
    assert p_value_of(text_pieces(4.0), ()) is None


@given(st.lists(st.integers(0, 6), min_size=2, max_size=25))
def test_no_more_texts_have_a_small_p_value_than_it_says(excesses):
    """Each text in turn against all others: at most a share of p have a p-value of p or less."""
    made = [text_pieces(float(excess)) for excess in excesses]
    p_values = [p_value_of(one, tuple(made[:at] + made[at + 1 :])) for at, one in enumerate(made)]
    for p_value in p_values:
        assert np.mean(np.array(p_values) <= p_value) <= p_value + 1e-12


@pytest.mark.parametrize(
    ("controls", "p_value", "many", "status", "said"),
    [
        (0, None, 20, MemberStatus.NOT_TOLD, "without controls nobody knows"),
        (19, 0.05, 20, MemberStatus.IN_IT, "more than in all but a few of the 19 controls"),
        (19, 0.1, 20, MemberStatus.NOT_SEEN, "no more than in the controls"),
        (18, 1 / 19, 20, MemberStatus.NOT_TOLD, "no p-value is below 0.053: give at least 19"),
        (19, 0.1, 2, MemberStatus.NOT_TOLD, "too few pieces to tell"),
    ],
)
def test_answer_never_says_more_than_the_p_value_holds(controls, p_value, many, status, said):
    found, reason = judge_member(text_pieces(1.0, many), controls, p_value)
    assert found is status
    assert said in reason


def story(number: int, size: int) -> str:
    """A text of common words with names of its own."""
    chosen = random.Random(number)
    names = [
        "".join(chosen.choice("bdfgklmnprstvz") + chosen.choice("aeiou") for _ in range(4)) for _ in range(8)
    ]
    return " ".join(chosen.choice(names if chosen.random() < 0.1 else COMMON) for _ in range(size))


def trained(texts: list[str], path):
    hugging_face(texts, 250).save(str(path))
    return path


@pytest.fixture(scope="module")
def stories():
    return [story(number, 1500) for number in range(CONTROLS + 1)]


@pytest.fixture(scope="module")
def lists(tmp_path_factory, stories):
    """A list trained on other texts and the first story, and one trained on others alone."""
    folder = tmp_path_factory.mktemp("lists")
    others = [story(number, 500) for number in range(100, 115)]
    return {
        "with": trained([*others, stories[0]], folder / "with.json"),
        "without": trained(others, folder / "without.json"),
    }


SAMPLES = {"words": [" ".join(random.Random(0).choices(COMMON, k=3000))]}


def checked(path, stories, **options):
    controls = {f"story {number}": [text] for number, text in enumerate(stories[1:])}
    return bi.check_member(path, [stories[0]], SAMPLES, **({"controls": controls} | options))


def test_text_that_was_in_it_stands_out_among_all_controls(lists, stories):
    found = checked(lists["with"], stories)
    assert found.p_value == found.least_p_value == 1 / (CONTROLS + 1)
    assert found.status is MemberStatus.IN_IT
    assert found.text.found > found.text.expected
    assert "Evidence that it is in it: p = 0.05 among 19 controls, the least that" in str(found)
    assert "times as often as elsewhere)" in " ".join(str(found).split())
    data = json.loads(json.dumps(found.to_dict()))
    assert data["status"] == "in_it"
    assert data["found"][0]["rank"] < data["merges"]
    assert len(found.to_csv().splitlines()) == 2 + CONTROLS


def test_text_that_was_not_in_it_does_not(lists, stories):
    found = checked(lists["without"], stories)
    assert found.p_value > found.least_p_value
    assert found.status is not MemberStatus.IN_IT
    assert {piece.rank for piece in found.missing} == {None}


def test_without_controls_there_is_evidence_but_no_p_value(lists, stories):
    found = checked(lists["with"], stories, controls=None)
    assert (found.p_value, found.least_p_value, found.text.expected) == (None, None, None)
    assert found.status is MemberStatus.NOT_TOLD
    assert found.found
    assert all(piece.chance is None and piece.times >= 5 for piece in found.found)
    assert "no controls, no p-value" in str(found)


def test_texts_are_cut_to_one_size_and_small_controls_left_out(lists, stories):
    controls = {f"{number:02d}": [text] * 3 for number, text in enumerate(stories[1:])}
    found = checked(lists["with"], stories, controls=controls | {"small": ["the of and"]})
    assert len(found.controls) == CONTROLS
    assert any("smaller than half the text: 1 of 20" in note for note in found.notes)
    assert max(control.bytes for control in found.controls) <= 1.01 * found.text.bytes


def test_only_small_controls_are_refused(lists, stories):
    with pytest.raises(bi.BpeInferError, match="all controls are smaller than half the text"):
        checked(lists["with"], stories, controls={"small": ["the of and"]})


def test_pairs_too_frequent_for_the_list_show_that_not_all_of_it_was_in_it(lists, stories):
    found = replace(checked(lists["without"], stories), last_count=12.0, too_frequent=3)
    assert "Not all of it, as it is here, can be in the training text: 3 pairs" in " ".join(
        str(found).split()
    )


def test_command_reads_a_folder_of_controls(lists, stories, tmp_path):
    (tmp_path / "controls").mkdir()
    for number, text in enumerate(stories[1:]):
        (tmp_path / "controls" / f"{number:02d}.txt").write_text(text)
    (tmp_path / "mine.txt").write_text(stories[0])
    (tmp_path / "words.txt").write_text(SAMPLES["words"][0])
    shell = [
        "member",
        str(lists["with"]),
        str(tmp_path / "mine.txt"),
        "--controls",
        str(tmp_path / "controls"),
    ]
    shell += ["--corpus", str(tmp_path / "words.txt"), "--no-cache", "--workers", "1", "--json"]
    done = CliRunner().invoke(app, shell)
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert (data["p_value"], data["status"]) == (0.05, "in_it")
    assert data["text"]["name"] == "mine"
    assert [control["name"] for control in data["controls"]][:2] == ["00", "01"]
