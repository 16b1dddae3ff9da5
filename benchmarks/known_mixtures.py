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
        "--form last --form interval --form pair --form paper"
    ),
    "languages-cl100k": f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 10256 --pattern cl100k",
    "languages-o200k": f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 10256 --pattern o200k",
    # Text of benchmarks/shift_corpora.py: trained on LibreOffice's help; samples of it, and of other sources.
    "languages-unshifted": f"-n 10 --categories {SHIFT} --trials 20 --vocabulary 10256 --merges 3000 --merges 10000",
    "languages-shifted": (
        f"-n 10 --categories {SHIFT} --trials 20 --vocabulary 10256 --merges 1000 --merges 3000 --merges 10000 "
        "--sample-bytes 30000 --sample-bytes 100000 --sample-bytes 300000 --sample-bytes 0"
    ),
    "languages-intervals": f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 10256 --resamples 40",
    "languages-characters": (
        f"-n 10 --categories {LANGUAGES} --trials 20 --vocabulary 3256 --merges 3000 --trainer sentencepiece"
    ),
}


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
    parser.add_argument("--results", type=Path, required=True, help="folder for one .jsonl file a cell")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--trials", type=int, help="in place of the cell's own number")
    parser.add_argument("--list", action="store_true", help="print the commands only")
    given = parser.parse_args()
    if unknown := [name for name in given.cells if name not in CELLS]:
        parser.error(f"no cell {unknown[0]!r}; there are: {', '.join(CELLS)}")
    for name in given.cells or CELLS:
        folder = given.shift if "shifted" in name else given.corpus
        if folder is None:
            parser.error(f"cell {name} needs {'--shift' if 'shifted' in name else '--corpus'}")
        sample = folder / ("shifted" if name == "languages-shifted" else "sample")
        options = [
            *("experiment", "run", "--name", name, "--train", str(folder / "train"), "--sample", str(sample)),
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
