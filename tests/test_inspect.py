"""`inspect` and `compare`: counts that can be checked by hand, safe output, promised JSON fields."""

from __future__ import annotations

import json

import pytest
import tokenizer_files as write
from gpt2 import gpt2
from hypothesis import given
from hypothesis import strategies as st
from test_cli_infer import one_line_error
from typer.testing import CliRunner

from bpeinfer.cli import app
from bpeinfer.inspection.compare import compare_tokenizers
from bpeinfer.inspection.composition import KINDS, composition, kinds_of
from bpeinfer.inspection.inspect import inspect_tokenizer
from bpeinfer.inspection.oddities import oddities
from bpeinfer.loading import load_tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize.describe import splitting_in_words
from bpeinfer.reports.columns import token_as_text
from bpeinfer.reports.comparison import comparison_as_text, comparison_document
from bpeinfer.reports.composition import composition_tables
from bpeinfer.reports.formats import FORMATS
from bpeinfer.reports.inspection import inspection_as_text
from bpeinfer.reports.inspection_report import inspection_document
from bpeinfer.reports.terminal import escape_text
from bpeinfer.scripts import scripts_of
from bpeinfer.token_text import token_text

ALPHABET = [bytes([byte]) for byte in range(256)]


def spelled(*tokens: bytes) -> MergeList:
    """A list that makes each token byte by byte, from the left."""
    pairs = [(token[:cut], token[cut : cut + 1]) for token in tokens for cut in range(1, len(token))]
    return MergeList.from_pairs(ALPHABET, list(dict.fromkeys(pairs)))


def saved(tmp_path, merges: MergeList, name: str = "tokenizer.json", **extra):
    path = tmp_path / name
    path.write_bytes(write.tokenizer_json(merges, **extra))
    return path


# --- composition


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" the", "letters"),
        ("é", "letters"),
        ("ที่", "letters"),
        (" 日本", "letters"),
        ("NASA", "letters"),
        ("getName", "code-like"),
        (".get", "code-like"),
        ("();", "code-like"),
        ("!\n", "code-like"),
        ("foo_bar", "code-like"),
        (" 1999", "digits"),
        ("½", "digits"),
        ("...", "punctuation"),
        ("，", "punctuation"),
        ("\n\n  ", "whitespace"),
        ("a1", "mixed"),
        ("don't", "mixed"),
    ],
)
def test_kinds_of_token(text, kind):
    assert kind == KINDS[kinds_of(["Un", text, "()"])[1]]


def test_composition_counts_each_merge_once_in_its_tenth():
    merges = spelled(b"ab", b"12", b"\xd0\xb6\xd0\xb0", b"\xe6\x97", b"  ", b"();")
    made = composition(merges)
    # ab | 12 | ж жХ жа | e6 97 | two spaces | () (); : 8 products besides the fragment of жа
    kinds = {kind: sum(counts) for kind, counts in made.kinds.items() if sum(counts)}
    assert kinds == {
        "letters": 3,
        "digits": 1,
        "byte fragment": 2,
        "whitespace": 1,
        "code-like": 2,
    }
    scripts = {script: sum(counts) for script, counts in made.scripts.items()}
    assert scripts == {"Latin": 1, "Cyrillic": 2, "none": 4, "byte fragment": 2}
    assert sum(end - start for start, end in zip(made.slices, made.slices[1:], strict=False)) == len(merges)


def test_scripts_by_unicode_names():
    found = scripts_of("aжあ日한ก1,\u0301\ue000")
    assert list(found.values()) == [
        "Latin", "Cyrillic", "Hiragana", "Han", "Hangul", "Thai", "Common", "Common", "Inherited", "Other",
    ]  # fmt: skip


def test_oddities_find_urls_mail_repeats_long_words_and_impossible_fragments():
    merges = spelled(b"://", b"mailto", b"=" * 9, b"=-" * 6, b"abcdefghijklmnopqrstu", b"a\xff", b"\xe6\x97")
    found = {oddity.sort: (oddity.count, oddity.examples[0][1]) for oddity in oddities(merges)}
    assert found["URLs"] == (1, b"://")
    assert found["e-mail-like"] == (1, b"mailto")
    assert found["repeated characters"] == (3, b"=" * 8)
    assert found["words of 20 letters or more"] == (2, b"abcdefghijklmnopqrst")
    assert found["fragments that no text can complete"] == (1, b"a\xff")


# --- the page


def test_inspection_shows_where_everything_went(tmp_path):
    merges = spelled(b" the", b"cat")
    extra = {"added_tokens": [{"content": "<s>", "special": True, "id": 999}]}
    loaded = load_tokenizer(saved(tmp_path, merges, **extra))
    result = inspect_tokenizer(loaded).to_dict()
    page = inspection_as_text(result)
    assert result["set_aside"] == {"special_tokens": 1}
    assert result["learned_merges"] == len(merges)
    assert "− 1  special tokens" in page
    assert f"{len(merges)}  learned merges, kept as listed" in page
    assert loaded.provenance.sha256 in page
    assert '" " + "t"' in page
    assert "cut by GPT-2's pattern (r50k)" in page
    assert "every learned merge can come from this pre-tokenizer" in page


