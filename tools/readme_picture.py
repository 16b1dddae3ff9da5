"""Draw the README's picture from a stored result: `bpeinfer infer bundled:gpt2 --output gpt2.json`, then

python tools/readme_picture.py gpt2.json docs/images/gpt2.svg
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from matplotlib import rcParams
from matplotlib.figure import Figure

SHOWN = 12


def main(source: Path, target: Path) -> None:
    """Draw groups and the largest categories, in pair shares with their intervals."""
    rcParams.update({"svg.hashsalt": "bpeinfer", "svg.fonttype": "none", "font.size": 10})
    result = json.loads(source.read_text("utf-8"))
    figure = Figure(figsize=(8, 4.6), layout="constrained")
    panels = figure.subplots(2, 1, height_ratios=[len(result["groups"]) + 1, SHOWN + 1])
    for panel, rows, title in (
        (panels[0], result["groups"], f"{result['tokenizer']['source']}: groups"),
        (panels[1], result["categories"][:SHOWN], "text like these samples"),
    ):
        _draw(panel, rows, title)
    panels[1].set_xlabel("% of pairs, 95 % total intervals")
    figure.savefig(target, metadata={"Date": None})


def _draw(panel: Any, rows: list[dict[str, Any]], title: str) -> None:
    for place, row in enumerate(reversed(rows)):
        share = 100 * row["pair_share"]
        panel.barh(place, share, color="#5b8fd9", height=0.7)
        ends = (row.get("total_interval") or row.get("interval") or {}).get("pair_share")
        if ends:
            low, high = (100 * end for end in ends)
            panel.plot([low, high], [place, place], color="#1a1a1a", linewidth=1.2)
    panel.set_yticks(range(len(rows)), [row.get("title") or row["name"] for row in reversed(rows)])
    panel.set_title(title, loc="left", fontsize=10, fontweight="bold")
    panel.spines[["top", "right"]].set_visible(False)
    panel.set_xlim(0, 100)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
