"""The kinds of code and markup: a few large projects of each and many small ones (`code_projects.tsv`)."""

# ruff: noqa: E501  (a table: one source a line)

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import regex
from catalogue import Category, Source
from languages import GNOME
from packages import Package
from projects import projects
from readers import Document, Reader, source_files

_CODE_BYTES = 340_000

_CPP_ONLY = regex.compile(
    r"(?m)^\s*(?:class|namespace|template|public:|private:|using)\b|\bconstexpr\b|\w::~?\w|^#include <[a-z_]+>"
)
"""What C++ has and C has not; headers of both end in .h."""


def c_files(suffixes: str, under: str = "", inner: str = "", leave_out: str = "") -> Reader:
    """A reader of C files: like `source_files`, without files that only C++ can hold."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        for document in source_files(suffixes, under, inner, leave_out)(root, tag):
            if not _CPP_ONLY.search(document.text):
                yield document

    return read


def cpp_files(suffixes: str, under: str = "", inner: str = "", leave_out: str = "") -> Reader:
    """A reader of C++ files: like `source_files`, without .h files that may as well be C."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        for document in source_files(suffixes, under, inner, leave_out)(root, tag):
            if not document.id.endswith(".h") or _CPP_ONLY.search(document.text):
                yield document

    return read


_SHEBANG = regex.compile(r"#! ?/(?:usr/)?bin/(?:env )?(?:ba|da|k)?sh\b")


def shell_files(suffixes: str, under: str = "", inner: str = "", leave_out: str = "") -> Reader:
    """A reader of shell scripts: files with the suffixes (or names) given, and with "*" all that begin as scripts do."""
    wanted = tuple(suffixes.replace("*", "").split())

    def read(root: Path, tag: str) -> Iterator[Document]:
        for document in source_files(suffixes, under, inner, leave_out)(root, tag):
            if document.id.endswith(wanted) or _SHEBANG.match(document.text):
                yield document

    return read


def _code(
    name: str,
    title: str,
    suffixes: str,
    kinds: str,
    *packages: tuple[str, ...],
    size: float = 1.0,
    files: Callable[..., Reader] = source_files,
) -> Category:
    """A code category: small projects of the kinds named, and large ones, read by `files`.

    A large one is (name with registry, licence, holders[, under, inner, leave_out, suffixes]). Every project is a
    register of its own, since no two write alike: each gets the same share.
    """
    sources = []
    for entry in packages:
        where, licence, attribution, *rest = entry
        under, inner, leave_out, own = (*rest, "", "", "", "")[:4]
        registry, _, named = where.partition(":")
        package_name, _, version = named.rpartition("@") if "@" in named else (named, "", "")
        sources.append(
            Source(
                name=package_name,
                register=package_name,
                package=Package(registry, package_name, version),
                reader=files(own or suffixes, under, inner, leave_out),
                licence=licence,
                attribution=attribution,
            )
        )
    large = {source.name for source in sources}
    sources += [
        Source(
            name=project.name,
            register=project.name,
            package=project.package,
            reader=files(suffixes, project.under, "", project.leave_out),
            licence=project.licence,
            attribution=project.holders,
        )
        for project in projects(*kinds.split())
        if project.name not in large
    ]
    return Category(
        name=name, title=title, group="code", bytes_wanted=round(size * _CODE_BYTES), sources=tuple(sources)
    )