def test_merges_that_the_pretokenizer_cannot_produce_are_counted_and_shown(tmp_path):
    merges = spelled(b"ab cd", b"12")
    result = inspect_tokenizer(load_tokenizer(saved(tmp_path, merges))).to_dict()
    # "ab " and "ab c" and "ab cd" cross a space, which GPT-2's pattern never does
    assert result["pretokenizer"]["unproducible_merges"] == 3
    assert result["pretokenizer"]["unproducible_examples"] == ["ab ", "ab c", "ab cd"]
    assert '"ab "  "ab c"' in inspection_as_text(result)


def test_a_known_pretokenizer_that_fits_better_is_named(tmp_path):
    # Numbers of four digits: GPT-2 keeps them whole, cl100k cuts after three, Qwen after one.
    words = [b"word%c" % letter for letter in range(97, 123)]
    merges = spelled(*words, *[b"%d" % number for number in range(1000, 9000, 97)])
    loaded = load_tokenizer(saved(tmp_path, merges), pretokenizer="cl100k")
    found = inspect_tokenizer(loaded)
    assert found.consistency.count == len(range(1000, 9000, 97))
    assert found.better_pretokenizer is not None
    assert found.better_pretokenizer[1] == 0
    assert "leaves only 0 merges" in inspection_as_text(found.to_dict())
    assert inspect_tokenizer(load_tokenizer(tmp_path / "tokenizer.json")).better_pretokenizer is None


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\u202eb", "a\\u202eb"),
        ("\u200b", "\\u200b"),
        ("\n\t\\", "\\n\\t\\\\"),
        ("\U000e0067", "\\U000e0067"),
        ("\ue000", "\\ue000"),
        ("\u0301a", "◌\u0301a"),
        ("\u00a0", "\\xa0"),
        ("é 日", "é 日"),
    ],
)
def test_what_could_move_the_cursor_or_hide_is_escaped(token, shown):
    assert shown == escape_text(token)


@given(st.text())
def test_no_control_format_or_bidi_character_survives_escaping(text):
    import unicodedata

    assert not {unicodedata.category(character) for character in escape_text(text)} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }


@given(st.binary(max_size=40))
def test_tokens_as_text_are_valid_and_plain_ones_unchanged(token):
    text = token_text(token)
    text.encode()
    try:
        assert text == token.decode()
    except UnicodeDecodeError:
        assert "<0x" in text


def test_a_page_of_hostile_tokens_has_no_control_character(tmp_path):
    merges = spelled(b"\x1b[31m", "a\u202eb".encode(), b"\x00\x00\x07", "\u2066x".encode(), b"\r\n")
    folder = tmp_path / "evil\x1b[0m"
    folder.mkdir()
    page = inspection_as_text(inspect_tokenizer(load_tokenizer(saved(folder, merges))).to_dict())
    assert set(page) & {chr(code) for code in range(32)} == {"\n"}
    assert not set(page) & {"\u202e", "\u2066", "\x1b", "\x7f"}


def test_reports_of_an_inspection_have_the_page_s_figures_in_tables(tmp_path):
    merges = spelled(b" the", b"ab cd", b"\x1b[31m", b"========")
    result = inspect_tokenizer(load_tokenizer(saved(tmp_path, merges))).to_dict()
    document = inspection_document(result)
    markdown, html = FORMATS["markdown"](document), FORMATS["html"](document)
    assert f"| tokens in the file | {result['vocabulary']:,} |" in markdown
    assert f"{result['pretokenizer']['unproducible_merges']} merges cannot come from this" in markdown
    assert f"- sha256 tokenizer.json: {next(iter(result['files'].values()))}" in markdown
    for _, *cells in composition_tables([result["composition"]])[0].rows:
        assert f"| {' | '.join(cells)} |" in markdown
    assert html.count("<table>") == 3 + len(result["trainer"])  # account, kinds, scripts, ties
    assert "repeated characters, 1:" in markdown
    assert "\x1b" not in markdown + html


def test_reports_of_a_comparison_have_the_page_s_figures_in_tables(tmp_path):
    lists = [spelled(b" the", b"cat"), spelled(b" the", b"dog")]
    loaded = [load_tokenizer(saved(tmp_path, merges, f"{n}.json")) for n, merges in enumerate(lists)]
    result = compare_tokenizers(*loaded).to_dict()
    markdown = FORMATS["markdown"](comparison_document(result))
    assert f"- shared merges: {result['shared_merges']}" in markdown
    sides = [" + ".join(map(token_as_text, side["after_head"][0])) for side in result["tokenizers"]]
    assert f"| {result['common_head']} | {' | '.join(sides)} |" in markdown
    assert "| letters, A |" in markdown
    assert "| letters, B |" in markdown


