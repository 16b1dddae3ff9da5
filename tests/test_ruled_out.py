"""Categories that are left out because the list lacks their own merges: which, when not, and what reports say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from trained import hugging_face

import bpeinfer as bi
from bpeinfer.diagnostics import ruled_out
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.own_merges import OwnMerges, log_odds
from bpeinfer.diagnostics.ruled_out import RuledOut, ruled_out_together
from bpeinfer.inference import job
from bpeinfer.inference.tracing import fit_mixture
from bpeinfer.reports.as_json import as_json
from bpeinfer.reports.as_text import as_text
from bpeinfer.reports.estimate_page import estimate_as_text
from bpeinfer.reports.estimate_report import estimate_document
from bpeinfer.reports.evidence import evidence_document

TRAINED = "libreoffice-*,gnome-user-docs,mate-user-guide,debian-handbook,installation-guide,mediawiki,freeciv,kstars"
SAMPLED = {
    "es": "bible,fortunes-es,parlspeech,wesnoth,stellarium",
    "gl": "libreoffice-*,mediawiki,gnome-user-docs,stellarium",
    "ca": TRAINED,
    "fr": TRAINED,
}


def documents(language: str, sources: str) -> list[str]:
    pack = bi.load_corpus("bundled:starter", categories="es,gl,ca,fr", sources=sources)
    return next(list(category.documents()) for category in pack.categories if category.name == language)


@pytest.fixture(scope="module")
def training_text():
    """Spanish manuals and Galician games."""
    return documents("es", TRAINED) + documents("gl", "wesnoth")


@pytest.fixture(scope="module")
def tokenizer(training_text):
    return bi.load_tokenizer(hugging_face(training_text, 700))


@pytest.fixture(scope="module")
def samples():
    """The same languages from other sources, and two relatives."""
    return {language: documents(language, sources) for language, sources in SAMPLED.items()}


def inferred(tokenizer, samples, **options):
    return bi.infer(tokenizer, samples, size=False, **{"resamples": 10, **options})


@pytest.fixture(scope="module")
def estimate(tokenizer, samples):
    return inferred(tokenizer, samples)


@pytest.fixture(scope="module")
def unrestricted(tokenizer, samples):
    return inferred(tokenizer, samples, rule_out=False)


def by_name(estimate, name):
    number = estimate.categories.index(name)
    return next((entry for entry in estimate.ruled_out if number in entry.categories), None)


def names_left_out(estimate):
    return {name for entry in estimate.to_dict()["ruled_out"] for name in entry["names"]}


def test_a_language_that_hf_trainer_never_saw_is_left_out_and_its_relatives_stay(estimate, unrestricted):
    assert unrestricted.proportions["ca"] > 0.05, "else there was nothing to leave out"
    assert unrestricted.ruled_out == ()
    entry = estimate.to_dict()["ruled_out"][0]  # largest first
    assert entry["names"] == ["ca"]
    assert entry["found"] < entry["missing"]
    assert entry["pair_share"] == pytest.approx(
        unrestricted.pair_shares[estimate.categories.index("ca")], rel=0.01
    )
    assert estimate.proportions["ca"] == 0
    assert min(estimate.proportions["es"], estimate.proportions["gl"]) > 0.4, (
        "99 and 108 kB of each were trained on"
    )


def test_merges_named_as_missing_are_not_in_the_list_and_frequent_in_the_sample(estimate, tokenizer, samples):
    learned = {tokenizer.merges.symbols[product] for product in tokenizer.merges.product.tolist()}
    entry = by_name(estimate, "ca")
    text = "".join(samples["ca"]).encode()
    assert entry.missing >= len(entry.examples) > 0
    for token in entry.examples:
        assert token not in learned
        assert text.count(token) > 50


def test_the_objective_rises_by_no_more_than_its_price_and_the_shares_are_certified(estimate, unrestricted):
    rise = estimate.solution.objective / unrestricted.solution.objective - 1
    assert 0 <= rise <= sum(0.35 * entry.pair_share + 2e-3 for entry in estimate.ruled_out)
    assert estimate.solution.gap < 1e-6


def test_several_at_once_may_cost_as_much_as_one_by_one(
    estimate, unrestricted, tokenizer, samples, monkeypatch
):
    assert names_left_out(estimate) == {"ca", "fr"}
    rise = estimate.solution.objective / unrestricted.solution.objective - 1
    monkeypatch.setattr(ruled_out, "PRICE", 0.0)
    monkeypatch.setattr(ruled_out, "OPEN", 0.6 * rise)  # too little for both, were it for the fit
    assert names_left_out(inferred(tokenizer, samples, resamples=0)) == {"ca", "fr"}


def test_the_interval_of_what_was_left_out_reaches_the_share_that_it_had(estimate):
    entry = next(entry for entry in estimate.to_dict()["categories"] if entry["name"] == "ca")
    low, high = entry["total_interval"]["byte_share"]
    assert low == 0
    assert high >= estimate.to_dict()["ruled_out"][0]["byte_share"] > 0.05


def test_the_interval_of_a_sum_reaches_what_it_had_before_some_of_it_was_left_out(tokenizer, samples):
    corpus = bi.Corpus.from_texts(
        samples, {"ca": "eastern", "fr": "eastern", "es": "western", "gl": "western"}
    )
    result = inferred(tokenizer, corpus).to_dict()
    assert {"ca"} <= {name for entry in result["ruled_out"] for name in entry["names"]}
    group = next(group for group in result["groups"] if group["name"] == "eastern")
    of_all = inferred(tokenizer, corpus, resamples=0, rule_out=False).to_dict()
    before = next(group for group in of_all["groups"] if group["name"] == "eastern")
    assert before["byte_share"] > group["byte_share"] + 0.03
    for unit in ("byte_share", "pair_share"):
        assert group["total_interval"][unit][1] >= before[unit] - 1e-6


def test_the_training_text_itself_rules_nothing_out(tokenizer, training_text, samples):
    half = len(training_text) // 2
    exact = {"first": training_text[:half], "second": training_text[half:], "ca": samples["ca"]}
    found = inferred(tokenizer, exact, resamples=0)
    assert found.ruled_out == ()
    assert found.proportions["ca"] < 1e-6


def test_registers_of_one_language_are_judged_together(tokenizer, samples):
    renamed = {("gl-old" if name == "ca" else name): texts for name, texts in samples.items()}
    assert by_name(inferred(tokenizer, renamed, resamples=0), "gl-old") is None
    groups = ("a", "a", "a", "b", "")
    assert relatives(("en-law", "en-news", "end", "en-law", "en-law"), groups).tolist() == [0, 0, 1, 2, 3]


def test_neutral_samples_are_never_left_out(tokenizer, samples):
    corpus = bi.Corpus.from_texts(samples, {"ca": "neutral"})
    assert by_name(inferred(tokenizer, corpus, resamples=0), "ca") is None


def test_the_paper_s_form_uses_every_category(tokenizer, samples):
    found = inferred(tokenizer, samples, resamples=0, form="paper", method="row-generation", merges=60)
    assert found.ruled_out == ()


def test_windows_and_other_choices_go_without_what_was_left_out(tokenizer, samples):
    found = inferred(tokenizer, samples, windows=2, sensitivity=True).to_dict()
    for part in [*found["windows"], *found["sensitivity"]]:
        assert next(entry["pair_share"] for entry in part["categories"] if entry["name"] == "ca") == 0


def test_page_report_and_stored_result_say_what_was_left_out(estimate, tmp_path):
    result = json.loads(as_json(estimate.to_dict()))
    line = next(
        line
        for line in estimate_as_text(result).splitlines()
        if line.startswith("left out, for the list hardly shows")
    )
    entry = result["ruled_out"][0]
    assert f"ca (has {entry['found']} of {entry['found'] + entry['missing']}, not " in line
    document = estimate_document(result)
    assert any(section.title == "Left out" for section in document.sections)
    (path := tmp_path / "result.json").write_text(as_json(estimate.to_dict()), "utf-8")
    assert bi.load_estimate(path).to_dict()["ruled_out"] == result["ruled_out"]


def test_explain_says_which_merges_of_its_own_are_missing(estimate):
    result = json.loads(as_json(estimate.to_dict()))
    page = as_text(evidence_document(result, "ca", 5))
    entry = result["ruled_out"][0]
    assert f"it would have brought {entry['found'] + entry['missing']} merges of its own" in " ".join(
        page.split()
    )
    assert '"à"' in page


def test_an_older_result_without_the_entry_is_still_shown(estimate):
    result = estimate.to_dict()
    del result["ruled_out"]
    assert "left out, for" not in estimate_as_text(result)
    assert estimate_document(result).sections


def test_nothing_is_left_out_where_the_solver_did_not_get_close(tokenizer, samples):
    stopped = inferred(tokenizer, samples, resamples=0, time_limit=1e-9)
    assert stopped.solution.gap > 1e-4
    assert stopped.ruled_out == ()


def test_a_time_limit_bounds_the_fits_that_leave_categories_out(tokenizer, samples, estimate, monkeypatch):
    assert estimate.ruled_out  # with time enough
    found = []
    search = job.without_ruled_out

    def late(*given, deadline, **options):
        found.append(deadline)
        return search(*given, deadline=0.0, **options)  # as if the hour were over

    monkeypatch.setattr(job, "without_ruled_out", late)
    stopped = inferred(tokenizer, samples, resamples=0, time_limit=3_600)
    assert found[0] < float("inf")
    assert stopped.ruled_out == ()
    assert stopped.solution.gap < 1e-4
    assert [note for note in stopped.notes if "the time limit came before all had been looked at" in note]


def test_merges_that_one_left_out_would_have_brought_as_well_do_not_speak_for_others(
    tokenizer, samples, monkeypatch
):
    seen, counted = [], []

    def keep(fitted, *rest, **options):
        seen.append(fitted)
        return fitted, ()

    monkeypatch.setattr(job, "without_ruled_out", keep)
    inferred(tokenizer, samples, resamples=0)
    (fitted,) = seen
    categories = fitted.counts.categories
    gone = np.where(np.array(categories) == "ca", 0.2, 0.0)
    shares = np.where(gone > 0, 0.0, fitted.solution.alpha)
    shares /= shares.sum()
    for left_out in (np.zeros_like(gone), gone):
        own = OwnMerges(fitted, np.arange(4)).of(shares, left_out)
        counted.append(np.array([(one.found, one.missing) for one in own]))
    before, after = counted
    assert (after[:, 0] <= before[:, 0]).all()
    assert after[:, 0].sum() < before[:, 0].sum(), "Catalan has merges in common with the others"
    assert after[:, 1].tolist() == before[:, 1].tolist()


def test_who_takes_the_place_of_one_with_less_share_than_before_is_not_credited_with_its_merges(
    tokenizer, samples, monkeypatch
):
    seen = []

    def keep(fitted, *rest, **options):
        seen.append(fitted)
        return fitted, ()

    monkeypatch.setattr(job, "without_ruled_out", keep)
    inferred(tokenizer, samples, resamples=0)
    (fitted,) = seen
    shares = fitted.solution.alpha
    counts = []
    for gone in (0.0, 0.2, 0.8):  # Spanish had more, of which Galician and Catalan have most merges as well
        had = np.where(np.array(fitted.counts.categories) == "es", gone, 0.0)
        own = list(OwnMerges(fitted, np.arange(4)).of(shares, had))
        assert np.isfinite([one.evidence for one in own]).all()
        counts.append(sum(one.found for one in own))
    assert counts[0] >= counts[1] >= counts[2]
    assert counts[0] > counts[2]


def spread_over_three(tokenizer, language, sources):
    """A fit of Spanish, and of another language in three samples, one as good as the other, of a sixth each."""
    lines = [line for text in documents(language, sources) for line in text.splitlines(keepends=True)]
    thirds = {f"third {start}": ["".join(lines[start::3])] for start in range(3)}
    counts = bi.count_pretokens(thirds | {"es": documents("es", TRAINED)}, tokenizer.pretokenizer)
    fitted = fit_mixture(tokenizer.merges, counts)
    shares = np.array([0.5 if name == "es" else 1 / 6 for name in counts.categories])
    return replace(fitted, solution=replace(fitted.solution, alpha=shares))


def all_left_out(fitted):
    return [
        RuledOut(categories=(number,), pair_shares=(1 / 6,), found=0, missing=0, examples=())
        for number, name in enumerate(fitted.counts.categories)
        if name != "es"
    ]


def test_merges_that_several_own_only_together_speak_for_them_if_they_were_trained_on(tokenizer):
    fitted = spread_over_three(tokenizer, "gl", "wesnoth")
    entries = all_left_out(fitted)
    assert ruled_out_together(fitted, np.arange(4), []) is None
    one = ruled_out_together(fitted, np.arange(4), entries[:1])
    assert (one.found, one.missing, one.speaks) == (0, 0, False)
    together = ruled_out_together(fitted, np.arange(4), entries)
    assert together.found > 10 * together.missing
    assert together.speaks
    learned = {tokenizer.merges.symbols[product] for product in tokenizer.merges.product.tolist()}
    assert set(together.examples) <= learned


def test_such_merges_do_not_speak_for_text_that_was_not_there(tokenizer):
    fitted = spread_over_three(tokenizer, "ca", TRAINED)
    together = ruled_out_together(fitted, np.arange(4), all_left_out(fitted))
    assert together.missing > 10
    assert not together.speaks


def test_total_intervals_reach_to_the_fit_of_all_where_those_left_out_may_be_there_together(estimate):
    of_all = {"ca": 0.5, "fr": 0.3, "gl": 0.2, "es": 0.0}  # far from the fit without some
    shares = np.array([of_all[name] for name in estimate.categories])
    estimate = replace(estimate, pair_shares_of_all=shares)
    plain = estimate.to_dict()
    assert not plain["ruled_out_together"]["speaks"]
    speaking = replace(estimate, ruled_out_together=replace(estimate.ruled_out_together, speaks=True))
    result = speaking.to_dict()
    reached = 0
    for before, after in zip(plain["categories"], result["categories"], strict=True):
        share = shares[estimate.categories.index(after["name"])]
        (low, high), (low_until_then, high_until_then) = (
            of["total_interval"]["pair_share"] for of in (after, before)
        )
        assert low == pytest.approx(min(low_until_then, share))
        assert high == pytest.approx(max(high_until_then, share))
        reached += low < low_until_then
    assert reached, "else nothing was widened"
    page = estimate_as_text(result)
    assert "some of what was left out may be there" in page
    assert "may be there" not in estimate_as_text(plain)
    report = str(estimate_document(result))
    assert "reach to their shares before" in report
    assert "reach to their shares before" not in str(estimate_document(plain))


def test_own_merges_found_protect_a_share_and_missing_ones_do_not(tokenizer, samples):
    """Of a small true share of a relative the list has merges; of one that only helps the fit it has none."""
    found = inferred(tokenizer, samples, resamples=0)
    assert found.proportions["gl"] > 0.4
    assert by_name(found, "gl") is None
    assert log_odds(np.array([1.0, 0.5]), True).min() > 0 > log_odds(np.array([1.0, 0.5]), False).max()
    assert np.diff(log_odds(np.linspace(0.5, 1, 9), True)).min() > 0, (
        "the fewer others have it, the more it says"
    )


def test_a_share_that_brings_no_merges_of_its_own_is_named_without_any(estimate):
    result = json.loads(as_json(estimate.to_dict()))
    result["ruled_out"][0] |= {"found": 0, "missing": 0, "examples": []}
    assert "merges of their own: ca (none)" in estimate_as_text(result)
    result["ruled_out"][0]["found"] = 2
    assert "merges of their own: ca (has 2 of 2, too few to tell)" in estimate_as_text(result)
    result["ruled_out"][0]["found"] = 0
    page = " ".join(as_text(evidence_document(result, "ca", 5)).split())
    assert "would have brought 0 merges of its own." in page
    section = next(part for part in estimate_document(result).sections if part.title == "Left out")
    assert section
