"""Do folders without tokenizer.json split text as the slow classes of `transformers` do that their configuration names?

    python -m venv OLD && OLD/bin/pip install transformers==4.57.6        # its huggingface-hub is older than ours
    python benchmarks/shifted_text.py TEXT
    OLD/bin/python benchmarks/slow_classes.py make TEXT FOLDER            # trains, saves with each class, encodes
    python benchmarks/slow_classes.py check FOLDER                        # compares

A byte-level list of 6,000 tokens is trained on 600 texts of the calibration side (`shifted_text.py`); each class saves
it with and without `add_prefix_space` and encodes 100 others. `check` splits them by the folder's own pre-tokenizer, as
`load_tokenizer` reads it, and merges each pretoken with the model of `tokenizers`.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from tokenizers import ByteLevelBPETokenizer, models

CLASSES = (
    *(
        "GPT2",
        "Bart",
        "Blenderbot",
        "CodeGen",
        "Deberta",
        "LED",
        "Longformer",
        "Luke",
        "Mvp",
        "Roberta",
        "Whisper",
    ),
    "Qwen2",
)
SPECIAL = ("<|endoftext|>", "<unk>", "<s>", "</s>", "<pad>", "<mask>")
ENTITIES = ("[MASK]", "[UNK]", "[PAD]", "[MASK2]")
TRAINED, ENCODED, LONGEST = 600, 100, 3_000


def make(text: Path, folder: Path) -> None:
    """Save a folder for each class, with the tokens that it gives."""
    import transformers

    texts = _texts(text)
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(
        texts[:TRAINED], vocab_size=6_000, show_progress=False, special_tokens=list(SPECIAL)
    )
    encoded = texts[TRAINED : TRAINED + ENCODED]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "texts.json").write_text(json.dumps(encoded))
    for name in CLASSES:
        for prefix in (False,) if name == "Qwen2" else (False, True):
            own = folder / f"{name}{'-prefix' if prefix else ''}"
            own.mkdir(exist_ok=True)
            trained.save_model(str(own))
            options: dict[str, Any] = {} if name == "Qwen2" else {"add_prefix_space": prefix}
            if name == "Luke":
                entities = own / "entity.json"
                entities.write_text(json.dumps({entity: number for number, entity in enumerate(ENTITIES)}))
                options |= {"entity_vocab_file": str(entities), "entity_mask2_token": ENTITIES[3]}
            slow = getattr(transformers, f"{name}Tokenizer")(
                vocab_file=str(own / "vocab.json"), merges_file=str(own / "merges.txt"), **options
            )
            slow.save_pretrained(str(own))
            (own / "encoded.json").write_text(json.dumps([slow.tokenize(one) for one in encoded]))
            print(f"{own.name}: saved by transformers {transformers.__version__}", flush=True)


def _texts(text: Path) -> list[str]:
    found = []
    for category in sorted((text / "calibration").iterdir()):
        for source in sorted(category.glob("*.jsonl"))[:2]:
            lines = source.read_text("utf-8").splitlines()[:40]
            found += [json.loads(line)["text"][:LONGEST] for line in lines]
    random.Random(0).shuffle(found)
    return found


def check(folder: Path) -> None:
    """Print for each class how many texts get other tokens."""
    from bpeinfer.loading import load_tokenizer
    from bpeinfer.loading.bytelevel import CHARACTER_OF_BYTE

    texts = json.loads((folder / "texts.json").read_text())
    for own in sorted(path for path in folder.iterdir() if path.is_dir()):
        loaded = load_tokenizer(own)
        model = models.BPE.from_file(str(own / "vocab.json"), str(own / "merges.txt"))
        expected = json.loads((own / "encoded.json").read_text())
        differ = 0
        for one, tokens in zip(texts, expected, strict=True):
            shown = (
                "".join(CHARACTER_OF_BYTE[byte] for byte in piece) for piece in loaded.pretokenizer.split(one)
            )
            differ += [token.value for piece in shown for token in model.tokenize(piece)] != tokens
        print(
            f"{own.name}: {differ} of {len(texts)} texts differ, {sum(map(len, expected)):,} tokens "
            f"({loaded.pretokenizer_origin})",
            flush=True,
        )


def main() -> None:
    """Run one half."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="with the old transformers, without bpeinfer")
    making.add_argument("text", type=Path)
    making.add_argument("folder", type=Path)
    checking = commands.add_parser("check", help="with bpeinfer")
    checking.add_argument("folder", type=Path)
    given = parser.parse_args()
    if given.command == "make":
        make(given.text, given.folder)
    else:
        check(given.folder)


if __name__ == "__main__":
    main()
