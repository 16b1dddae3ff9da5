"""The cells of known-mixture experiments, each one `bpeinfer experiment run` with its own options.

    python tools/build_starter.py --full DIR           # text from packages: DIR/train and DIR/sample
    python benchmarks/known_mixtures.py --corpus DIR --results OUT languages-10 code-10
    bpeinfer experiment report OUT/*.jsonl --figures OUT

Without names, all cells are run in order; a stopped run goes on where it stopped. `--list` prints the commands.
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from bpeinfer.cli import app

# Categories with at least 1.5 MB (languages) and 2 MB (programming languages) in both halves.
LANGUAGES = (
    "ar,ca,cs,da,de,el,en-documentation,es,eu,fa,fr,hu,id,it,ja,km,ko,nl,pl,pt-br,ru,sl,sv,tl,tr,uk,vi,"
    "zh-cn,zh-tw"
)
CODE = (
    "ada,assembly,c,cmake,cpp,css,erlang,go,html,java,javascript,lisp,lua,octave,pascal,perl,php,python,ruby,rust,"
    "shell,sql,tcl,typescript,vimscript"
)

SHIFT = "ca,cs,da,de,el,en-documentation,es,fi,fr,gl,hu,id,it,ja,ko,nl,pl,pt-br,ru,sv,tr,vi,zh-cn,zh-tw"
# Languages of benchmarks/code_corpora.py with at least 14 MB a half by document, 13 MB by package.
WIDE = "c,cpp,go,javascript,lisp,perl,php,python,ruby,rust"

CELLS = {
    "languages-10": f"-n 10 --categories {LANGUAGES} --trials 20 --baselines",
    "code-10": f"-n 10 --categories {CODE} --trials 20 --baselines",
    "languages-5": f"-n 5 --categories {LANGUAGES} --trials 20 --baselines",
    "code-5": f"-n 5 --categories {CODE} --trials 20 --baselines",
    "languages-28": f"-n 28 --categories {LANGUAGES} --trials 20 --baselines",
    "code-20": f"-n 20 --categories {CODE} --trials 20 --baselines",
    "mixed-40": f"-n 40 --categories {LANGUAGES},{CODE} --trials 20 --baselines",
    "languages-bytes": (
        f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 10256 --sample-bytes 10000 --sample-bytes 30000 "
        "--sample-bytes 100000 --sample-bytes 300000 --sample-bytes 1000000 --sample-bytes 0"
    ),
    "languages-merges": (
        f"-n 10 --categories {LANGUAGES} --trials 20 --merges 100 --merges 300 --merges 1000 --merges 3000 "
        "--merges 10000 --merges 29744"
    ),
    "languages-exact": f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 10256 --exact",
    "code-exact": f"-n 10 --categories {CODE} --trials 20 --vocabulary 10256 --exact",
    "languages-omit": (
        f"-n 20 --categories {LANGUAGES} --trials 20 --vocabulary 10256 --omit 0 --omit 1 --omit 2 --omit 5 --omit 10"
    ),
    "languages-forms": (
        f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 3256 --merges 3000 --sample-bytes 600000 "
        "--forms last --forms interval --forms pair --forms paper"
    ),
    "code-forms": (
        f"-n 10 --categories {CODE} --trials 20 --vocabulary 3256 --merges 3000 --sample-bytes 600000 "
        "--forms last --forms interval --forms pair --forms paper"
    ),
    "languages-cl100k": f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 10256 --pattern cl100k",
    "languages-o200k": f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 10256 --pattern o200k",
    # Text of benchmarks/shift_corpora.py: trained on LibreOffice's help; samples of it, and of other sources.
    "languages-unshifted": f"-n 10 --categories {SHIFT} --trials 20 --vocabulary 10256 --merges 3000 --merges 10000",
    "languages-shifted": (
        f"-n 10 --categories {SHIFT} --trials 20 --vocabulary 10256 --merges 1000 --merges 3000 --merges 10000 "
        "--sample-bytes 30000 --sample-bytes 100000 --sample-bytes 300000 --sample-bytes 0"
    ),
    "languages-intervals": (
        f"-n 10 --categories {LANGUAGES} --trials 100 --vocabulary 3256 --merges 3000 --sample-bytes 1000000 "
        "--resamples 20"
    ),
    "code-intervals": (
        f"-n 10 --categories {CODE} --trials 100 --vocabulary 3256 --merges 3000 --sample-bytes 1000000 "
        "--resamples 20"
    ),
    "languages-characters": (
        f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 3256 --merges 3000 --trainer sentencepiece"
    ),
    # The same programming languages from few projects (--corpus) and from hundreds (--wide); "apart": training text
    # and samples from different packages; "packages-N": 300 kB samples from N packages.
    "code-same-5": f"-n 5 --categories {WIDE} --trials 20 --baselines",
    "code-same-10": f"-n 10 --categories {WIDE} --trials 20 --baselines",
    "code-wide-5": f"-n 5 --categories {WIDE} --trials 20 --baselines",
    "code-wide-10": f"-n 10 --categories {WIDE} --trials 20 --baselines",
    "code-wide-apart-10": f"-n 10 --categories {WIDE} --trials 20 --baselines",
    "code-wide-bytes": (
        f"-n 10 --categories {WIDE} --trials 20 --vocabulary 10256 --merges 3000 --merges 10000 "
        "--sample-bytes 100000 --sample-bytes 300000 --sample-bytes 1000000 --sample-bytes 3000000 --sample-bytes 0"
    ),
    **{
        f"code-wide-packages-{number}": (
            f"-n 10 --categories {WIDE} --trials 20 --vocabulary 10256 --merges 3000 --merges 10000"
        )
        for number in (5, 15, 45)
    },
}


def folders(name: str, corpus: Path | None, shift: Path | None, wide: Path | None) -> tuple[Path, Path] | str:
    """The folders of a cell's training text and samples, or the option that would name them."""
    if name.startswith("code-wide"):
        if wide is None:
            return "--wide"
        if name.startswith("code-wide-packages"):
            return wide / "train", wide / name.removeprefix("code-wide-")
        base = wide / "apart" if "apart" in name else wide
        return base / "train", base / "sample"
    if "shifted" in name:
        if shift is None:
            return "--shift"
        return shift / "train", shift / ("shifted" if name == "languages-shifted" else "sample")
    return "--corpus" if corpus is None else (corpus / "train", corpus / "sample")


