"""A small local server that speaks the hub's routes, for the real `huggingface_hub` client.

Routes: ``/api/models/ID[/revision/REV]``, ``/api/models/ID/tree/REV[/FOLDER]``, ``/api/models/ID/paths-info/REV``,
and ``/ID/resolve/REV/FILE`` with HEAD, GET, ranges, redirects to a "CDN" for large files, etag and commit headers,
gated, private, missing and renamed repositories, and a body that breaks off once; the same for data sets, whose ids
begin with ``datasets/`` here. Uploads to data sets: ``/api/repos/create``, ``/api/validate-yaml``,
``/api/datasets/ID/preupload/REV``,
``/datasets/ID.git/info/lfs/objects/batch`` with PUT to where it says, and ``/api/datasets/ID/commit/REV``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

LARGE = 1000
"""Files of more bytes than this are "LFS": named by sha256 and delivered by the CDN route."""


@dataclass
class Repository:
    """What the server knows of one repository."""

    files: dict[str, bytes]
    commit: str = "c0ffee" + "0" * 34
    branches: tuple[str, ...] = ("main",)
    gated: bool = False
    damaged: set[str] = field(default_factory=set)  # delivered with other bytes than the etag says
    break_off: set[str] = field(default_factory=set)  # delivered half, once
    card: dict[str, Any] = field(default_factory=dict)  # what the YAML of its README says


@dataclass
class Fault:
    """What is done in place of the answer to the next `times` requests whose "METHOD path" holds `part`."""

    part: str
    act: Callable[[BaseHTTPRequestHandler], None]
    times: int = 10**9


def answering(status: int, body: bytes = b"refused", **headers: str) -> Callable[[Any], None]:
    """Answer with this status."""
    return lambda handler: handler.answer(status, body, **headers)


def stalling() -> Callable[[Any], None]:
    """Accept the request and send nothing until the client disconnects."""

    def stall(handler: Any) -> None:
        handler.rfile.read(1)
        handler.close_connection = True

    return stall


def sending(parts: Iterable[bytes], length: int | None = None, **headers: str) -> Callable[[Any], None]:
    """Send 200 and these parts of a body, whatever length was announced (None: until the connection ends)."""

    def send(handler: Any) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if length is not None:
            handler.send_header("Content-Length", str(length))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        if handler.command == "HEAD":
            return
        with suppress(OSError):  # the client has had enough
            for part in parts:
                handler.wfile.write(part)
                handler.wfile.flush()

    return send


class Hub:
    """The server's state: repositories, renamed names, faults, and a log of requests and of the tokens they held."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.renamed: dict[str, str] = {}
        self.log: list[str] = []
        self.tokens: list[str] = []
        self.faults: list[Fault] = []
        self.uploaded: dict[str, bytes] = {}
        self.url = ""

    def asked_for(self, *, method: str, file: str) -> int:
        return sum(line.startswith(method) and file in line for line in self.log)


def etag(data: bytes) -> str:
    if len(data) > LARGE:
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(b"blob %d\x00" % len(data) + data).hexdigest()


