"""Known mixtures: drawing is fair and repeatable, a run resumes, and accuracy does not fall."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import bpeinfer as bi
import bpeinfer.experiments.running
from bpeinfer.cli import app
from bpeinfer.cli.experiment import report_command
from bpeinfer.errors import InferenceError, OutputError, ResultFileError
from bpeinfer.experiments import Design, count_texts, read_results, run_experiment, run_trial, summarise
from bpeinfer.experiments.design import draw_sample, draw_training
from bpeinfer.reports.experiments import draw_figures, results_as_text

CORPUS = Path(__file__).parents[1] / "fixtures" / "corpus"
SMALL = Design(n=4, trained_merges=1000, merges=(1000,))
TINY = Design(n=4, trained_merges=100, merges=(100,))


@cache
def halves():
    return bi.load_corpus(CORPUS / "train"), bi.load_corpus(CORPUS / "sample")


@cache
def little():
    """Few texts, for what does not depend on accuracy."""
    return tuple(bi.load_corpus(CORPUS / half, limit=20_000) for half in ("train", "sample"))


@cache
def texts():
    return count_texts(SMALL, *halves())


@cache
def trials(design, number=5):
    label = {"key": design.key(), "cell": "fixture"}
    return [label | row for trial in range(number) for row in run_trial(design, texts(), trial)]


def test_training_text_has_the_drawn_proportions():
    """Whole blocks (about 1/200 of a category's text, or a document) are the only difference."""
    counts = texts().train
    weights = np.array([0.4, 0.25, 0.15, 0.1, 0.06, 0.04])
    drawn = draw_training(counts, weights, None, (0, 0))
    assert drawn.category_bytes / drawn.category_bytes.sum() == pytest.approx(weights, abs=0.02)
    assert (drawn.category_bytes / counts.category_bytes).max() == pytest.approx(1, abs=0.05)


def test_bytes_of_blocks_sum_to_the_bytes_of_the_text():
    counts = texts().train
    whole = draw_sample(counts, 10**9, (0, 0))
    assert whole.category_bytes.tolist() == counts.category_bytes.tolist()
    assert (whole.counts != counts.counts).nnz == 0


def test_a_larger_sample_includes_the_smaller_one():
    small, large = (draw_sample(texts().sample, size, (0, 7)) for size in (20_000, 60_000))
    assert (small.category_bytes < large.category_bytes).all()
    assert (large.by_category() - small.by_category()).min() >= 0


def test_a_trial_does_not_depend_on_how_many_there_are():
    assert SMALL.draw_categories(halves()[0].names, 3)[0] == SMALL.draw_categories(halves()[0].names, 3)[0]
    draws = [SMALL.draw_categories(halves()[0].names, trial)[1].tolist() for trial in range(5)]
    assert len({tuple(draw) for draw in draws}) == 5
    first, again = run_trial(SMALL, texts(), 1)[0], run_trial(SMALL, texts(), 1)[0]
    assert first["estimate"] == again["estimate"]
    assert first["truth"] == again["truth"]


def test_more_omitted_categories_include_fewer():
    two, three = SMALL.draw_omitted(0, 1), SMALL.draw_omitted(0, 2)
    assert set(two) < set(three)


def test_accuracy_on_disjoint_text_does_not_fall():
    """Measured on these 5 trials: mean log10 MSE -4.4, worst -3.8; uniform guess -1.4, TEE -2.0, TC -2.2."""
    rows = trials(Design(n=4, trained_merges=1000, merges=(1000,), baselines=True))
    (summary,) = summarise(rows)
    print(summary)
    assert summary.mean < -4.1
    assert summary.worst < -3.4
    assert summary.tee is not None
    assert summary.tc is not None
    assert summary.mean < min(summary.uniform, summary.tee, summary.tc) - 1.7


def test_exact_counts_give_the_truth_back():
    """Measured: -30 and below, which is rounding."""
    rows = trials(Design(n=4, trained_merges=1000, merges=(1000,), exact=True), 3)
    assert max(row["log10_mse"] for row in rows) < -12


def test_other_patterns_are_as_accurate():
    design = Design(n=4, trained_merges=1000, merges=(1000,), pattern="o200k")
    counted = count_texts(design, *halves())
    errors = [run_trial(design, counted, trial)[0]["log10_mse"] for trial in range(3)]
    assert np.mean(errors) < -3.8


def test_omitted_categories_show_in_the_error():
    """1 of 4 is left out; the shares of the other 3 are scored relative to each other."""
    rows = trials(Design(n=4, trained_merges=1000, merges=(1000,), omit=(0, 1)), 3)
    whole, less = summarise(rows)
    assert (whole.omit, less.omit) == (0, 1)
    assert less.absent > whole.absent
    assert less.unexplained > whole.unexplained
    assert less.objective > whole.objective
    assert less.mean > whole.mean
    assert all(
        len(row["truth"]) == 3 and sum(row["truth"]) == pytest.approx(1) for row in rows if row["omit"]
    )


def test_a_run_goes_on_where_it_stopped(tmp_path):
    output = tmp_path / "results.jsonl"
    first = run_experiment(TINY, *little(), trials=1, output=output)
    with output.open("a") as file:
        file.write('{"key": "cut sho')  # a write that was stopped
    both = run_experiment(TINY, *little(), trials=2, output=output)
    assert [row["trial"] for row in both] == [0, 1]
    assert both[0] == json.loads(json.dumps(first[0]))
    assert len(read_results([output])) == 2
    other = run_experiment(replace(TINY, seed=1), *little(), trials=1, output=output)
    assert [row["trial"] for row in other] == [0]
    assert len(read_results([output])) == 3
    assert run_experiment(TINY, *little(), trials=2, output=output) == both


def test_a_trial_that_a_kill_cut_in_two_is_run_again(tmp_path):
    design = Design(n=4, trained_merges=100, merges=(50, 100))
    output = tmp_path / "results.jsonl"
    run_experiment(design, *little(), trials=1, output=output)
    lines = output.read_bytes().splitlines(keepends=True)
    assert len(lines) == 2
    output.write_bytes(lines[0])
    rows = run_experiment(design, *little(), trials=1, output=output)
    assert [row["merges"] for row in rows] == [50, 100]
    assert [row["merges"] for row in read_results([output])] == [50, 100]


def test_two_runs_at_once_write_each_trial_once(tmp_path, monkeypatch):
    output = tmp_path / "results.jsonl"
    real = bpeinfer.experiments.running.count_texts

    def overtaken(*arguments, **options):
        monkeypatch.setattr(bpeinfer.experiments.running, "count_texts", real)
        run_experiment(TINY, *little(), trials=2, output=output)
        return real(*arguments, **options)

    monkeypatch.setattr(bpeinfer.experiments.running, "count_texts", overtaken)
    rows = run_experiment(TINY, *little(), trials=2, output=output)
    assert [row["trial"] for row in rows] == [0, 1]
    assert [json.loads(line)["trial"] for line in output.read_bytes().splitlines()] == [0, 1]


def refused(path):
    """Return the error about a file of results, "" if it can be reported."""
    try:
        report_command([path])
    except ResultFileError as error:
        return str(error)
    return ""


ODD = [None, -1, 10**4000, float("nan"), 1e308, "\ud800", [None]]


def test_any_wrong_value_in_stored_rows_is_one_line(tmp_path):
    """Each field of a row in turn holds a wrong value: the answer is a table or a one-line error, never a traceback."""
    design = Design(n=3, trained_merges=300, merges=(300,), baselines=True, resamples=3)
    path = tmp_path / "results.jsonl"
    good = run_experiment(design, *halves(), trials=2, output=path)
    assert all("low" in row and "efficiency" in row for row in good)
    for name in good[0]:
        for odd in [*ODD, "gone"]:
            bad = {key: value for key, value in good[0].items() if key != name or odd != "gone"}
            if odd != "gone":
                bad[name] = odd
            path.write_text("".join(json.dumps(row) + "\n" for row in (bad, good[1])))
            assert "\n" not in refused(path), (name, odd)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": 1}, "n is 1; expected n >= 2"),
        ({"n": 3, "seed": -1}, "seed is -1; expected .* no number below 0"),
        ({"n": 3, "train_bytes": -5}, "train_bytes is -5"),
        ({"n": 3, "resamples": -5}, "resamples is -5"),
        ({"n": 3, "omit": (2,)}, r"omit is \(2,\); expected"),
        ({"n": 3, "trained_merges": 10, "merges": (20,)}, r"merges is \(20,\)"),
        ({"n": 3, "trainer": "unigram"}, "trainer is 'unigram'"),
        ({"n": 3, "sample_bytes": (-5,)}, r"sample_bytes is \(-5,\)"),
    ],
)
def test_a_design_that_makes_no_sense_is_refused(wrong, message):
    with pytest.raises(InferenceError, match=message):
        Design(**wrong)


