"""Reports to hand over: nothing in them comes from elsewhere, names cannot break out, figures are the result's."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bpeinfer.cli import app
from bpeinfer.reports.document import Document, Items, Section, Table, Text
from bpeinfer.reports.estimate_page import estimate_as_text
from bpeinfer.reports.estimate_report import estimate_document, in_words, records_of
from bpeinfer.reports.formats import FORMATS
from bpeinfer.reports.numbers import decimals_of
from bpeinfer.reports.table_of_results import table_document
from bpeinfer.stored_estimate import check_result, load_estimate

STORED = Path(__file__).with_name("small_result.json")
SMALL = json.loads(STORED.read_text("utf-8"))
NASTY = "</title><script>alert(1)</script>\u202e\x1b[2J|$x_1${}\\end{document}\n`&\"'"
VOID = {"meta", "link"}


class Page(HTMLParser):
    """Parses a page and records its tags, attributes, text, and elements left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def with_every_word(value: Any, word: str, place: str = "") -> Any:
    """Put a word in place of every string that no schema fixes."""
    if isinstance(value, dict):
        if place in ("files", "libraries", "unexplained_scripts", "scripts") and "bytes" not in value:
            return {word: next(iter(value.values()))}
        return {key: with_every_word(inner, word, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_every_word(inner, word, place) for inner in value]
    fixed = place in ("verdict", "kind", "fingerprint") or "sha256" in place
    return word if isinstance(value, str) and not fixed else value


def test_a_page_fetches_nothing_and_runs_nothing():
    page = Page(FORMATS["html"](estimate_document(SMALL)))
    assert page.open == []
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "iframe", "object", "form", "a"}
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("href", "data:,") == "data:,"
        assert "src" not in attributes, tag
    assert "default-src 'none'" in str(page.tags)
    style = FORMATS["html"](estimate_document(SMALL)).split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_a_page_can_be_read_by_a_screen_reader():
    page = Page(FORMATS["html"](estimate_document(SMALL)))
    by_tag: dict[str, list[dict[str, str | None]]] = {}
    for tag, attributes in page.tags:
        by_tag.setdefault(tag, []).append(attributes)
    assert by_tag["html"] == [{"lang": "en"}]
    assert len(by_tag["h1"]) == len(by_tag["main"]) == 1
    assert len(by_tag["caption"]) == len(by_tag["table"]) > 2
    assert all("scope" in head for head in by_tag["th"])
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    pointed = [
        attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes
    ]
    assert set(pointed) <= set(ids)
    pictures = [attributes for _, attributes in page.tags if attributes.get("role") == "img"]
    assert all(picture.get("aria-label") or picture.get("aria-labelledby") for picture in pictures)
    assert all(region["tabindex"] == "0" for region in by_tag["div"] if region.get("role") == "region")


