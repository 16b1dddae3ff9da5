"""The trainer's tie rule from the order of neighbours: formula, real and imitated trainers, parts, real lists."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trained import hugging_face

from bpeinfer.inspection.drops import find_drops
from bpeinfer.inspection.tie_rules import ascent_share, merges_a_level, tie_keys
from bpeinfer.inspection.trainer_family import RuleStatus, trainer_parts
from bpeinfer.loading import load_tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.ragged import byte_order

FIXTURES = Path(__file__).parents[1] / "fixtures" / "tokenizers"
ALPHABET = [bytes([byte]) for byte in range(256)]


@cache
def random_list(rule: str, merges_per_level: float, merges: int, seed: int = 0) -> MergeList:
    """Merges of random known symbols whose counts fall level by level, ties in the order of a rule.

    The pairs are drawn first and given counts at random; then each level is sorted by the rule's own key, as a
    trainer that takes the most frequent pair would meet them. Products are used only in later levels.
    """
    random = np.random.default_rng(seed)
    pairs: list[tuple[bytes, bytes]] = []
    known = list(ALPHABET)
    made = set(known)
    while len(pairs) < merges:
        level = max(int(random.poisson(merges_per_level)), 0)
        fresh: dict[bytes, tuple[bytes, bytes]] = {}
        while len(fresh) < level:
            left, right = (known[int(random.integers(len(known)))] for _ in range(2))
            if left + right not in made and left + right not in fresh and len(left + right) < 40:
                fresh[left + right] = (left, right)
        tied = list(fresh.values())
        key = tie_keys(MergeList.from_pairs(ALPHABET, [*pairs, *tied]))[rule][len(pairs) :]
        tied = [tied[place] for place in np.argsort(key, kind="stable")]
        pairs += tied
        known += [left + right for left, right in tied]
        made.update(fresh)
    return MergeList.from_pairs(ALPHABET, pairs[:merges])


@given(st.sets(st.text("\0a\xff", max_size=20).map(str.encode)))
def test_byte_order_is_the_order_of_bytes(strings):
    drawn = list(strings)
    blob = np.frombuffer(b"".join(drawn), dtype=np.uint8)
    placed = byte_order(blob, np.array([len(string) for string in drawn], dtype=np.int64))
    assert placed.tolist() == [sorted(drawn).index(string) for string in drawn]


@given(st.floats(0.02, 60.0))
def test_merges_a_level_undo_the_share_of_ascents(mean):
    assert merges_a_level(ascent_share(mean)) == pytest.approx(mean, rel=1e-6)


@pytest.mark.parametrize("mean", [0.2, 1.0, 4.0])
@pytest.mark.parametrize("lag", [1, 2])
def test_the_share_of_ascents_is_that_of_simulated_levels(mean, lag):
    random = np.random.default_rng(0)
    sizes = random.poisson(mean, 300_000)
    level = np.repeat(np.arange(len(sizes)), sizes)
    key = random.random(len(level))
    key = key[np.lexsort((key, level))]
    seen = float((key[lag:] > key[:-lag]).mean())
    assert ascent_share(mean, lag) == pytest.approx(seen, abs=4 * 0.5 / np.sqrt(len(key)) * 1.5)


@pytest.mark.parametrize("rule", ["ids-bytes", "greatest-pair", "smallest-pair"])
def test_lists_with_ties_broken_by_a_rule_name_its_family(rule):
    (part,) = trainer_parts(random_list(rule, 3.0, 1_500))
    assert part.status is RuleStatus.NAMED
    assert part.family == rule.split("-")[0]
    assert part.rule in (rule, None)


def test_a_trainer_over_characters_is_not_named_for_a_list_over_bytes():
    """OpenNMT's order in a list over bytes is another trainer's, or a sorted list that was appended."""
    merges = random_list("smallest-pair", 3.0, 1_500)
    assert merges.unit == "byte"
    (part,) = trainer_parts(merges)
    assert part.family == "smallest"
    assert part.trainers == ()


def test_a_list_without_ties_names_no_rule():
    random = np.random.default_rng(1)
    drawn = random.permutation(65_536)[:4_000].tolist()
    pairs = [(ALPHABET[number // 256], ALPHABET[number % 256]) for number in drawn]
    (part,) = trainer_parts(MergeList.from_pairs(ALPHABET, pairs))
    assert part.status is RuleStatus.NONE_SEEN
    assert part.family is None


def test_ties_in_the_order_of_a_hash_name_no_rule():
    """fastBPE's order: ids that follow a hash of the words, which the list does not tell."""
    pairs = [(pair[0], pair[1]) for pair in map(random_list("ids-bytes", 3.0, 1_500).pair, range(1_500))]
    hashed = np.random.default_rng(2).permutation(256)
    renamed = {bytes([byte]): bytes([int(hashed[byte])]) for byte in range(256)}

    def rename(symbol: bytes) -> bytes:
        return b"".join(renamed[bytes([byte])] for byte in symbol)

    merges = MergeList.from_pairs(ALPHABET, [(rename(left), rename(right)) for left, right in pairs])
    (part,) = trainer_parts(merges)
    assert part.rule is None