# --- compare


def test_compare_counts_by_hand(tmp_path):
    first = MergeList.from_pairs(ALPHABET, [(b"a", b"b"), (b"c", b"d"), (b"ab", b"c"), (b"x", b"y")])
    second = MergeList.from_pairs(
        ALPHABET, [(b"a", b"b"), (b"c", b"d"), (b"x", b"y"), (b"b", b"c"), (b"a", b"bc")]
    )
    loaded = [
        load_tokenizer(saved(tmp_path, merges, f"{n}.json")) for n, merges in enumerate((first, second))
    ]
    found = compare_tokenizers(*loaded)
    assert found.common_head == 2
    assert found.shared_merges == 3  # ab, cd, xy
    assert found.shared_tokens == 4  # also abc, made by another pair
    assert found.rank_correlation == pytest.approx(1.0)
    assert found.only_first == ()
    assert found.only_second == ((3, b"bc"),)
    assert found.after_head[0][0] == (b"ab", b"c")
    page = comparison_as_text(found.to_dict())
    assert "common head       2" in page
    assert '"ab" + "c"' in page


def test_compare_with_itself_and_with_the_reverse_order(tmp_path):
    pairs = [(bytes([byte]), bytes([byte + 1])) for byte in range(97, 117)]
    one = load_tokenizer(saved(tmp_path, MergeList.from_pairs(ALPHABET, pairs), "a.json"))
    other = load_tokenizer(saved(tmp_path, MergeList.from_pairs(ALPHABET, pairs[::-1]), "b.json"))
    same = compare_tokenizers(one, one)
    assert (same.common_head, same.shared_merges) == (20, 20)
    assert same.rank_correlation == pytest.approx(1.0)
    reverse = compare_tokenizers(one, other)
    assert (reverse.common_head, reverse.shared_merges) == (0, 20)
    assert reverse.rank_correlation == pytest.approx(-1.0)


def test_lists_over_bytes_and_over_characters_can_be_compared(tmp_path):
    over_bytes = load_tokenizer(saved(tmp_path, spelled(b" th")))
    pieces = [("▁t", 0.0, 1), ("▁th", -1.0, 1), ("▁", -2.0, 1), ("t", -3.0, 1), ("h", -4.0, 1)]
    (tmp_path / "spm.model").write_bytes(write.sentencepiece(pieces))
    assert compare_tokenizers(over_bytes, load_tokenizer(tmp_path / "spm.model")).common_head == 2


# --- in words


def test_splitting_in_words():
    steps = splitting_in_words(
        {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Prepend", "prepend": "▁"}]},
        {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Digits", "individual_digits": True},
                {"type": "Split", "pattern": {"String": " "}, "behavior": "Removed", "invert": False},
                {"type": "ByteLevel", "add_prefix_space": True, "use_regex": False},
                {"type": "Novelty", "size": 3},
            ],
        },
    )
    assert steps == [
        "Unicode NFKC",
        'put "▁" in front',
        "cut out each digit",
        'cut at and drop each " "',
        "put a space in front",
        "take the bytes",
        "Novelty (size 3)",
    ]
    assert splitting_in_words(None, None) == ["each document is one pretoken"]


# --- the commands


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_inspect_json_has_the_promised_fields():
    found = json.loads(run("inspect", "bundled:gpt2", "--json"))
    promised = {
        "format",
        "source",
        "sha256",
        "listed_merges",
        "learned_merges",
        "set_aside",
        "pretokenizer",
        "lineage",
    }
    assert promised <= set(found)
    assert found["learned_merges"] == 50_000
    assert found["lineage"][0]["name"] == "GPT-2 (r50k)"
    assert found["pretokenizer"]["unproducible_merges"] == 0


def test_inspect_prints_a_page_and_compare_another(small):
    assert "the same list" in run("inspect", "bundled:gpt2")
    assert json.loads(run("compare", str(small), "bundled:gpt2", "--json"))["shared_merges"] == 1_000
    assert "rank correlation  1.0000" in run("compare", str(small), str(small))


def test_a_list_that_does_not_say_how_text_is_split_is_inspected_all_the_same(tmp_path):
    merges = gpt2().merges.head(600)
    tokens = [*merges.symbols[: merges.alphabet_size], *(merges.symbols[i] for i in merges.product.tolist())]
    (tmp_path / "mine.tiktoken").write_bytes(write.tiktoken(tokens))
    result = json.loads(run("inspect", str(tmp_path / "mine.tiktoken"), "--json"))
    assert result["pretokenizer"]["origin"].startswith("auto: ")
    assert result["learned_merges"] == 600


def test_errors_of_inspect_and_compare_are_one_line(tmp_path):
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\nthe\n##s\n")
    assert "WordPiece" in one_line_error("inspect", tmp_path / "vocab.txt")
    assert "no such file" in one_line_error("compare", "bundled:gpt2", tmp_path / "nothing.json")
