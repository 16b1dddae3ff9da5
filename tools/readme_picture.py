"""Draw the README's picture from a stored result: `bpeinfer infer bundled:gpt2 --output gpt2.json`, then

python tools/readme_picture.py gpt2.json docs/images/gpt2.svg
"""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib import rcParams
from matplotlib.figure import Figure

from bpeinfer import load_estimate

SHOWN = 12


def main(source: Path, target: Path) -> None:
    """Draw groups and the largest categories, in shares of bytes with their intervals."""
    rcParams.update({"svg.hashsalt": "bpeinfer", "font.size": 10})  # letters as paths: fonts differ in width
    estimate = load_estimate(source)
    figure = Figure(figsize=(8, 5.6), layout="constrained")
    groups, samples = figure.subplots(2, 1, height_ratios=[len(estimate.group_shares) + 1, SHOWN + 1])
    estimate.plot_groups(groups).set(xlabel="", title=f"{estimate.to_dict()['tokenizer']['source']}: groups")
    estimate.plot(samples, top=SHOWN).set_title("text like these samples")
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