def test_no_name_from_a_file_breaks_out_of_a_report():
    nasty = check_result(with_every_word(SMALL, NASTY), "result.json")
    document = estimate_document(nasty)
    page = Page(FORMATS["html"](document))
    assert page.open == []
    assert [tag for tag, _ in page.tags].count("title") == [
        tag for tag, _ in Page(FORMATS["html"](estimate_document(SMALL))).tags
    ].count("title")
    assert not {"script"} & {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text
    for text in (write(document) for write in FORMATS.values()):
        assert "\u202e" not in text
        assert "\x1b" not in text
    assert "<" not in re.sub(r"(`+).*?[^`]\1(?!`)", "", FORMATS["markdown"](document))
    latex = FORMATS["latex"](document)
    assert r"\end{document}" not in "".join(line for line in latex.splitlines() if not line.startswith("%"))


def test_latex_is_balanced_and_every_row_has_its_columns():
    for result in (SMALL, check_result(with_every_word(SMALL, NASTY), "")):
        lines = [
            line
            for line in FORMATS["latex"](estimate_document(result)).splitlines()
            if not line.startswith("%")
        ]
        bare = re.sub(r"\\[{}&%$#_\\]", "", "\n".join(lines))
        assert bare.count("{") == bare.count("}")
        for table in "\n".join(lines).split(r"\begin{tabular}")[1:]:
            columns = len(re.match(r"\{([lr]+)\}", table)[1])
            rows = [line for line in table.splitlines() if line.endswith(r" \\")]
            assert len(rows) > 2
            assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {columns - 1}


def test_latex_tables_wider_than_the_text_are_made_smaller():
    latex = FORMATS["latex"](estimate_document(SMALL))
    assert latex.count(r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%") == latex.count(
        r"\end{tabular}}"
    )
    assert "booktabs,graphicx" in latex


def test_a_citation_names_no_path_of_the_machine():
    for source, repository, cited in (
        ("/home/me/models/tokenizer.json", None, "of mine"),
        ("owner/name@main", "owner/name", "of owner/name@main"),
    ):
        tokenizer = SMALL["tokenizer"] | {"name": "mine", "source": source, "repository": repository}
        page = FORMATS["markdown"](estimate_document(SMALL | {"tokenizer": tokenizer}))
        (line,) = [line for line in page.splitlines() if line.startswith("Estimate: ")]
        assert cited in line
        assert "/home/me" not in line


def test_without_intervals_shares_have_one_decimal_unless_the_list_is_reproduced_exactly():
    bare = [
        {key: value for key, value in entry.items() if not key.endswith("interval")}
        for entry in SMALL["categories"]
    ]
    result = SMALL | {"resamples": 0, "categories": bare}
    assert decimals_of(result) == 1
    assert decimals_of(result | {"resamples": 20}) == 1  # too few documents for an interval
    assert decimals_of(result | {"fit": SMALL["fit"] | {"misfit": 1e-16}}) == 2


def test_csv_holds_the_shares_of_the_json():
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"](estimate_document(SMALL)))))
    entries = [*SMALL["groups"], *SMALL["categories"]]
    assert [row["name"] for row in rows] == [entry["name"] for entry in entries]
    for row, entry in zip(rows, entries, strict=True):
        assert float(row["byte_share"]) == entry["byte_share"]
        assert [float(row[f"pair_share_total_{end}"]) for end in ("low", "high")] == entry["total_interval"][
            "pair_share"
        ]


def test_csv_marks_what_was_left_out_or_not_chosen():
    name = SMALL["categories"][-1]["name"]
    left_out = {
        "names": [name],
        "byte_share": 0.1,
        "pair_share": 0.1,
        "found": 2,
        "missing": 9,
        "examples": [],
    }
    kind = {"byte_share": 0.04, "pair_share": 0.03, "examples": []}
    kinds = [
        kind | {"names": ["go", "rust"], "found": 12, "missing": 1, "present": True},
        kind | {"names": ["lua"], "found": 1, "missing": 3, "present": False},
        kind | {"names": ["tcl"], "found": 3, "missing": 0, "present": False},
    ]
    result = SMALL | {"ruled_out": [left_out], "not_chosen": {"kinds": kinds}}
    rows = list(
        csv.DictReader(io.StringIO(FORMATS["csv"](Document(title="", records=tuple(records_of(result))))))
    )
    marked = {row["name"]: row for row in rows if row["standing"]}
    assert {name: row["standing"] for name, row in marked.items()} == {
        name: "left out",
        "go, rust": "in the list",
        "lua": "not clear",
        "tcl": "too few own merges to tell",
    }
    assert (marked[name]["kind"], marked["lua"]["kind"]) == ("category", "not chosen")
    assert [marked["lua"][f"own_merges_{which}"] for which in ("found", "missing")] == ["1", "3"]
    assert float(marked["lua"]["byte_share"]) == 0.04
    assert len(rows) == len(SMALL["groups"]) + len(SMALL["categories"]) + len(kinds)


def test_csv_cells_are_no_formulas():
    text = FORMATS["csv"](Document(title="", records=({"name": "=HYPERLINK(1)", "share": -0.5},)))
    assert list(csv.reader(io.StringIO(text))) == [["name", "share"], ["'=HYPERLINK(1)", "-0.5"]]


def test_markdown_tables_have_one_row_a_line():
    table = Table(caption="a", columns=("name", "share"), rows=(("a|b\nc", "1"), ("*d*", "2")))
    text = FORMATS["markdown"](Document(title="t", sections=(Section("s", (table,)),)))
    assert r"| a\|b\\nc | 1 |" in text
    assert r"| \*d\* | 2 |" in text
    tokens = FORMATS["markdown"](
        Document(title="t", lead=(Text("x"),), sections=(Section("s", (Items(("`",), True),)),))
    )
    assert "`` ` ``" in tokens


def test_withheld_shares_are_in_no_format_but_by_force():
    result = copy.deepcopy(SMALL) | {"withheld": "too little to say", "verdict": "poor"}
    for name in ("html", "markdown", "latex"):
        text = FORMATS[name](estimate_document(result))
        assert "50.7" not in text
        assert "50.7" in FORMATS[name](estimate_document(result, force=True))
    assert in_words(result) == ""


@pytest.mark.parametrize(("verdict", "expected"), [("good", True), ("doubtful", True), ("poor", False)])
def test_the_sentence_to_quote_is_there_unless_nothing_can_be_quoted(verdict, expected):
    sentence = in_words(SMALL | {"verdict": verdict})
    assert ("81.5 % (79.7–83.3) are like the “prose” samples" in sentence) == expected


def test_a_doubtful_result_without_groups_has_no_sentence():
    assert in_words(SMALL | {"verdict": "doubtful", "groups": []}) == ""


def test_a_category_without_a_group_stands_beside_the_groups():
    own = SMALL["categories"][0] | {"name": "mine", "title": "", "group": ""}
    result = SMALL | {"categories": [own, *SMALL["categories"][1:]], "verdict": "good"}
    assert "the “mine” samples" in in_words(result)
    page = estimate_as_text(result)
    groups = page[page.index("\n\n", page.index("\nmine ")) :]
    assert "\nmine " in groups
    report = FORMATS["markdown"](estimate_document(result))
    assert "mine" in report[report.index("## Groups") : report.index("## Most similar")]
    assert "mine %" in table_document([result], "bytes", ()).sections[0].blocks[0].columns


def test_report_writes_each_format_and_infer_s_page_is_the_same(tmp_path):
    files = {name: tmp_path / f"page.{name}" for name in FORMATS}
    options = [part for name, path in files.items() for part in (f"--{name}", str(path))]
    answer = CliRunner().invoke(app, ["report", str(STORED), *options])
    assert answer.exit_code == 0
    assert answer.output.rstrip("\n") == str(load_estimate(STORED))
    for name, path in files.items():
        assert path.read_text("utf-8") == FORMATS[name](estimate_document(SMALL))
    stored = load_estimate(STORED)
    for name in FORMATS:
        assert getattr(stored, f"to_{name}")() == FORMATS[name](estimate_document(SMALL))


def test_a_dash_prints_the_report_in_place_of_the_page():
    both = CliRunner().invoke(app, ["report", str(STORED), "--csv", "-", "--latex", "-"])
    assert "--csv and --latex would both be printed" in str(both.exception)
    answer = CliRunner().invoke(app, ["report", str(STORED), "--csv", "-"])
    assert answer.output == FORMATS["csv"](estimate_document(SMALL))


def test_a_report_that_could_not_be_written_is_refused_before_the_work(tmp_path):
    missing = tmp_path / "none" / "page.html"
    answer = CliRunner().invoke(app, ["infer", "no-such-tokenizer", "--html", str(missing)])
    assert "--html" in str(answer.exception)
    assert "there is no folder" in str(answer.exception)


def test_reports_of_inspect_and_compare_have_every_figure_of_the_printed_page(small, tmp_path):
    for command in (["inspect", str(small)], ["compare", str(small), "bundled:gpt2"]):
        shown = CliRunner().invoke(app, command).output
        files = [tmp_path / "page.html", tmp_path / "page.md"]
        answer = CliRunner().invoke(app, [*command, "--html", str(files[0]), "--markdown", str(files[1])])
        assert answer.exit_code == 0, answer.exception
        assert Page(files[0].read_text("utf-8")).open == []
        figures = set(re.findall(r"\d[\d,.]*", re.sub(r"and [\d,]+ more", "", shown)))
        for file in files:
            assert figures <= set(re.findall(r"\d[\d,.]*", file.read_text("utf-8")))


PART = {
    "first_merge": 0,
    "last_merge": 2999,
    "status": "named",
    "family": "ids",
    "rule": None,
    "words": "smallest pair of ids",
    "trainers": ["a trainer\x1b[2J"],
    "ascending_by_tenths": [0.5, 0.9],
    "merges_a_level": 2.0,
    "evidence": [],
}
SIZE = {
    "status": "measured",
    "reason": None,
    "bytes": 2.5e9,
    "interval": [2e9, 3e9],
    "basis": "ties",
    "rule": "ids",
    "first_merge": 100,
    "last_merge": 2999,
    "last_count": 12.0,
    "merges_absent": 0.0,
    "windows": [
        {
            "first": 100,
            "last": 2999,
            "neighbours": 2000,
            "ascending": 0.9,
            "merges_a_level": 2.0,
            "bytes": 2.4e9,
            "interval": [2e9, 3e9],
        }
    ],
}


def test_trainer_and_size_stand_on_the_page_and_in_every_report():
    result = check_result(SMALL | {"trainer": [PART], "training_size": SIZE}, "result.json")
    page = estimate_as_text(result)
    assert "training text: about 2.5 GB (95 %: 2 GB to 3 GB)" in page
    assert "trainer: ties by smallest pair of ids" in page
    assert "\x1b" not in page
    for kind in ("html", "markdown"):
        written = FORMATS[kind](estimate_document(result))
        assert "about 2.5 GB" in written
        assert "2.4 GB" in written
    without = SIZE | {"bytes": None, "interval": [None, None], "windows": []}
    assert "size unknown" in estimate_as_text(result | {"training_size": without})


def test_without_resamples_no_share_is_said_to_be_quotable():
    bare = {
        field: [
            {key: value for key, value in entry.items() if key not in ("total_interval", "interval")}
            for entry in SMALL[field]
        ]
        for field in ("categories", "groups", "indistinguishable")
    }
    result = SMALL | bare | {"resamples": 0}
    assert "quote no share without its total interval: run again with --resamples 20" in estimate_as_text(
        result
    )
    assert "can be quoted" not in " ".join(text.text for text in estimate_document(result).lead)


@pytest.mark.parametrize(
    ("resamples", "what"), [(5, "run again with --resamples 20"), (20, "give more documents")]
)
def test_where_no_share_has_an_interval_the_advice_does_not_speak_of_theirs(resamples, what):
    none: dict[str, Any] = {"total_interval": None, "interval": None}
    bare = {field: [entry | none for entry in SMALL[field]] for field in ("categories", "groups")}
    result = SMALL | bare | {"resamples": resamples, "vague": [], "indistinguishable": []}
    said = f"quote no share without its total interval: {what}"
    assert said in estimate_as_text(result)
    lead = estimate_document(result).lead
    assert lead[0].text.startswith(said[0].upper() + said[1:])
    assert "can be quoted" not in " ".join(text.text for text in lead)


def test_shares_of_a_poor_result_are_marked_in_every_table():
    page = estimate_as_text(SMALL | {"verdict": "poor"})
    assert page.index("\npoor: ") < page.index("\ncategory ")
    assert page.count("\npoor: ") == 1
    document = estimate_document(SMALL | {"verdict": "poor"})
    assert "not to be quoted" in FORMATS["latex"](document)
    shares = [section for section in document.sections if "not to be quoted" in section.title]
    assert len(shares) == 2
    assert all(section.folded for section in shares)


def test_a_small_category_has_a_row_where_there_are_few():
    categories = [
        entry | {"byte_share": 0.0} if entry["name"] == "python" else entry for entry in SMALL["categories"]
    ]
    assert "python" in estimate_as_text(SMALL | {"categories": categories})
    none = {"byte_share": 0.004, "total_interval": {"byte_share": [0.0, 0.02], "pair_share": [0.0, 0.02]}}
    many = [SMALL["categories"][0] | none | {"name": f"other{number}"} for number in range(30)]
    surely = {"total_interval": {"byte_share": [0.001, 0.02], "pair_share": [0.001, 0.02]}}
    many[8] |= surely
    page = estimate_as_text(SMALL | {"categories": [*SMALL["categories"], *many], "provenance": None})
    assert "other7" not in page
    assert "other8" in page
    assert "(29 below 0.5 %)" in page


def test_shares_of_windows_outside_the_total_interval_are_said_to_be():
    assert "out of the total interval" not in estimate_as_text(SMALL)
    result = copy.deepcopy(SMALL)
    result["windows"][1]["groups"][0]["byte_share"] = 0.7
    said = "some windows take prose out of the total interval, which is for all these merges together"
    assert said in estimate_as_text(result)
    assert said.capitalize() in FORMATS["markdown"](estimate_document(result))