def test_parts_with_different_rules_are_found_and_split_where_they_meet():
    first, second = (
        random_list("ids-bytes", 3.0, 1_000, seed=3),
        random_list("greatest-pair", 3.0, 1_000, seed=4),
    )
    seen = {first.symbols[product] for product in first.product}
    more = [second.pair(rank) for rank in range(1_000)]
    joined = [first.pair(rank) for rank in range(1_000)]
    joined += [pair for pair in more if pair[0] + pair[1] not in seen]
    parts = trainer_parts(MergeList.from_pairs(ALPHABET, joined))
    assert [part.family for part in parts] == ["ids", "greatest"]
    assert parts[1].first == pytest.approx(1_000, abs=300)


def test_an_inherited_prefix_is_a_part_of_its_own():
    parts = trainer_parts(random_list("ids-bytes", 3.0, 1_500), inherited=500)
    assert [(part.first, part.last) for part in parts] == [(0, 499), (500, 1_499)]


@pytest.mark.parametrize(
    ("source", "family"),
    [
        ("bundled:gpt2", "greatest"),
        (str(FIXTURES / "mistral-v1.model"), "length"),
        (str(FIXTURES / "phi-3.gguf"), "length"),
        (str(FIXTURES / "charylu-32k.json.xz"), "ids"),
    ],
)
def test_real_lists_name_the_family_of_their_trainer(source, family):
    (part,) = trainer_parts(load_tokenizer(source).merges)
    assert (part.status, part.family) == (RuleStatus.NAMED, family)


def test_hugging_face_trainer_on_little_text_is_named(tmp_path):
    hugging_face(words(40_000), 3_744).save(str(tmp_path / "tokenizer.json"))
    (part,) = trainer_parts(load_tokenizer(str(tmp_path / "tokenizer.json")).merges)
    assert part.family == "ids"
    assert "Hugging Face tokenizers" in part.trainers


def test_sentencepiece_trainer_on_little_text_is_named(tmp_path):
    sentencepiece = pytest.importorskip("sentencepiece")
    text = tmp_path / "text.txt"
    text.write_text("\n".join(words(40_000)), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(tmp_path / "m"),
        model_type="bpe",
        vocab_size=3_000,
        minloglevel=2,
    )
    (part,) = trainer_parts(load_tokenizer(str(tmp_path / "m.model")).merges)
    assert part.family == "length"
    assert part.trainers == ("sentencepiece",)


def test_subword_nmt_order_on_little_text_is_the_greatest_pair():
    """A trainer of our own on word counts that breaks ties as subword-nmt was seen to: the greatest pair."""
    (part,) = trainer_parts(trained_with_greatest_pair(words(6_000), 1_500))
    assert part.family == "greatest"


def words(number: int) -> list[str]:
    """Lines of ten words of a made-up language: syllables, a long tail of frequencies."""
    random = np.random.default_rng(5)
    syllables = [
        "".join(random.choice(list("bcdfglmnprstvz"), 1)) + vowel for vowel in "aeiou" for _ in range(9)
    ]
    vocabulary = ["".join(random.choice(syllables, random.integers(1, 5))) for _ in range(6_000)]
    drawn = np.minimum(random.zipf(1.15, number) - 1, len(vocabulary) - 1)
    text = [vocabulary[place] for place in drawn]
    return [" ".join(text[start : start + 10]) for start in range(0, number, 10)]


def trained_with_greatest_pair(lines: list[str], steps: int) -> MergeList:
    counts: dict[tuple[bytes, ...], int] = {}
    for line in lines:
        for word in line.split():
            key = tuple(bytes([byte]) for byte in word.encode())
            counts[key] = counts.get(key, 0) + 1
    pieces = [(list(word), count) for word, count in counts.items()]
    pairs: list[tuple[bytes, bytes]] = []
    for _ in range(steps):
        totals: dict[tuple[bytes, bytes], int] = {}
        for word, count in pieces:
            for pair in pairwise(word):
                totals[pair] = totals.get(pair, 0) + count
        if not totals:
            break
        best = max(totals, key=lambda pair: (totals[pair], pair))
        pairs.append(best)
        for word, _ in pieces:
            place = 0
            while place < len(word) - 1:
                if (word[place], word[place + 1]) == best:
                    word[place : place + 2] = [best[0] + best[1]]
                place += 1
    return MergeList.from_pairs(ALPHABET, pairs)


def test_a_second_training_by_the_same_rule_begins_where_ties_become_fewer():
    """As in a list that was extended on other text: dense ties, then few again."""
    dense = random_list("ids-bytes", 3.0, 1_500, seed=6)
    pairs = [dense.pair(rank) for rank in range(len(dense))]
    seen = {left + right for left, right in pairs}
    drawn = np.random.default_rng(7).permutation(65_536)[:3_000].tolist()
    fresh = [(ALPHABET[number // 256], ALPHABET[number % 256]) for number in drawn]
    pairs += [pair for pair in fresh if pair[0] + pair[1] not in seen]
    parts = trainer_parts(MergeList.from_pairs(ALPHABET, pairs))
    assert len(parts) == 2
    assert parts[1].first == pytest.approx(1_500, abs=300)
    assert parts[0].family == "ids"
    assert parts[1].tenths[0] < 0.6 < parts[0].tenths[-1]


def test_ties_that_only_become_more_are_no_change():
    random = np.random.default_rng(8)
    shares = np.linspace(0.5, 0.95, 60)
    neighbours = np.full(60, 250.0)
    assert find_drops(neighbours, random.binomial(250, shares).astype(float), 25.0) == []
    twice = random.binomial(250, np.concatenate([shares[20:], shares[:20]])).astype(float)
    assert find_drops(neighbours, twice, 25.0) == [40]