def test_too_few_categories_and_unknown_patterns_are_named():
    with pytest.raises(InferenceError, match=r"a trial needs 7 categories .* there are 6 \(c, de, el"):
        run_experiment(Design(n=7), *halves(), trials=1)
    with pytest.raises(InferenceError, match=r"no pattern 'klingon' in the registry; there are: r50k"):
        run_experiment(Design(n=2, pattern="klingon"), *halves(), trials=1)


def test_a_run_without_trials_is_refused():
    with pytest.raises(InferenceError, match="trials is 0, expected 1 or more"):
        run_experiment(SMALL, *halves(), trials=0)


def test_names_with_commas_and_stars_are_names_and_not_globs():
    text = {"one, two": "ab " * 400, "st*r": "cd " * 400, "star": "ef " * 400}
    corpus = bi.Corpus.from_texts({name: [part] for name, part in text.items()})
    counted = count_texts(Design(n=2), corpus.select("one*,st[*]r"), corpus)
    assert counted.train.categories == counted.sample.categories == ("one, two", "st*r")


def test_a_file_that_holds_no_results_is_refused(tmp_path):
    path = tmp_path / "other.jsonl"
    path.write_text('{"text": "a document"}\n')
    with pytest.raises(ResultFileError, match=r"other.jsonl: line 1 is not a row of results"):
        read_results([path])
    with pytest.raises(ResultFileError, match=r"none.jsonl: cannot be read \(No such file"):
        read_results([tmp_path / "none.jsonl"])
    (tmp_path / "empty.jsonl").write_text("")
    shown = CliRunner().invoke(app, ["experiment", "report", str(tmp_path / "empty.jsonl")])
    assert isinstance(shown.exception, InferenceError)
    assert "no results in" in str(shown.exception)


