"""The only access to the disk: bounded reads, bounded decompression, hashes, all-or-nothing writes."""

from bpeinfer.files.compression import STRETCH, SUFFIXES, DamagedFileError, Expansion, Unpacked, bomb, zstd
from bpeinfer.files.reading import (
    decompress,
    digest,
    is_stream,
    open_file,
    read_file,
    read_up_to,
    reading,
    shown,
)
from bpeinfer.files.writing import append_file, check_output, locked, make_folder, write_file, writing_file

__all__ = [
    "STRETCH",
    "SUFFIXES",
    "DamagedFileError",
    "Expansion",
    "Unpacked",
    "append_file",
    "bomb",
    "check_output",
    "decompress",
    "digest",
    "is_stream",
    "locked",
    "make_folder",
    "open_file",
    "read_file",
    "read_up_to",
    "reading",
    "shown",
    "write_file",
    "writing_file",
    "zstd",
]