def main() -> None:
    """Run the cells that are named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cells", nargs="*", metavar="CELL", help=", ".join(CELLS))
    parser.add_argument("--corpus", type=Path, help="folder with the folders train and sample")
    parser.add_argument(
        "--shift", type=Path, help="folder of benchmarks/shift_corpora.py, for the shift cells"
    )
    parser.add_argument("--wide", type=Path, help="folder of benchmarks/code_corpora.py, for the wide cells")
    parser.add_argument("--results", type=Path, required=True, help="folder for one .jsonl file a cell")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--trials", type=int, help="in place of the cell's own number")
    parser.add_argument("--list", action="store_true", help="print the commands only")
    given = parser.parse_args()
    if unknown := [name for name in given.cells if name not in CELLS]:
        parser.error(f"no cell {unknown[0]!r}; there are: {', '.join(CELLS)}")
    for name in given.cells or CELLS:
        found = folders(name, given.corpus, given.shift, given.wide)
        if isinstance(found, str):
            parser.error(f"cell {name} needs {found}")
        train, sample = found
        options = [
            *("experiment", "run", "--name", name, "--train", str(train), "--sample", str(sample)),
            *shlex.split(CELLS[name]),
            *("--output", str(given.results / f"{name}.jsonl"), "--workers", str(given.workers)),
            *(("--trials", str(given.trials)) if given.trials else ()),
        ]
        if given.list:
            print(shlex.join(["bpeinfer", *options]))
        else:
            app(options, standalone_mode=False)


if __name__ == "__main__":
    main()
