"""What the hub may do to us: bounds on its answers, retries of what passes, and its refusals in our words.

The real client speaks to the hub; this module stands at its hooks. Every answer is bounded in bytes and in the time
without one, the token goes to the endpoint's host only, and an error is told by its HTTP status.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError
from bpeinfer.limits import Limits

__all__ = ["PASSING", "HubError", "guarded", "patiently", "status_of"]

WAITS: tuple[float, ...] = (1.0, 2.0, 4.0)
"""Seconds before each further try after an answer that passes (429, 5xx), if the hub names no time itself."""

LONGEST_WAIT = 60.0
"""A hub that wants us to wait longer than this is not waited for."""

SLOWEST = 1000
"""Bytes that must come in each `Limits.answer` seconds: a body that drips is as good as none."""

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})

Answer = TypeVar("Answer")


class HubError(TokenizerNotFoundError):
    """The hub does not answer, or not as a hub would; what its cache holds may do instead."""


@contextmanager
def guarded(source: str, limits: Limits) -> Iterator[None]:
    """Bound what the client's session of this thread takes from the hub while the block runs."""
    import huggingface_hub as hub
    from huggingface_hub import constants

    session = hub.get_session()
    guard = _Guard(source, limits, constants.ENDPOINT)
    guard.body = import_module(
        type(session).__module__.partition(".")[0]
    ).SyncByteStream  # httpx's, or its heir's
    hooks = session.event_hooks
    session.event_hooks = {
        "request": [*hooks.get("request", ()), guard.on_request],
        "response": [*hooks.get("response", ()), guard.on_response],
    }
    try:
        yield
    finally:
        session.event_hooks = hooks


class _Guard:
    """Sees every request and answer of one thread; `heard` is when the hub last sent anything."""

    def __init__(self, source: str, limits: Limits, endpoint: str) -> None:
        self.source, self.limits = source, limits
        self.host = endpoint.partition("://")[2].partition("/")[0].rpartition("@")[2].lower()
        self.thread = threading.get_ident()
        self.heard = math.inf  # the clock starts with the first request
        self.body: Any = object

    def on_request(self, request: Any) -> None:
        if threading.get_ident() != self.thread:
            return
        self.heard = min(self.heard, time.monotonic())
        if time.monotonic() - self.heard > self.limits.answer:
            raise self.silence()
        seconds = self.limits.answer
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
        if request.url.netloc.decode("ascii", "replace").lower() != self.host:
            request.headers.pop("authorization", None)

    def on_response(self, response: Any) -> None:
        if threading.get_ident() != self.thread:
            return
        self.heard = time.monotonic()
        wait = retry_after(response) if response.status_code in PASSING else 0.0
        if response.status_code in PASSING:
            self.heard += wait + 2 * max(WAITS)  # we keep still for so long, not the hub
        if wait > LONGEST_WAIT:
            raise HubError(
                f"{self.source}: the hub asks to wait {wait:,.0f} s (status {response.status_code}); "
                "try again then, log in with HF_TOKEN, or give a local file"
            )
        response.stream = _bounded_stream(response.stream, self)

    def silence(self) -> HubError:
        return HubError(
            f"{self.source}: no answer from the hub for {self.limits.answer:g} s; try again, give a local file, "
            "or wait longer with --limits answer=SECONDS"
        )


def _bounded_stream(stream: Any, guard: _Guard) -> Any:
    """Wrap a body: no more bytes than a download may have, and no dripping."""

    class Bounded(guard.body):  # type: ignore[misc,name-defined]  # known at run time only
        def __iter__(self) -> Iterator[bytes]:
            received, window, begin = 0, 0, time.monotonic()
            for part in stream:
                now = time.monotonic()
                guard.heard = max(guard.heard, now)
                received += len(part)
                window += len(part)
                if received > guard.limits.download:
                    raise TokenizerFileError(
                        f"{guard.source}: the hub sends more than {guard.limits.download:,} bytes, too much for a "
                        "tokenizer; if it is one, raise the limit (--limits download=1G)"
                    )
                if now - begin > guard.limits.answer:
                    if window < SLOWEST:
                        raise guard.silence()
                    window, begin = 0, now
                yield part

        def close(self) -> None:
            stream.close()

    return Bounded()


def patiently(call: Callable[[], Answer], source: str) -> Answer:
    """Call until the hub's answer is not one that passes (429, 5xx), waiting as it asks, four times at most."""
    for wait in WAITS:
        try:
            return call()
        except Exception as error:
            if status_of(error) not in PASSING:
                raise
            response = next(filter(None, (getattr(e, "response", None) for e in _chain(error))), None)
            time.sleep(max(wait, retry_after(response)))
    return call()


def retry_after(response: Any) -> float:
    """Return the seconds that an answer asks to wait, 0 if it names none (a date counts as none)."""
    try:
        return max(float(response.headers.get("retry-after", 0)), 0.0)
    except (AttributeError, TypeError, ValueError):
        return 0.0


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status behind an error of the client, None if no answer came."""
    for link in _chain(error):
        status = getattr(getattr(link, "response", None), "status_code", None)
        if isinstance(status, int):
            return status
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__
