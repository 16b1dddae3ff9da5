"""Rebuild bpeinfer/bundled/lineage.npz from the fetched tokenizers (see fetch_tokenizers.py).

    python benchmarks/fetch_tokenizers.py && python benchmarks/build_lineage.py

The same files give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fetch_tokenizers import default_folder

from bpeinfer.files import write_file
from bpeinfer.inspection.list_index import INDEX, describe_list, index_file
from bpeinfer.loading import load_tokenizer

# (name in the index, folder of fetched file, month in which the list was first published)
LISTS = [
    ("GPT-2 (r50k)", "r50k", "2019-02"),
    ("CLIP", "clip", "2021-01"),
    ("GPT-3 code (p50k)", "p50k", "2021-08"),
    ("GPT-NeoX", "gguf-gpt-neox", "2022-02"),
    ("Whisper multilingual", "whisper-multilingual", "2022-09"),
    ("GPT-4 (cl100k)", "cl100k", "2022-12"),
    ("Llama 1/2", "gguf-llama-spm", "2023-02"),
    ("Claude 1/2", "claude", "2023-03"),
    ("Falcon", "gguf-falcon", "2023-05"),
    ("StarCoder", "gguf-starcoder", "2023-05"),
    ("Aquila", "gguf-aquila", "2023-06"),
    ("Baichuan", "gguf-baichuan", "2023-06"),
    ("Qwen", "qwen", "2023-08"),
    ("Refact", "gguf-refact", "2023-09"),
    ("Mistral v1-v7", "mistral-v1", "2023-09"),
    ("DeepSeek-Coder", "gguf-deepseek-coder", "2023-11"),
    ("DeepSeek-LLM", "gguf-deepseek-llm", "2023-11"),
    ("Gemma 1/2, Gemini", "hub-gemini", "2024-02"),
    ("Command-R", "gguf-command-r", "2024-03"),
    ("Llama 3", "hub-llama3", "2024-04"),
    ("GPT-4o (o200k)", "o200k", "2024-05"),
    ("Mistral tekken", "tekken-240718", "2024-07"),
    ("charylu", "charylu-150k", "2024-09"),
    ("charylu nocode", "charylu-nocode-150k", "2024-09"),
    ("DeepSeek-V3", "deepseek-v3", "2024-12"),
    ("Gemma 3/4", "hub-gemma3", "2025-03"),
]


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--tokenizers", type=Path, default=default_folder(), help="folder of fetched files")
    parser.add_argument("--output", type=Path, default=INDEX)
    options = parser.parse_args()
    lists = []
    for name, folder, since in LISTS:
        files = sorted((options.tokenizers / folder).iterdir())
        merges = load_tokenizer(files[0]).merges
        lists.append(describe_list(name, since, merges))
        print(f"{name:24} {len(merges):8,} merges", file=sys.stderr)
    data = index_file(lists)
    write_file(options.output, data)
    print(f"{options.output}: {len(data):,} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