def test_the_table_has_the_papers_number_beside_its_cell():
    (summary,) = summarise(trials(SMALL, 1))
    shown = summary.to_dict() | {"cell": "languages-10", "n": 10}
    assert "-7.66 ± 1.04" in results_as_text([shown])
    assert "-7.66" not in results_as_text([shown | {"cell": "languages-bytes"}])


def test_figures_are_drawn_where_there_is_something_to_show(tmp_path):
    rows = trials(Design(n=4, trained_merges=300, merges=(50, 300)), 2)
    summaries = [summary.to_dict() for summary in summarise(rows)]
    paths = draw_figures(rows, summaries, tmp_path / "figures")
    assert [path.name for path in paths] == ["error-against-merges.svg", "truth-against-estimate.svg"]
    assert all(b"<svg" in path.read_bytes() for path in paths)
    with pytest.raises(OutputError, match=r"--figures .* cannot be made: there is no folder .*misspelt"):
        draw_figures(rows, summaries, tmp_path / "misspelt" / "figures")
    assert not (tmp_path / "misspelt").exists()


def test_the_commands_run_and_report(tmp_path):
    output = tmp_path / "cell.jsonl"
    options = ["-n", "3", "--trials", "2", "--vocabulary", "756", "--workers", "1", "--no-cache"]
    options += ["--resamples", "5", "--name", "cell"]
    done = CliRunner().invoke(
        app, ["experiment", "run", "--corpus", str(CORPUS), *options, "--output", str(output)]
    )
    assert done.exit_code == 0, done.output
    shown = CliRunner().invoke(app, ["experiment", "report", str(output)])
    assert shown.stdout == done.stdout
    assert "log10 MSE" in shown.stdout
    (summary,) = json.loads(CliRunner().invoke(app, ["experiment", "report", str(output), "--json"]).stdout)
    assert summary["trials"] == 2
    assert 0 <= summary["coverage"] <= 1
    assert summary["mean"] < summary["uniform"] - 1


@pytest.mark.parametrize(
    ("exact", "number", "bound"), [(True, 1, -12), pytest.param(False, 3, -3.9, marks=pytest.mark.long)]
)
def test_sentencepiece_over_characters(exact, number, bound):
    """Measured: exact counts -32, disjoint text -4.3 (3 trials)."""
    design = Design(n=4, trained_merges=1000, merges=(1000,), exact=exact, trainer="sentencepiece")
    rows = run_experiment(design, *halves(), trials=number)
    assert np.mean([row["log10_mse"] for row in rows]) < bound