# fmt: off
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
_C = (
    (*_LINUX, "", _LINUX_TAR),
    ("apt:glibc-source", "LGPL-2.1-or-later", "Free Software Foundation, Inc.", "", "usr/src/glibc/glibc-2.36.tar.xz"),
    ("crates:zstd-sys@2.1.3+zstd.1.5.7", "BSD-3-Clause", "Meta Platforms, Inc. and affiliates (Zstandard)", "", "", "lib/legacy"),
    ("crates:lz4-sys@1.11.1+lz4-1.10.0", "BSD-2-Clause AND GPL-2.0-or-later", "Yann Collet (LZ4)"),
    ("crates:bzip2-sys@0.1.13+1.0.8", "bzip2-1.0.6", "Julian Seward"),
    ("crates:libssh2-sys@0.3.4", "BSD-3-Clause", "Sara Golemon, Daniel Stenberg and the libssh2 contributors"),
    ("crates:libnghttp2-sys@0.1.13+1.68.1", "MIT", "Tatsuhiro Tsujikawa and nghttp2 contributors", "", "", "third-party|munit"),
    ("crates:libmimalloc-sys@0.1.49", "MIT", "Microsoft Corporation and Daan Leijen"),
    ("crates:onig_sys@69.9.3", "BSD-2-Clause", "K. Kosako (Oniguruma)"),
    ("crates:libusb1-sys@0.7.0", "LGPL-2.1-or-later", "the libusb authors"),
    ("crates:freetype-sys@0.23.0", "FTL OR GPL-2.0-only", "the FreeType Project", "crate/freetype2"),
    ("crates:libdeflate-sys@1.26.1", "MIT", "Eric Biggers; Google LLC (libdeflate)"),
    ("crates:rdkafka-sys@4.10.0+2.12.1", "BSD-2-Clause", "Magnus Edenhill and Confluent Inc. (librdkafka)"),
    ("crates:lmdb-rkv-sys@0.11.2", "OLDAP-2.8", "Howard Chu, Symas Corp. (LMDB)"),
    ("crates:audiopus_sys@0.2.2", "BSD-3-Clause", "Xiph.Org, Skype Limited and others (Opus)"),
    ("crates:luajit-src@210.7.4+c6ffc14", "MIT", "Mike Pall (LuaJIT)"),
    ("crates:nng-sys@0.4.0+2.0.0", "MIT", "Staysail Systems, Inc. and Capitar IT Group BV (nng)"),
    ("crates:libffi-sys@4.2.2", "MIT", "Anthony Green, Red Hat, Inc. and others (libffi)"),
    ("crates:pcre2-sys@0.2.10", "BSD-3-Clause", "Philip Hazel, University of Cambridge (PCRE2)", "", "", "deps/sljit"),
    ("crates:libwebp-sys@0.14.4", "BSD-3-Clause", "Google Inc. (libwebp)"),
    ("crates:mozjpeg-sys@2.2.4-beta.1", "IJG AND Zlib AND BSD-3-Clause", "the Independent JPEG Group, D. R. Commander and Mozilla"),
    ("crates:openjpeg-sys@1.0.12", "BSD-2-Clause", "Université catholique de Louvain and others (OpenJPEG)"),
    ("crates:lcms2-sys@4.0.7", "MIT", "Marti Maria Saguer (Little CMS)"),
    ("crates:usrsctp-sys@0.2.0", "BSD-3-Clause", "Randall Stewart, Michael Tuexen and others (usrsctp)"),
    ("crates:mbedtls-sys-auto@2.28.15", "Apache-2.0 OR GPL-2.0-or-later", "the Mbed TLS contributors"),
    ("crates:pg_query@18.1.0", "BSD-3-Clause AND PostgreSQL", "Lukas Fittl and the PostgreSQL Global Development Group"),
    ("crates:rquickjs-sys@0.14.0", "MIT", "Fabrice Bellard, Charlie Gordon and others (QuickJS)"),
    ("crates:osqp-sys@1.0.1", "Apache-2.0", "Bartolomeo Stellato, Goran Banjac, Paul Goulart and Stephen Boyd (OSQP)", "", "", "qdldl/amd"),
    ("crates:qhull-sys@0.4.1", "Qhull", "C. B. Barber and the Geometry Center, University of Minnesota"),
    ("crates:hdf5-src@0.8.1", "BSD-3-Clause", "The HDF Group and the Board of Trustees of the University of Illinois"),
    ("crates:open62541-sys@0.6.6", "MPL-2.0", "the open62541 contributors", "crate/open62541"),
    ("crates:libxlsxwriter-sys@1.1.7", "BSD-2-Clause", "John McNamara"),
    ("crates:jq-src@0.4.1", "MIT", "Stephen Dolan and jq contributors", "", "", "oniguruma"),
    ("crates:tree-sitter@0.27.1", "MIT", "Max Brunsfeld", "", "", "wasm-stdlib|src/unicode"),
    ("npm:argon2@0.45.1", "CC0-1.0 OR Apache-2.0", "Daniel Dinu, Dmitry Khovratovich, Jean-Philippe Aumasson and Samuel Neves"),
    ("npm:robotjs@0.9.1", "MIT", "Jason Stallings and RobotJS contributors", "", "", "uthash|ms_std"),
    ("npm:libxmljs2@0.37.0", "MIT", "Daniel Veillard and libxml2 contributors", "package/vendor/libxml", "", "/trio"),
)
_CPP = (
    ("crates:librocksdb-sys@0.19.0+11.8.1", "GPL-2.0-only OR Apache-2.0", "Meta Platforms, Inc. and affiliates (RocksDB)"),
    ("crates:protobuf-src@2.1.1+27.1", "BSD-3-Clause AND Apache-2.0", "Google Inc. (Protocol Buffers, Abseil)"),
    ("crates:zeromq-src@0.3.6+4.3.5", "MPL-2.0", "iMatix Corporation and ZeroMQ contributors"),
    ("crates:imgui-sys@0.12.0", "MIT", "Omar Cornut (Dear ImGui)"),
    ("crates:shaderc-sys@0.10.1", "Apache-2.0 AND BSD-3-Clause", "Google Inc., The Khronos Group and others"),
    ("crates:spirv_cross@0.23.1", "Apache-2.0", "Arm Limited and SPIRV-Cross contributors"),
    ("crates:whisper-rs-sys@0.15.0", "MIT", "The ggml authors (whisper.cpp)", "", "", "/ggml/"),
    ("crates:highs-sys@1.16.0", "MIT", "HiGHS", "", "", "extern/"),
    ("crates:sentencepiece-sys@0.14.0", "Apache-2.0", "Google Inc. (SentencePiece)"),
    ("crates:physx-sys@0.11.5", "BSD-3-Clause", "NVIDIA Corporation (PhysX)"),
    ("npm:node-pty@1.1.0", "MIT", "Ryan Prichard, Christopher Jeffrey, Daniel Imms and Microsoft Corporation"),
    ("npm:isolated-vm@7.0.1", "ISC", "Marcel Laverdet", "", "", "vendor"),
    ("npm:better-sqlite3@13.2.0", "MIT", "Joshua Wise"),
    ("npm:utp-native@2.5.3", "MIT", "BitTorrent, Inc. and Mathias Buus"),
    ("npm:node-libcurl@5.1.2", "MIT", "Jonathan Cardoso Machado and node-libcurl contributors"),
    ("npm:canvas@3.2.3", "MIT", "LearnBoost, Automattic, Inc. and node-canvas contributors"),
    ("npm:sharp@0.35.5", "Apache-2.0", "Lovell Fuller and sharp contributors"),
    ("apt:libboost1.74-dev", "BSL-1.0", "Boost contributors"),
    ("apt:libeigen3-dev", "MPL-2.0", "Eigen contributors", "", "", "", ".h .cpp Core Dense Sparse"),
    ("apt:googletest", "BSD-3-Clause", "Google Inc."),
    ("apt:librange-v3-dev", "BSL-1.0", "Eric Niebler and range-v3 contributors"),
    (*_RN, "package/ReactCommon"), _WINDOWS, *_RN_EXTRAS,
)

