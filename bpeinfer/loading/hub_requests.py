"""What the hub may do to us: its answers are bounded, and requests that fail for the moment are retried.

The real client talks to the hub; this module uses its hooks. Every answer is bounded in bytes and in waiting time,
the token goes to the endpoint's host only, and an error is recognised by its HTTP status.
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
"""Seconds before each retry after a temporary failure (429, 5xx), if the hub does not say how long to wait."""

LONGEST_WAIT = 60.0
"""If the hub asks for a longer wait than this (in seconds), we give up."""

SLOWEST = 1000
"""Bytes that must arrive in each `Limits.answer` seconds: a trickle is as good as nothing."""

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})

Answer = TypeVar("Answer")

_CHANGING = threading.Lock()


class HubError(TokenizerNotFoundError):
    """The hub does not answer, or not as a hub should; a cached copy may serve instead."""


@contextmanager
def guarded(source: str, limits: Limits) -> Iterator[None]:
    """Bound what this thread's client session accepts from the hub while the block runs."""
    import huggingface_hub as hub
    from huggingface_hub import constants

    session = hub.get_session()
    guard = _Guard(source, limits, constants.ENDPOINT)
    guard.body = import_module(
        type(session).__module__.partition(".")[0]
    ).SyncByteStream  # httpx's, or its successor's
    own = {"request": guard.on_request, "response": guard.on_response}
    with _CHANGING:  # threads share the session
        session.event_hooks = {name: [*hooks, own[name]] for name, hooks in session.event_hooks.items()}
    try:
        yield
    finally:
        with _CHANGING:
            session.event_hooks = {
                name: [hook for hook in hooks if hook != own[name]]
                for name, hooks in session.event_hooks.items()
            }


class _Guard:
    """Hooks for every request and answer of one thread; `heard` is when the hub last sent anything."""

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
            self.heard += wait + 2 * max(WAITS)  # this silence will be ours, not the hub's
        if wait > LONGEST_WAIT:
            raise HubError(
                f"{self.source}: the hub asks to wait {wait:,.0f} s (status {response.status_code}); "
                "try again after that, log in with HF_TOKEN, or give a local file"
            )
        response.stream = _bounded_stream(response.stream, self)

    def silence(self) -> HubError:
        return HubError(
            f"{self.source}: no answer from the hub for {self.limits.answer:g} s; try again, give a local file, "
            "or wait longer with --limits answer=SECONDS"
        )


def _bounded_stream(stream: Any, guard: _Guard) -> Any:
    """Wrap a response body so that it can neither exceed the size of a download nor trickle."""

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
                        f"{guard.source}: the hub sends more than {guard.limits.download:,} bytes, too much for "
                        "what was requested; if that is intended, raise the limit (--limits download=1G)"
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
    """Call until the answer is not a temporary failure (429, 5xx), waiting as the hub asks, at most four times."""
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
    """Return the seconds that an answer asks us to wait, 0 if it gives none (a date counts as none)."""
    try:
        return max(float(response.headers.get("retry-after", 0)), 0.0)
    except (AttributeError, TypeError, ValueError):
        return 0.0


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status behind one of the client's errors, None if no answer came."""
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