@contextmanager
def running_hub() -> Iterator[Hub]:
    """Run the server on a free port of this machine."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def refuse(self, status: int, code: str) -> None:
            self.answer(status, b'{"error": "refused"}', X_Error_Code=code, X_Error_Message="refused")

        def do_HEAD(self) -> None:
            self.route()

        def do_GET(self) -> None:
            self.route()

        def do_POST(self) -> None:
            self.sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self.route()

        def do_PUT(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            hub.log.append(f"PUT {self.path}")
            assert self.path == f"/upload/{hashlib.sha256(data).hexdigest()}"
            hub.uploaded[self.path.rpartition("/")[2]] = data
            self.answer(200)

        def upload(self, path: str) -> bool:
            """Answer if the request is part of an upload."""
            if path == "/api/repos/create":
                wanted = json.loads(self.sent)
                name = f"datasets/{wanted['organization']}/{wanted['name']}"
                there = name in hub.repositories
                hub.repositories.setdefault(name, Repository({}))
                document = json.dumps({"url": f"{hub.url}/{name}"}).encode()
                self.answer(409 if there else 200, document, Content_Type="application/json")
            elif path == "/api/validate-yaml":
                self.answer(200, b'{"errors": [], "warnings": []}', Content_Type="application/json")
            elif found := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/preupload/[^/]+", path):
                files = [
                    {
                        "path": file["path"],
                        "uploadMode": "lfs" if file["size"] > LARGE else "regular",
                        "shouldIgnore": False,
                    }
                    for file in json.loads(self.sent)["files"]
                ]
                self.answer(200, json.dumps({"files": files}).encode(), Content_Type="application/json")
            elif re.fullmatch(r"/datasets/[^/]+/[^/]+\.git/info/lfs/objects/batch", path):
                objects = [
                    {**wanted, "actions": {"upload": {"href": f"{hub.url}/upload/{wanted['oid']}"}}}
                    for wanted in json.loads(self.sent)["objects"]
                ]
                document = json.dumps({"transfer": "basic", "objects": objects}).encode()
                self.answer(200, document, Content_Type="application/json")
            elif found := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/commit/[^/]+", path):
                self.commit(f"datasets/{found[1]}")
            else:
                return False
            return True

        def commit(self, name: str) -> None:
            found = hub.repositories[name]
            for line in self.sent.splitlines():
                row = json.loads(line)
                value = row["value"]
                if row["key"] == "header" and value.get("parentCommit", found.commit) != found.commit:
                    self.answer(412, b'{"error": "A commit has happened since"}')
                    return
                if row["key"] == "file":
                    found.files[value["path"]] = base64.b64decode(value["content"])
                elif row["key"] == "lfsFile":
                    found.files[value["path"]] = hub.uploaded[value["oid"]]
            found.commit = hashlib.sha1(self.sent.encode()).hexdigest()
            document = {
                "success": True,
                "commitOid": found.commit,
                "commitUrl": f"{hub.url}/{name}/commit/{found.commit}",
            }
            self.answer(200, json.dumps(document).encode(), Content_Type="application/json")

        def route(self) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.tokens.append(self.headers.get("Authorization", ""))
            hub.log.append(f"{self.command} {path} {self.headers.get('Range', '')}".strip())
            for fault in hub.faults:
                if fault.times and fault.part in f"{self.command} {path}":
                    fault.times -= 1
                    fault.act(self)
                    return
            for old, new in hub.renamed.items():
                if path.startswith((f"/api/models/{old}", f"/{old}/resolve/")):
                    self.answer(307, Location=path.replace(old, new, 1))
                    return
            if self.command == "POST" and self.upload(path):
                return
            if found := re.fullmatch(r"/cdn/((?:datasets/)?[^/]+/[^/]+)/(.+)", path):
                self.deliver(hub.repositories[found[1]], found[2])
            elif found := re.fullmatch(
                r"/api/(models|datasets)/([^/]+/[^/]+)(?:/(revision|tree|paths-info)/([^/]+)(?:/(.+))?)?",
                path,
            ):
                kind, name, what, revision, inner = found.groups()
                self.about(f"datasets/{name}" if kind == "datasets" else name, what, revision, inner or "")
            elif found := re.fullmatch(r"/((?:datasets/)?[^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
                self.resolve(*found.groups())
            else:
                self.refuse(404, "RepoNotFound")

        def repository(self, name: str, revision: str | None) -> Repository | None:
            found = hub.repositories.get(name)
            if found is None:
                self.refuse(401, "RepoNotFound")
            elif revision not in (None, found.commit, *found.branches):
                self.refuse(404, "RevisionNotFound")
            else:
                return found
            return None

        def about(self, name: str, what: str | None, revision: str | None, inner: str) -> None:
            found = self.repository(name, revision)
            if found is None:
                return
            rows = [
                {"path": path, "type": "file", "size": len(data), "oid": etag(data)}
                for path, data in found.files.items()
            ]
            siblings = [{"rfilename": row["path"], "size": row["size"], "blobId": row["oid"]} for row in rows]
            folders = {str(folder) for path in found.files for folder in PurePosixPath(path).parents} - {"."}
            entries = rows + [
                {"path": path, "type": "directory", "oid": "0" * 40} for path in sorted(folders)
            ]
            document: Any = {
                "id": name.removeprefix("datasets/"),
                "sha": found.commit,
                "siblings": siblings,
                "private": False,
                "tags": [],
                "cardData": found.card,
            }
            if what == "paths-info":
                wanted = (
                    parse_qs(self.sent).get("paths", [])
                    if "=" in self.sent
                    else json.loads(self.sent)["paths"]
                )
                document = [entry for entry in entries if entry["path"] in wanted]
            elif what == "tree":
                deep = "recursive=True" in self.path or "recursive=true" in self.path
                document = [
                    entry
                    for entry in entries
                    if inner in ("", *map(str, PurePosixPath(entry["path"]).parents))
                    and (deep or str(PurePosixPath(entry["path"]).parent) == (inner or "."))
                ]
            self.answer(200, json.dumps(document).encode(), Content_Type="application/json")

        def resolve(self, name: str, revision: str, path: str) -> None:
            found = self.repository(name, revision)
            if found is None:
                return
            if found.gated:
                self.refuse(403, "GatedRepo")
            elif path not in found.files:
                self.answer(404, X_Error_Code="EntryNotFound", X_Repo_Commit=found.commit)
            elif len(found.files[path]) > LARGE:
                self.answer(
                    302,
                    Location=f"{hub.url}/cdn/{name}/{path}",
                    X_Repo_Commit=found.commit,
                    X_Linked_Etag=f'"{etag(found.files[path])}"',
                    X_Linked_Size=str(len(found.files[path])),
                )
            else:
                self.deliver(found, path)

        def deliver(self, found: Repository, path: str) -> None:
            data = found.files[path]
            name = etag(data)
            if path in found.damaged:
                data = data[:-1] + bytes([data[-1] ^ 1])
            headers = {"ETag": f'"{name}"', "X_Repo_Commit": found.commit, "Accept_Ranges": "bytes"}
            wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if wanted:
                start, stop = int(wanted[1]), int(wanted[2]) + 1 if wanted[2] else len(data)
                headers["Content_Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
                self.answer(206, data[start:stop], **headers)
            elif path in found.break_off and self.command == "GET":
                found.break_off.discard(path)
                self.send_response(200)
                for header, value in headers.items():
                    self.send_header(header.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: len(data) // 2])
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()
            else:
                self.answer(200, data, **headers)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def tokenizer_json(words: int = 60) -> bytes:
    """A small byte-level BPE; large enough to be delivered by the CDN route."""
    alphabet = [chr(code) for code in range(ord("!"), ord("~") + 1)]
    merges = [[alphabet[number], alphabet[number + 1]] for number in range(words)]
    vocab = {token: number for number, token in enumerate([*alphabet, *map("".join, merges)])}
    split = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return json.dumps(
        {"model": {"type": "BPE", "vocab": vocab, "merges": merges}, "pre_tokenizer": split}
    ).encode()
