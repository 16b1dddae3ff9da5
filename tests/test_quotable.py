"""What a report says may be quoted: no single category under a doubtful verdict, and nothing without an interval."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from bpeinfer.cli import app
from bpeinfer.diagnostics.bootstrap import Bootstrap
from bpeinfer.diagnostics.shown import SAY_LITTLE
from bpeinfer.diagnostics.total import NAMED_FROM, find_vague
from bpeinfer.diagnostics.verdict import Verdict
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.reports.estimate_page import estimate_as_text
from bpeinfer.reports.estimate_report import estimate_document, in_words
from bpeinfer.reports.evidence import evidence_document
from bpeinfer.reports.formats import FORMATS
from bpeinfer.reports.inspection import lineage_lines
from bpeinfer.reports.quotable import quotable_parts
from bpeinfer.reports.table_of_results import differences_document, table_document
from bpeinfer.side_by_side import compare_results
from bpeinfer.stored_estimate import StoredEstimate

# Groups: prose of fr and de, code of python alone.
SMALL = json.loads((Path(__file__).parent / "small_result.json").read_text("utf-8"))


def changed(verdict, group="", **of_python):
    """The small result with this verdict, whose category python is in the group given, and has these values."""
    result = copy.deepcopy(SMALL) | {"verdict": verdict}
    entry = next(entry for entry in result["categories"] if entry["name"] == "python")
    entry |= {"group": group or None, **of_python}
    result["groups"] = [one for one in result["groups"] if one["name"] != "code" or group == "code"]
    return result


def markdown(result):
    return FORMATS["markdown"](estimate_document(result))


@pytest.mark.parametrize("group", ["", "code"])
def test_a_doubtful_verdict_lets_no_category_be_quoted_as_if_it_were_a_group(group):
    result = changed("doubtful", group)
    assert [part["name"] for part in quotable_parts(result)] == ["prose"]
    assert f"like the “prose” samples; of “{group or 'python'}” no share can be quoted" in in_words(result)


def test_a_doubtful_result_whose_groups_are_single_categories_has_nothing_to_quote():
    result = copy.deepcopy(SMALL) | {"verdict": "doubtful"}
    for entry in result["categories"]:
        entry["group"] = entry["name"]
    result["groups"] = [entry | {"group": None} for entry in result["categories"]]
    assert in_words(result) == ""
    assert "**No share can be quoted: single categories are too uncertain" in markdown(result)


def test_a_share_without_an_interval_is_not_in_the_sentence_to_quote():
    said = in_words(changed("good", total_interval=None))
    assert "the “python” samples" not in said
    assert "of “python” no share can be quoted" in said


def test_vague_categories_without_a_group_are_not_quoted_and_no_group_of_theirs_is_spoken_of():
    for group in ("", "code"):
        page = markdown(changed("good", group) | {"vague": ["python"]})
        assert "can be quoted, each with its total interval, except those named next.**" in page
        assert "Not to be quoted: python. Its interval is too wide to say much.\n" in page
        assert "“python” samples" not in page
        assert f"of “{group or 'python'}” no share can be quoted" in page
    page = markdown(changed("good", "code") | {"vague": ["fr", "python"]})
    assert "Not to be quoted alone: fr. Its interval is too wide to say much; quote its group.\n" in page


def test_where_every_share_is_vague_the_report_says_that_none_can_be_quoted():
    result = copy.deepcopy(SMALL) | {"groups": [], "vague": ["fr", "de", "python"]}
    for entry in result["categories"]:
        entry["group"] = None
    assert "**No share can be quoted, though the samples explain the merges" in markdown(result)


@pytest.mark.parametrize(
    ("groups", "advice"),
    [
        (
            ("a", "a", ""),
            "quote; but not x alone, whose intervals say little: quote their group; nor z, whose …",
        ),
        (("", "", ""), "quote; but not x, z, whose intervals say little"),
        (("a", "a", "b"), "quote; but not x alone, whose …: quote their group; nor z, whose …"),
    ],
)
def test_the_advice_names_a_group_only_where_there_is_one(groups, advice):
    fit = SimpleNamespace(verdict=Verdict.GOOD, advice="quote")
    estimate = SimpleNamespace(fit=fit, vague=("x", "z"), categories=("x", "y", "z"), groups=groups)
    said = MixtureEstimate.advice.fget(estimate)
    assert np.all([part in said for part in advice.split("…")])


PARTLY = copy.deepcopy(SMALL)
PARTLY["not_in_categories"] |= {"at_least": 0.31, "interval": [0.152, 0.468]}


def test_where_part_of_the_text_is_in_no_category_no_format_shows_decimals_and_all_say_what_shares_are_of():
    pages = [
        estimate_as_text(PARTLY),
        *(FORMATS[name](estimate_document(PARTLY)) for name in ("markdown", "html")),
    ]
    for page in pages:
        assert not re.search(r"(30|50|81|18)\.\d", page[: page.index("43 of 1,500")])
        assert "the text that is in these categories, which is at most 69 % of all" in page
        assert re.search(r"≥ 31 \(15 - 47\)", page)
    row = table_document([PARTLY]).sections[0].blocks[0].rows[0]
    assert row[1:4] == ("81 (80–83)", "19 (17–20)", "≥ 31 (15 - 47)")


def test_results_of_which_one_is_poor_are_not_said_to_differ():
    other = changed("poor", "code")
    for first, second in ((PARTLY, other), (other, PARTLY)):
        table = differences_document(first, second).sections[0].blocks[0]
        assert {row[-2:] for row in table.rows} == {("", "")}
        assert "nothing is said of whether the two differ" in FORMATS["markdown"](
            differences_document(first, second)
        )
    table = differences_document(PARTLY, PARTLY).sections[0].blocks[0]
    assert {row[-1] for row in table.rows} == {"no"}


def test_unlike_categories_with_wide_intervals_are_not_said_to_be_indistinguishable():
    same = {"names": ["fr", "python"], "reason": SAY_LITTLE, "byte_share": 0.69, "pair_share": 0.7}
    page = estimate_as_text(SMALL | {"indistinguishable": [same]})
    assert "fr and python: the interval of each alone says little; together 69.00 % of bytes" in page
    assert "cannot be told apart" not in page


def test_a_tiny_share_is_named_for_no_vague_interval():
    shares = np.array([0.6, 0.396, 0.004])
    resampled = shares + np.outer([1, -1] * 5, [0.0, 0.03, 0.03])
    groups = ["", "", ""]
    drawn = Bootstrap(resampled, resampled, resampled, resampled)
    assert find_vague(shares, drawn, groups).tolist() == [False, True, True]
    assert find_vague(shares, drawn, groups, NAMED_FROM).tolist() == [False, True, False]


def test_merges_that_lack_support_and_absent_merges_do_not_contradict_each_other():
    page = estimate_as_text(SMALL | {"merges_absent": 30})
    assert "43 of 1,500 merges, 0.6 % of the list's mass, lack support in the fitted mixture" in page
    assert (
        "30 absent from all samples (2.0 %; only those frequent enough to be expected there lack support)"
        in page
    )
    assert "only those" not in estimate_as_text(SMALL | {"merges_absent": 0})


def test_a_table_says_why_cells_are_empty_and_tells_rows_of_one_tokenizer_apart_by_their_files(tmp_path):
    alone = copy.deepcopy(SMALL) | {"groups": []}
    for entry in alone["categories"]:
        entry["group"] = None
    paths = [tmp_path / "with.json", tmp_path / "without.json"]
    for path, result in zip(paths, (SMALL, alone), strict=True):
        path.write_text(json.dumps(result), "utf-8")
    page = " ".join(CliRunner().invoke(app, ["table", *map(str, paths)]).output.split())
    assert (
        "The samples of without have no groups, so these cells are empty: name categories as columns" in page
    )
    assert "with 81" in page
    page = CliRunner().invoke(app, ["table", *map(str, paths), "--columns", "fr,de"]).output
    assert "have no groups" not in page


def test_a_token_that_was_first_passed_over_and_then_merged_is_said_to_be_so():
    pulls = [
        {
            "kind": kind,
            "rank": rank,
            "token": "    ",
            "pair": ["  ", "  "],
            "count": 9,
            "others": 1,
            "effect": effect,
        }
        for kind, rank, effect in (("merge", 10, -1.0), ("rival", 9, 1.0))
    ]
    page = FORMATS["markdown"](evidence_document(SMALL | {"evidence": {"python": pulls}}, "python"))
    assert "up to rank 9, before it merged it, though this sample has much of it" in page


def test_differences_are_a_frame_of_one_row_for_each_group_and_category():
    pandas = pytest.importorskip("pandas")
    stored = StoredEstimate(SMALL)
    frame = compare_results(stored, stored).to_frame()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["name"].tolist() == [entry["name"] for entry in (*SMALL["groups"], *SMALL["categories"])]
    assert (frame["difference"] == 0).all()


def test_lists_that_only_share_merges_are_not_read_as_relatives():
    relative = {
        "name": "GPT-2", "since": "2019-02", "length": 50_000, "common_head": 0, "exact": False,
        "shared_merges": 3_800.0, "shared_error": 500.0, "relation": "unrelated", "without_numbers": False,
    }  # fmt: skip
    result = {"lineage": [relative], "copied_head": 0, "learned_merges": 7_000}
    assert (
        lineage_lines(result)[-1] == "  copied from none of these: lists of similar text share merges anyway"
    )
    assert (
        "none of these" not in lineage_lines(result | {"lineage": [relative | {"relation": "extends"}]})[-1]
    )