_TCL = (
    ".tcl .tk .itcl .itk .tm ding dirdiff i8kmon xorriso-tcltk nut owtap owmon visual-regexp tk-brief tkinfo isag"
    " stopwatch eTktab xmdump4 gitk tk2 tkcvs secpanel expect_kibitz expect_mkpasswd"
)
"""Tcl's endings, and programs that have none."""

_MANY_NPM = (*_JAVASCRIPT[:11], *_TYPESCRIPT[:11], *_CSS[2:10], _RN, *_EXPO, *_RN_EXTRAS)


def _whole(packages: tuple[tuple[str, ...], ...], leave_out: str = "") -> tuple[tuple[str, ...], ...]:
    """The same packages without their restriction to folders, each once."""
    unique = {entry[0]: (*entry[:3], "", "", leave_out) for entry in packages}
    return tuple(unique.values())


CODE = (
    _code("python", "Python", ".py", "python", *_PYTHON, size=1.6),
    _code("javascript", "JavaScript", ".js .mjs .jsx", "javascript", *_JAVASCRIPT, size=1.6),
    _code("typescript", "TypeScript", ".ts .tsx", "typescript typescript-picked", *_TYPESCRIPT, *_RN_EXTRAS[:4]),
    _code("java", "Java", ".java", "java java-maven", *_JAVA, size=1.2),
    _code("c", "C", ".c .h", "c-source c", *_C, size=2.2, files=c_files),
    _code("cpp", "C++", ".cpp .hpp .cc .cxx .hh .h .ipp", "cpp-source cpp cpp-picked", *_CPP, size=1.9, files=cpp_files),
    _code("csharp", "C#", ".cs", "csharp csharp-picked", _WINDOWS, *_RN_EXTRAS),
    _code("go", "Go", ".go", "go", *_GO),
    _code("rust", "Rust", ".rs", "rust", *_RUST),
    _code("php", "PHP", ".php", "php", *_PHP, size=1.2),
    _code("ruby", "Ruby", ".rb", "ruby", *_RUBY),
    _code("kotlin", "Kotlin", ".kt", "scala-kotlin kotlin-maven native-picked", _RN, *_EXPO, *_RN_EXTRAS),
    _code("swift", "Swift", ".swift", "native-picked", *_EXPO, *_CAPACITOR, *_RN_EXTRAS),
    _code("objective-c", "Objective-C", ".m .mm", "native-picked", _RN, *_EXPO, *_RN_EXTRAS, *_CAPACITOR),
    _code("perl", "Perl", ".pm .pl .pod .t", "perl",
        ("apt:perl-modules-5.36", "Artistic-1.0-Perl OR GPL-1.0-or-later", "Larry Wall and others", "", "", "unicore|Unicode/Collate|Locale"),
        ("apt:libmojolicious-perl", "Artistic-2.0", "Sebastian Riedel and others"),
        ("apt:libmoose-perl", "Artistic-1.0-Perl OR GPL-1.0-or-later", "Infinity Interactive and others"),
        ("apt:libdancer2-perl", "Artistic-1.0-Perl OR GPL-1.0-or-later", "Alexis Sukrieh and others"),
        ("apt:libcatalyst-perl", "Artistic-1.0-Perl OR GPL-1.0-or-later", "Sebastian Riedel and others")),
    _code("shell", "Shell", ".sh .bash *", "c-source cpp-source cpp-picked shell-picked rust",
        (*_LINUX, "", _LINUX_TAR, "", ".sh .bash"),
        ("apt:git", "GPL-2.0-only", "Git contributors"),
        ("apt:bash-completion", "GPL-2.0-or-later", "bash-completion contributors",
         "usr/share/bash-completion/completions", "", "", "r t c e n m d s l k p h g y x b"),
        ("apt:initramfs-tools-core", "GPL-2.0-or-later", "Debian kernel team", "", "", "", "functions init sh *"),
        ("apt:dracut-core", "GPL-2.0-or-later", "Harald Hoyer and dracut contributors"),
        ("apt:debootstrap", "MIT", "Anthony Towns and others", "usr/share/debootstrap", "", "", "functions sid jessie xenial debootstrap"),
        ("apt:autopkgtest", "GPL-2.0-or-later", "Canonical Ltd. and others"),
        files=shell_files),
    _code("lua", "Lua", ".lua", "lua lua-picked",
        ("apt:prosody", "MIT", "Matthew Wild and Waqas Hussain"),
        ("apt:awesome", "GPL-2.0-or-later", "Julien Danjou and awesome contributors"),
        ("apt:neovim-runtime", "Apache-2.0", "Neovim contributors"),
        ("apt:texlive-luatex", "LPPL-1.3c", "authors of the TeX Live packages", "", "", r"data|-char|unicode")),
    _code("sql", "SQL", ".sql .test", "java php csharp sql-picked",
        ("apt:gnumed-server", "GPL-2.0-or-later", "Karsten Hilbert and GNUmed contributors"),
        ("apt:mariadb-test-data", "GPL-2.0-only", "MariaDB Corporation and contributors", "", "", "", ".test .sql .inc"),
        ("apt:postgresql-15-postgis-3-scripts", "GPL-2.0-or-later", "PostGIS contributors"),
        ("apt:mediawiki", "GPL-2.0-or-later", "MediaWiki contributors")),
    _code("ocaml", "OCaml", ".ml .mli", "ocaml",
        ("apt:ocaml", "LGPL-2.1-only WITH OCaml-LGPL-linking-exception", "INRIA"),
        ("apt:liblwt-ocaml-dev", "MIT", "Lwt contributors")),
    _code("pascal", "Pascal", ".pas .pp .inc .lpr", "pascal pascal-picked pascal-inside",
        ("apt:fpc-source-3.2.2", "LGPL-2.1-or-later WITH linking exception", "the Free Pascal team"),
        ("apt:lazarus-src-2.2", "LGPL-2.0-or-later WITH linking exception", "the Lazarus team"),
        ("apt-source:gearhead", "LGPL-2.1-or-later", "Joseph Hewitt"),
        ("apt-source:gearhead2", "LGPL-2.1-or-later", "Joseph Hewitt"),
        ("apt-source:cqrlog", "GPL-2.0-or-later", "Petr Hlozek, Martin Sehnal and cqrlog contributors"),
        ("apt-source:mricron", "BSD-3-Clause", "Chris Rorden"),
        ("apt-source:ddrescueview", "GPL-3.0-or-later", "Martin Bittermann"),
        ("apt-source:adlibtracker2", "GPL-3.0-or-later", "Stanislav Baranec")),
    _code("lisp", "Lisp (Emacs Lisp, Common Lisp)", ".el .el.gz .lisp", "lisp",
        ("apt:emacs-el", "GPL-3.0-or-later", "Free Software Foundation, Inc.", "", "", "leim|language|org/ob|ja-dic"),
        ("apt:elpa-magit", "GPL-3.0-or-later", "Jonas Bernoulli and Magit contributors"),
        ("apt:sbcl-source", "public domain AND BSD", "SBCL contributors"),
        ("apt:cl-ironclad", "BSD-3-Clause", "Nathan Froyd"),
        ("apt:cl-ppcre", "BSD-2-Clause", "Edmund Weitz")),
    _code("erlang", "Erlang", ".erl .hrl", "erlang-picked", ("apt:erlang-src", "Apache-2.0", "Ericsson AB")),
    _code("octave", "MATLAB and Octave", ".m", "octave",
        ("apt:octave-common", "GPL-3.0-or-later", "the Octave Project Developers"),
        ("apt:octave-statistics", "GPL-3.0-or-later", "Octave Forge contributors"),
        ("apt:octave-signal", "GPL-3.0-or-later", "Octave Forge contributors")),
    _code("assembly", "Assembly", ".S .s .asm", "assembly-picked"),
    _code("html", "HTML", ".html .htm", "html java",
        ("apt:python3.11-doc", "PSF-2.0", "Python Software Foundation"),
        ("apt:sqlite3-doc", "public domain", "the SQLite developers"),
        ("apt:postgresql-doc-15", "PostgreSQL", "The PostgreSQL Global Development Group"),
        ("apt:git-doc", "GPL-2.0-only", "Git contributors"),
        ("apt:python-sqlalchemy-doc", "MIT", "SQLAlchemy authors and contributors"),
        ("apt:libsfml-doc", "Zlib", "Laurent Gomila", "", "", r"_source\.|-members|functions|globals|namespacemembers|hierarchy"),
        ("apt:wordpress", "GPL-2.0-or-later", "WordPress contributors"),
        ("pypi:django@5.1.4", "BSD-3-Clause", "Django Software Foundation"),
        size=1.4),
    _code("css", "CSS, Sass and Less", ".css .scss .less .sass", "css css-picked html java", *_CSS),
    _code("xml", "XML and XSLT", ".xml .xsl .page .xslt .ui", "xml java-maven csharp-picked",
        ("apt:docbook-xsl", "MIT-like (DocBook XSL)", "Norman Walsh and the DocBook Project", "", "", r"common/[a-z_]+\.xml|params/"),
        ("apt:gnome-user-docs", "CC-BY-SA-3.0", GNOME, "usr/share/help/C"),
        *_whole((_RN, *_RN_EXTRAS, *_EXPO))),
    _code("json", "JSON", ".json", "javascript csharp", *_whole(_MANY_NPM, r"i18n|locale|caniuse"),
        ("apt:mediawiki", "GPL-2.0-or-later", "MediaWiki contributors", "", "", r"/(?!en)[a-z-]+\.json$"), size=0.8),
    _code("yaml", "YAML", ".yaml .yml", "cpp-source c-source cpp-picked ruby rust javascript yaml-picked", (*_LINUX, "", _LINUX_TAR)),
    _code("markdown", "Markdown", ".md .markdown", "c-source cpp-source haskell csharp java go", *_whole(_MANY_NPM, r"LICEN|CHANGELOG|anarchism"),
        ("apt:golang-1.19-src", "BSD-3-Clause", "The Go Authors"),
        ("apt:rust-src", "MIT OR Apache-2.0", "The Rust Project Developers")),
    _code("restructuredtext", "reStructuredText", ".rst .rst.txt", "restructuredtext",
        ("apt:python3.11-doc", "PSF-2.0", "Python Software Foundation", "usr/share/doc/python3.11/html/_sources"),
        ("apt:python-sqlalchemy-doc", "MIT", "SQLAlchemy authors and contributors")),
    _code("latex", "LaTeX", ".tex .sty .cls .dtx", "latex",
        ("apt:texlive-latex-base", "LPPL-1.3c", "the LaTeX Project and package authors"),
        ("apt:texlive-latex-recommended", "LPPL-1.3c", "authors of the TeX Live packages"),
        ("apt:texlive-humanities-doc", "LPPL-1.3c", "authors of the TeX Live packages")),
    _code("cmake", "CMake and Make", ".cmake CMakeLists.txt Makefile .mk .am", "cpp-source c-source cpp-picked",
        *_whole(tuple(entry for entry in (*_C, *_CPP) if entry[0].startswith("crates:") and "ggml" not in entry[2]), r"third.?party|vendor|extern"),
        ("apt:cmake-data", "BSD-3-Clause", "Kitware, Inc. and Contributors")),
    _code("vimscript", "Vim script", ".vim", "vimscript vim-picked", ("apt:vim-runtime", "Vim", "Bram Moolenaar and others", "", "", "lang/|keymap|colors|spell")),
    _code("tcl", "Tcl", _TCL, "tcl tcl-picked",
        ("apt:tcllib", "TCL", "Tcllib contributors"), ("apt:tklib", "TCL", "Tklib contributors")),
    _code("ada", "Ada", ".ads .adb", "ada-picked", ("apt:gnat-12", "GPL-3.0-or-later WITH GCC-exception-3.1", "Free Software Foundation, Inc.")),
)
