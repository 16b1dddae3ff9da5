"""Other choices: what is left out gives the shares of a run that never had it; the table shows them all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trained import samples, train_on

import bpeinfer as bi
from bpeinfer.diagnostics.sensitivity import PARTS, vary
from bpeinfer.inference.tracing import fit_mixture
from bpeinfer.reports.choices import choices_of


def fitted_to(merges, counts):
    return fit_mixture(merges, counts, tolerance=1e-7)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    tokenizer = bi.load_tokenizer(train_on(tmp_path_factory.mktemp("known") / "tokenizer.json"))
    return fitted_to(tokenizer.merges.head(800), bi.count_pretokens(samples(), tokenizer.pretokenizer))


@pytest.fixture(scope="module")
def varied(fitted):
    return vary(fitted)


def rows_of(varied, kind):
    places = [number for number, of in enumerate(varied.kinds) if of == kind]
    return {varied.choices[place]: varied.pair_shares[place] for place in places}


def test_every_choice_gives_a_mixture(fitted, varied):
    assert varied.pair_shares.shape == (len(varied.choices), len(fitted.counts.categories))
    assert set(varied.kinds) == {"merges", "weights", "samples", "category"}
    for shares in (varied.pair_shares, varied.byte_shares):
        assert (shares >= 0).all()
        assert shares.sum(axis=1) == pytest.approx(1)


def test_without_a_category_is_what_a_run_without_it_gives(fitted, varied):
    counts, names = fitted.counts, fitted.counts.categories
    for left_out, shares in rows_of(varied, "category").items():
        number = names.index(left_out)
        kept = np.delete(np.arange(len(names)), number)
        blocks = counts.block_category != number
        rest = replace(
            counts,
            counts=counts.counts[:, blocks],
            block_category=np.searchsorted(kept, counts.block_category[blocks]),
            categories=tuple(names[place] for place in kept),
            groups=tuple(counts.groups[place] for place in kept),
            category_bytes=counts.category_bytes[kept],
            documents=counts.documents[kept],
            text_sha256=(),
        )
        alone = fitted_to(fitted.trajectories.merges, rest).solution.alpha
        assert shares[number] == 0
        assert shares[kept] == pytest.approx(alone, abs=5e-3)


def test_without_a_part_of_the_samples_is_what_a_run_without_it_gives(fitted, varied):
    counts = fitted.counts
    place = np.arange(len(counts.block_category)) - np.searchsorted(
        counts.block_category, counts.block_category
    )
    part = place * PARTS // np.bincount(counts.block_category)[counts.block_category]
    for number, shares in enumerate(rows_of(varied, "samples").values()):
        kept = part != number
        rest = replace(
            counts, counts=counts.counts[:, kept], block_category=counts.block_category[kept], text_sha256=()
        )
        assert shares == pytest.approx(fitted_to(fitted.trajectories.merges, rest).solution.alpha, abs=5e-3)


def test_merges_of_one_range_are_used_alone(fitted, varied):
    first, *_, last = rows_of(varied, "merges").items()
    assert first[0] == "merges 0 to 79"
    assert last[0] == "merges 240 to 799"
    head = fitted_to(fitted.trajectories.merges.head(80), fitted.counts).solution.alpha
    assert first[1] == pytest.approx(head, abs=5e-3)


def test_table_begins_with_the_estimate_and_ends_with_the_range():
    groups = [{"name": "prose", "byte_share": 0.75}, {"name": "code", "byte_share": 0.25}]
    other = [{"name": "code", "byte_share": 0.5}, {"name": "prose", "byte_share": 0.5}]
    choice = {"kind": "category", "choice": "de", "groups": other, "categories": []}
    table = choices_of({"groups": groups, "categories": [], "sensitivity": [choice]})
    assert table.rows == (
        ("as above", "75.0", "25.0"),
        ("without de", "50.0", "50.0"),
        ("smallest - largest", "50 - 75", "25 - 50"),
    )
    assert choices_of({"groups": groups, "categories": [], "sensitivity": []}) is None


def test_shares_that_leave_their_total_intervals_are_named_with_what_to_quote():
    choice = {
        "kind": "weights",
        "choice": "x",
        "groups": [{"name": "a", "byte_share": 0.5}],
        "categories": [],
    }

    def beyond(low, high):
        group = {"name": "a", "byte_share": 0.75, "total_interval": {"byte_share": [low, high]}}
        return choices_of({"groups": [group], "categories": [], "sensitivity": [choice]}).beyond

    assert beyond(0.4, 0.9) == ""
    assert beyond(0.6, 0.9).startswith("some choices take a out of the total interval")
