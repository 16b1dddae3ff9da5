#!/usr/bin/env bash
# warcio gives a page's body still compressed, or cut after its first part, without an error.
#
# Versions: warcio 1.8.1
#
# Behaviour: content_stream() undoes gzip and deflate. For Content-Encoding: br, with the optional brotli
# package not installed, and for x-gzip it returns the compressed bytes as if they were the page; of a gzip body
# of two members, which is one valid body, it returns the first.
#
# One would guess otherwise: the method is documented to return the decoded content. Text extracted from such
# bytes is counted as text of the crawl, in some odd script.
#
# Output seen, 28 November 2026:
#   gzip: [b'hello']
#   gzip, two members: [b'he']
#   x-gzip, its old name: True
#   br: [b'\x0b\x02\x80hello\x03']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet warcio==1.8.1 six==1.17.0
"$work/venv/bin/python" - <<'PY'
import gzip
import io
import sys

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def read(encoding, body):
    archive = io.BytesIO()
    headers = StatusAndHeaders("200 OK", [("Content-Encoding", encoding)], protocol="HTTP/1.1")
    writer = WARCWriter(archive, gzip=True)
    writer.write_record(
        writer.create_warc_record("http://page.example/", "response", payload=io.BytesIO(body), http_headers=headers)
    )
    archive.seek(0)
    return [record.content_stream().read() for record in ArchiveIterator(archive)]


page = gzip.compress(b"hello", mtime=0)
check("gzip", read("gzip", page), [b"hello"])
check("gzip, two members", read("gzip", gzip.compress(b"he") + gzip.compress(b"llo")), [b"he"])
check("x-gzip, its old name", read("x-gzip", page) == [page], True)
brotli = b"\x0b\x02\x80hello\x03"  # "hello"
check("br", read("br", brotli), [brotli])
PY
