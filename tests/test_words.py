"""Lists of words with counts: every published form is read, and the text made of them has the list's frequencies."""

from __future__ import annotations

import gzip
import lzma
import unicodedata
from collections import Counter

import msgpack
import numpy as np
import pytest
import regex
from gpt2 import gpt2
from hypothesis import given, settings
from hypothesis import strategies as st

import bpeinfer as bi
from bpeinfer.corpora.joining import Joining
from bpeinfer.corpora.spelling import Spelling
from bpeinfer.corpora.word_lists import WordList, is_word_list, read_word_list, write_word_list
from bpeinfer.corpora.words_to_text import string_words
from bpeinfer.errors import CorpusError

WORDS = [f"{first}{last}" for first in "abdefghklm" for last in ("ar", "en", "il", "on")]
COUNTS = [1000 // (number + 1) for number in range(len(WORDS))]


def rows(form: str) -> str:
    return "".join(
        form.format(id=number + 101, word=word, count=count) + "\n"
        for number, (word, count) in enumerate(zip(WORDS, COUNTS, strict=True))
    )


@pytest.mark.parametrize(
    ("name", "form", "header"),
    [
        ("a.tsv", "{word}\t{count}", ""),
        ("a.txt", "{word} {count}", ""),  # FrequencyWords
        ("a.txt", "{count} {word}", ""),
        ("a.txt", "   {count} {word}", ""),  # uniq -c
        ("a.txt", "{id}\t{word}\t{count}", ""),  # Leipzig
        ("a.txt", "{id}\t{word}\t{word}\t{count}", ""),  # Leipzig, older
        ("a.csv", "{word},{count}", "word,frequency\n"),
        ("a.csv", "{count},{word}", ""),
        ("a.tsv", "{word}\t{count}.5e0", "word\tcount\n"),
        ("a.txt.gz", "{word} {count}", ""),
        ("a.tsv.xz", "{word}\t{count}", ""),
    ],
)
def test_a_list_is_read_in_every_form_in_which_they_are_published(tmp_path, name, form, header):
    path = tmp_path / name
    data = ("\ufeff" + header + rows(form)).encode()
    path.write_bytes(
        gzip.compress(data) if name.endswith("gz") else lzma.compress(data) if name.endswith("xz") else data
    )
    assert is_word_list(path)
    found = read_word_list(path)
    assert list(found.words) == WORDS or sorted(found.words) == sorted(WORDS)
    half = 0.5 if ".5e0" in form else 0
    expected = dict(zip(WORDS, COUNTS, strict=True))
    assert dict(zip(found.words, found.counts.tolist(), strict=True)) == {
        word: count + half for word, count in expected.items()
    }


def test_wordfreq_bins_are_centibels(tmp_path):
    path = tmp_path / "small_xx.msgpack.gz"
    path.write_bytes(
        gzip.compress(msgpack.packb([{"format": "cB", "version": 1}, [], ["a"], [], ["c", "b"]]))
    )
    found = read_word_list(path)
    assert found.words == ("a", "b", "c")
    assert np.allclose(found.counts, [10**-0.01, 10**-0.03, 10**-0.03])


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.tsv", b"just text\n" * 30, "not a list of words with counts"),
        ("a.tsv", b"", "empty"),
        ("a.tsv", b"caf\xe9 12\n" * 30, "invalid UTF-8 at byte 3"),
        ("a.msgpack", msgpack.packb({"words": 1}), "not one of wordfreq's lists"),
        ("a.msgpack", msgpack.packb([{"format": "cB", "version": 2}, ["a"]]), "unknown header"),
        ("a.msgpack", b"\xc1", "not one of wordfreq's lists"),
        ("a.msgpack.gz", b"no gzip", "cannot be read"),
    ],
)
def test_a_damaged_list_is_refused_in_one_line(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(CorpusError, match=words) as caught:
        read_word_list(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_line_that_does_not_fit_is_named(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text(
        "".join(f"{word}{number}\t5\n" for word in WORDS for number in range(20)) + "a sentence\n" * 60
    )
    with pytest.raises(CorpusError, match=r"a.tsv:\d+: expected a word and its count"):
        read_word_list(path)


@pytest.mark.parametrize("separator", ["\t", " "])
def test_a_quotation_mark_is_a_word_of_a_list(tmp_path, separator):
    # Readers of tables take it for the beginning of a quotation: findings/duckdb-takes-the-first-word-for-a-name.sh
    words = ['"', *WORDS[:20], "'", *WORDS[20:], '""']
    path = tmp_path / "a.txt"
    path.write_text("".join(f"{word}{separator}5\n" for word in words))
    assert set(read_word_list(path).words) == set(words)


@pytest.mark.parametrize(
    "text",
    [
        "A sentence about something. Another one.\n" * 40,
        "1\n2\n3\n" * 40,
        "".join(f"see page {number}\n" for number in range(60)),  # ends in numbers, but repeats its words
        "".join(f"page {number % 7}\n" for number in range(60)),
        "".join(f"{number} {number * 2}\n" for number in range(60)),
    ],
)
def test_ordinary_text_is_not_taken_for_a_list(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text)
    assert not is_word_list(path)


@given(
    st.lists(
        st.tuples(st.text("abcdé", min_size=1, max_size=6), st.integers(1, 10**6)),
        min_size=25,
        max_size=60,
        unique_by=lambda row: row[0],
    )
)
@settings(max_examples=30)
def test_a_list_that_was_written_is_read_back(tmp_path_factory, table):
    words = WordList.of([(word, float(count)) for word, count in table])
    path = tmp_path_factory.mktemp("lists") / "a.tsv"
    path.write_bytes(write_word_list(words))
    again = read_word_list(path)
    assert again.words == words.words
    assert np.allclose(again.counts, words.counts, rtol=1e-5)


RUNNING = [
    "Der Hund und die Katze. Im Haus ist l'ami von Anna, und Anna lacht.\nDie Katze sieht den Hund, der Hund bellt.\n"
] * 50
GERMAN = {
    "der": 60,
    "hund": 30,
    "und": 40,
    "die": 50,
    "katze": 20,
    "haus": 10,
    "anna": 9,
    "bellt": 3,
    "in": 70,
}


def strung(words: dict[str, float], running=(), **settings_) -> str:
    return "".join(string_words(WordList.of(words.items()), running, **settings_))


def test_each_word_occurs_as_often_as_the_list_says_to_within_one():
    text = strung(GERMAN, RUNNING, size=20_000)
    found = Counter(regex.findall(r"\p{L}+", text.lower()))
    total = sum(GERMAN.values())
    for word, count in GERMAN.items():
        assert abs(found[word] - 20_000 * 0.985 * count / total) <= 1, word


def test_capitals_are_those_of_the_running_text():
    text = strung(GERMAN, RUNNING, size=20_000)
    inside = Counter(regex.findall(r"(?<=\p{L},? )\p{L}+", text))
    assert inside["Hund"] > 50 * inside["hund"]
    assert inside["Anna"] > 20 * inside["anna"]
    assert inside["bellt"] > 10 * inside["Bellt"]
    starts = regex.findall(r"(?<=\. )\p{L}", text)
    assert sum(letter.isupper() for letter in starts) > 0.9 * len(starts)


def test_words_that_were_not_seen_are_written_as_their_last_letters_have_it():
    running = [
        "es gibt Zeitung und Meinung und Hoffnung und Wirkung und Ordnung, aber laufen und kaufen und raufen. "
    ] * 5
    text = strung({"heizung": 1, "saufen": 1, "und": 3, "es": 2}, running, size=2_000)
    inside = Counter(regex.findall(r"(?<=\p{L} )\p{L}+", text))
    assert inside["Heizung"] > 2 * inside["heizung"]
    assert inside["saufen"] > 2 * inside["Saufen"]


def test_words_are_joined_as_in_the_running_text_and_only_before_letters_that_follow_there():
    running = ["l'ami et l'eau et l'ours et le chat, le chien, le bon ami et la bonne eau et un ours\n"] * 60
    text = strung({"l": 3, "le": 3, "ami": 2, "eau": 2, "chat": 2, "chien": 2, "et": 5}, running, size=5_000)
    joined = Counter(regex.findall(r"\bl(.)", text.lower()))
    assert joined["'"] > 0.8 * (joined.total() - joined["e"])
    after = Counter(regex.findall(r"l'(\p{L}+)", text.lower()))
    assert after["chat"] + after["chien"] < 0.02 * after.total()
    assert after["ami"] + after["eau"] > 100


def test_the_digits_of_wordfreq_become_numbers_again():
    text = strung({"the": 50, "0000": 20, "00": 20, "0,000": 3, "7": 5}, size=5_000)
    years = [int(year) for year in regex.findall(r"(?<![\d,])\d{4}(?![\d,])", text)]
    assert len(years) > 500
    assert np.mean([1900 <= year <= 2019 for year in years]) > 0.7
    firsts = Counter(number[0] for number in regex.findall(r"(?<![\d,])\d\d(?![\d,])", text))
    assert firsts["1"] > 1.3 * firsts["2"] > 1.3 * firsts["6"] > 0
    assert firsts["0"] == 0
    assert regex.search(r"\d,\d{3}", text)


def test_numbers_are_added_where_the_list_has_none():
    digits = sum(map(str.isdigit, strung(GERMAN, size=20_000).split()))
    assert 0.005 < digits / 20_000 < 0.03


def test_turkish_i_keeps_its_dot():
    words = {"istanbul": 5, "ılık": 5, "ırmak": 5, "ve": 5}
    starts = set(regex.findall(r"(?<=\. )\p{Lu}\p{L}+", strung(words, size=4_000)))
    assert {"İstanbul", "Ilık", "Irmak"} <= starts


def test_a_list_with_capitals_keeps_them():
    words = {"The": 5, "the": 20, "London": 5, "of": 10}
    found = Counter(regex.findall(r"\p{L}+", strung(words, size=4_000)))
    assert not found["london"]
    assert not found["Of"]
    assert abs(found["The"] / found["the"] - 0.25) < 0.01


def test_the_same_seed_gives_the_same_text_and_another_seed_another():
    assert strung(GERMAN, RUNNING, seed=3, size=3_000) == strung(GERMAN, RUNNING, seed=3, size=3_000)
    assert strung(GERMAN, RUNNING, seed=4, size=3_000) != strung(GERMAN, RUNNING, seed=3, size=3_000)


@pytest.mark.parametrize("words", ["的 一 是 不 了", "ของ และ ที่ ใน", "の に は を た", "ເປັນ ແລະ"])
def test_languages_without_spaces_need_running_text(words):
    with pytest.raises(CorpusError, match=r"written without spaces.*give running text"):
        strung(dict.fromkeys(words.split(), 1))


def test_a_list_of_another_language_than_the_running_text_is_refused():
    with pytest.raises(CorpusError, match="in another language"):
        strung({"the": 5, "of": 3, "and": 2}, RUNNING)


def test_compounds_are_cut_where_only_their_parts_are_listed():
    joining = Joining.of(
        ["Aujourd’hui qu’elle chante, vis-à-vis."], ["aujourd'hui", "qu", "elle", "chante"], Spelling()
    )
    assert joining.found == 4 / 7
    assert {"’", " ", ", ", "-"} <= set(joining.junctures)
    assert joining.curly == 1


def test_a_list_in_decomposed_letters_is_refused():
    # Hunspell's Korean list is: findings/hunspell-korean-has-no-syllable.sh
    korean = {"한국어": 9, "사람": 8, "나라": 7, "말": 6, "글": 5}
    decomposed = {unicodedata.normalize("NFD", word): count for word, count in korean.items()}
    running = ["한국어 사람 나라 말 글 " * 40]
    assert list(string_words(WordList.of(korean.items()), running, seed=0, size=50))
    with pytest.raises(CorpusError, match="decomposed"):
        list(string_words(WordList.of(decomposed.items()), running, seed=0, size=50))


def test_a_list_beside_running_text_is_a_source_of_its_category(tmp_path):
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "text.txt").write_text("".join(RUNNING))
    many = GERMAN | {f"{word}en": 1 for word in WORDS}
    (tmp_path / "de" / "words.tsv").write_bytes(write_word_list(WordList.of(many.items())))
    (tmp_path / "en.txt").write_text("The dog and the cat are in the house. " * 50)
    (tmp_path / "xx.tsv").write_bytes(write_word_list(WordList.of(many.items())))
    corpus = bi.load_corpus(tmp_path)
    documents = list(corpus.categories[0].documents())
    assert documents[0] == "".join(RUNNING)
    assert len(documents) > 200
    assert len(corpus.notes) == 1
    assert "'xx': xx.tsv is a list of words without running text" in corpus.notes[0]
    limited = bi.load_corpus(tmp_path, limit=20_000)
    assert 10_000 < len("".join(limited.categories[0].documents()).encode()) <= 20_000


def test_the_note_on_a_list_alone_reaches_the_result_and_counts_are_kept(tmp_path):
    folder, kept = tmp_path / "samples", tmp_path / "cache"
    folder.mkdir()
    english = {"the": 50, "of": 30, "and": 28, "to": 27, "in": 20} | dict.fromkeys(WORDS, 1)
    (folder / "en.tsv").write_bytes(write_word_list(WordList.of(english.items())))
    (folder / "de.txt").write_text("".join(RUNNING))
    estimate = [
        bi.infer(
            gpt2(300),
            bi.load_corpus(folder),
            resamples=0,
            cache=kept,
        )
        for _ in range(2)
    ]
    assert any("list of words without running text" in note for note in estimate[0].notes)
    assert len(list(kept.glob("*.tally"))) == 2
    assert np.array_equal(estimate[0].byte_shares, estimate[1].byte_shares)
