"""Published truths: the table that ships, and inferred shares compared with it, through a local hub and from files."""

from __future__ import annotations

import json

import pytest
from hub_server import Repository
from trained import SAMPLES, samples, train_on
from typer.testing import CliRunner

import bpeinfer as bi
from bpeinfer.cli import app
from bpeinfer.validation import Component, Validation, published_truths

TRUTHS = published_truths()


def component(truth: float, share: float, interval=None) -> Component:
    return Component(
        name="x",
        truth=truth,
        byte_share=share,
        pair_share=share,
        unit_share=share,
        total_interval=interval,
        categories=("x",),
    )


def test_at_least_twenty_truths_ship_each_with_where_it_is_said():
    assert len(TRUTHS) >= 20
    for truth in TRUTHS.values():
        assert truth.url.startswith(("https://", "pkg:"))
        assert truth.sure in ("confirmed", "named", "disputed")
        assert truth.unit in ("bytes", "texts", "weights", "not stated")
        assert truth.shares.keys() == truth.categories.keys()
        assert 0 < sum(truth.shares.values()) <= 1 + 1e-9


@pytest.mark.parametrize("truth", TRUTHS.values(), ids=TRUTHS.keys())
def test_every_share_has_samples_in_the_starter_pack(truth):
    starter = bi.starter_corpus()
    for share in truth.shares:
        assert truth.samples_of(share, starter.names, starter.groups), share


def test_overlap_accuracy_is_one_less_the_total_variation():
    truth = TRUTHS["mix-tok-v1"]
    row = Validation(
        truth=truth,
        source="",
        components=(component(0.6, 0.5, (0.4, 0.55)), component(0.3, 0.3, (0.2, 0.4))),
        estimate=None,
        error=None,
    )
    assert row.overlap == pytest.approx(0.9)  # the rest is 0.1 and 0.2
    assert row.to_dict()["held"] == 1
    assert Validation(truth=truth, source="", components=(), estimate=None, error="no").overlap is None


def test_sum_of_unknown_categories_is_refused(tmp_path):
    estimate = bi.infer(train_on(tmp_path / "tokenizer.json", merges=300), samples(), resamples=0)
    both = estimate.sum_of(["fr", "de"])
    assert both["byte_share"] == pytest.approx(estimate.proportions["fr"] + estimate.proportions["de"])
    with pytest.raises(bi.BpeInferError, match="no category 'xx'; there are: "):
        estimate.sum_of(["xx"])


@pytest.mark.long
def test_hub_tokenizers_are_inferred_and_the_others_are_said_to_be_out_of_reach(hub, tmp_path):
    path = train_on(tmp_path / "tokenizer.json", {"es": 0.6, "fr": 0.4})
    hub.repositories["DeepESP/gpt2-spanish"] = Repository({"tokenizer.json": path.read_bytes()})
    validated = bi.validate(["gpt2-spanish", "starcoder", "nanochat"], samples("es,fr,de,python"))
    spanish, starcoder, nanochat = validated.rows
    assert spanish.error is None
    assert spanish.overlap == pytest.approx(0.6, abs=0.03)
    assert spanish.components[0].categories == ("es",)
    assert "bigcode/starcoder" in starcoder.error
    assert "nanochat=FILE" in nanochat.error
    page = str(validated)
    assert "1 of 3 tokenizers with published shares inferred" in page
    assert json.loads(json.dumps(validated.to_dict()))["tokenizers"][0]["held"] in (0, 1)


@pytest.mark.long
def test_command_reads_files_in_place_of_the_hub(tmp_path):
    path = train_on(tmp_path / "tokenizer.json", {"es": 0.6, "fr": 0.4}, merges=600)
    shell = ["validate", "--corpus", str(SAMPLES), "--no-cache", "--workers", "1"]
    done = CliRunner().invoke(app, [*shell, f"gpt2-spanish={path}", "--csv", "-"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1].startswith("gpt2-spanish,bytes,confirmed,")
    none = CliRunner().invoke(app, [*shell, "nanochat", "--json"])
    assert none.exit_code == 2
    assert "nanochat=FILE" in json.loads(none.stdout)["tokenizers"][0]["error"]


def test_a_share_of_texts_is_compared_in_texts(tmp_path):
    path = train_on(tmp_path / "tokenizer.json", {"es": 0.6, "fr": 0.4}, merges=300)
    corpus = samples("es,fr,python")
    (row,) = bi.validate({"tralalabs-3min-32k": path}, corpus).rows
    assert row.truth.unit == "texts"
    spanish = next(one for one in row.components if one.categories == ("es",))
    assert spanish.unit_share == pytest.approx(row.estimate.shares_in("texts")["es"])
    assert spanish.unit_share != pytest.approx(spanish.byte_share, abs=1e-3)
    assert "in that unit %" in str(bi.Validations((row,)))


def test_one_that_cannot_be_read_does_not_stop_the_others(tmp_path):
    path = train_on(tmp_path / "tokenizer.json", {"es": 0.6, "fr": 0.4}, merges=300)
    named = {"gpt2-spanish": path, "starcoder": tmp_path / "none.json", "nanochat": ""}
    spanish, starcoder, nanochat = bi.validate(named, samples("es,fr"), merges=400).rows
    assert spanish.estimate.merges == 300
    assert "no such file" in starcoder.error
    assert "nanochat=FILE" in nanochat.error


def test_disputed_shares_do_not_count_and_intervals_only_for_shares_of_bytes(tmp_path):
    path = train_on(tmp_path / "tokenizer.json", {"es": 0.6, "fr": 0.4}, merges=300)
    named = {"charylu-nocode-150k": path, "gpt2-spanish": path, "starcoder": path}
    pages = [
        str(bi.validate(dict(list(named.items())[:number]), samples("es,fr,python"))) for number in (1, 3)
    ]
    assert "The published shares are disputed" in pages[0]
    assert "without 1 disputed; " in pages[1]
    assert "of 1 total intervals contain a truth in bytes" in pages[1]


def test_list_shows_truths_without_inferring():
    shown = CliRunner().invoke(app, ["validate", "--list", "starcoder"])
    assert shown.exit_code == 0
    assert "bigcode/starcoder" in shown.stdout
    everything = CliRunner().invoke(app, ["validate", "--list", "--json"])
    assert len(json.loads(everything.stdout)) == len(TRUTHS)


def test_unknown_and_repeated_names_are_refused():
    unknown = CliRunner().invoke(app, ["validate", "nothing"])
    assert "no published truth is called 'nothing'; there are: tralalabs-3min-32k" in str(unknown.exception)
    twice = CliRunner().invoke(app, ["validate", "starcoder", "starcoder=x"])
    assert "starcoder is given twice" in str(twice.exception)
