"""Pictures of results: what is drawn is what the result says; names are text, not markup."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from shell import run_here
from typer.testing import CliRunner

from bpeinfer.cli import app
from bpeinfer.errors import InferenceError, OutputError
from bpeinfer.stored_estimate import StoredEstimate, load_estimate

STORED = Path(__file__).with_name("small_result.json")
SMALL = json.loads(STORED.read_text("utf-8"))


@pytest.fixture
def axes():
    return Figure().add_subplot()


def test_shares_are_drawn_where_they_are_largest_first(axes):
    assert load_estimate(STORED).plot(axes) is axes
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [float(dot.get_xdata()[0]) for dot in dots] == [
        pytest.approx(100 * entry["byte_share"]) for entry in SMALL["categories"]
    ]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Text: fr", "Text: de", "Text: python"]
    ranges = [line for line in axes.lines if line.get_marker() != "o"]
    assert [end / 100 for end in ranges[0].get_xdata()] == pytest.approx(
        SMALL["categories"][0]["total_interval"]["byte_share"]
    )
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_groups_drift_and_evidence_are_drawn(axes):
    estimate = load_estimate(STORED)
    assert len(estimate.plot_groups(axes).get_yticks()) == 2
    drift = estimate.plot_drift(Figure().add_subplot())
    assert [line.get_label() for line in drift.lines] == ["prose", "code"]
    shares = [
        {group["name"]: group["byte_share"] for group in window["groups"]} for window in SMALL["windows"]
    ]
    assert list(drift.lines[0].get_ydata()) == pytest.approx([100 * window["prose"] for window in shares])
    evidence = estimate.plot_evidence("fr", Figure().add_subplot())
    assert sum(len(bars) for bars in evidence.containers) == len(SMALL["evidence"]["fr"])


def test_what_cannot_be_drawn_is_said(axes):
    withheld = StoredEstimate(SMALL | {"withheld": "too little to say", "windows": [], "groups": []})
    with pytest.raises(InferenceError, match="too little to say"):
        withheld.plot(axes)
    assert withheld.plot(axes, force=True) is axes
    with pytest.raises(InferenceError, match="no windows to draw: infer with windows=4"):
        withheld.plot_drift(axes, force=True)
    with pytest.raises(InferenceError, match="no groups"):
        withheld.plot_groups(axes, force=True)
    with pytest.raises(InferenceError, match="no category 'nl'; there are: fr, de, python"):
        withheld.plot_evidence("nl", axes)
    with pytest.raises(InferenceError, match="no evidence was kept for 'python'"):
        withheld.plot_evidence("python", axes)


@pytest.mark.parametrize(
    ("name", "options", "magic"),
    [
        ("a.svg", [], b"<?xml"),
        ("a.png", ["--kind", "groups"], b"\x89PNG"),
        ("a.pdf", ["--kind", "drift"], b"%PDF"),
        ("b.svg", ["--kind", "evidence", "--category", "fr"], b"<?xml"),
    ],
)
def test_plot_writes_each_kind_of_file(tmp_path, name, options, magic):
    answer = CliRunner().invoke(app, ["plot", str(STORED), "--output", str(tmp_path / name), *options])
    assert answer.exit_code == 0, answer.exception
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_names_from_files_are_text_not_mathematics_or_markup(tmp_path):
    result = copy.deepcopy(SMALL)
    result["tokenizer"]["source"] = r"$\frac{<script>"
    for entry in result["categories"]:
        entry["title"] = r"$x^{<b>\nosuch"
    (tmp_path / "result.json").write_text(json.dumps(result))
    for kind in ("shares", "drift", "evidence"):
        options = ["--category", "fr"] if kind == "evidence" else []
        output = tmp_path / f"{kind}.svg"
        answer = CliRunner().invoke(
            app, ["plot", str(tmp_path / "result.json"), "--output", str(output), "--kind", kind, *options]
        )
        assert answer.exit_code == 0, answer.exception
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(output).iter()}
        assert not tags & {"script", "b"}


def test_characters_that_the_font_lacks_are_one_line_not_a_warning_each(tmp_path):
    result = copy.deepcopy(SMALL)
    for entry in result["categories"]:
        entry["title"] = "\U0001f7f0 \U00013000"  # in no font that comes with matplotlib
    (tmp_path / "result.json").write_text(json.dumps(result))
    done = run_here("plot", tmp_path / "result.json", "--output", tmp_path / "a.svg")
    assert done.returncode == 0
    assert done.stderr.startswith(b"bpeinfer: ")
    assert b"a.svg: the font lacks characters of some names" in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (["--output", "x.gif"], OutputError, "a picture ends in .svg, .png, .pdf"),
        (["--output", "x.svg", "--kind", "evidence"], InferenceError, "needs --category"),
        (["--output", "x.svg", "--top", "0"], InferenceError, "expected 1 or more"),
    ],
)
def test_wrong_options_are_refused(options, error, words):
    answer = CliRunner().invoke(app, ["plot", str(STORED), *options])
    assert isinstance(answer.exception, error)
    assert words in str(answer.exception)
