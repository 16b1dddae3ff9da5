"""A seeded slice of benchmarks/twins.py: tokenizers made at random by the real libraries are read as they read them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
twins = pytest.importorskip("twins")
LIBRARIES = twins.makers()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_random_tokenizer_is_read_as_its_library_reads_it(library, seed):
    outcome = twins.run(library, LIBRARIES[library], seed)
    if outcome is None:
        pytest.skip("the library refuses these options")
    assert outcome.failed == {}, outcome.options
