"""What went wrong between this machine and the hub, in one line that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bpeinfer.errors import BpeInferError, TokenizerFileError, TokenizerNotFoundError
from bpeinfer.loading.hub_requests import PASSING, status_of

__all__ = ["first_line", "in_our_words", "passes"]

_NETWORK = {"httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3"}


@contextmanager
def in_our_words(
    source: str,
    *,
    kind: str = "repository",
    missing: str = "no such file or folder, and ",
    refusal: type[BpeInferError] = TokenizerNotFoundError,
) -> Iterator[None]:
    """Turn the client's errors into one line that says what to do.

    Args:
        source: what was requested, as the user wrote it.
        kind: what kind of thing was requested.
        missing: how the message begins if there is none, since a path may have been intended.
        refusal: the class of the errors.
    """
    from huggingface_hub import errors

    try:
        yield
    except (TokenizerFileError, TokenizerNotFoundError) as error:
        if refusal is TokenizerNotFoundError:
            raise
        raise refusal(str(error)) from error
    except BpeInferError:
        raise
    except errors.GatedRepoError as error:
        raise refusal(
            f"{source}: a gated {kind}; accept its terms on the hub and set HF_TOKEN, or give a local file"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise refusal(
            f"{source}: {missing}no such {kind} on the hub; check the spelling, or set HF_TOKEN if it is private"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise refusal(
            f"{source}: the {kind} has no such revision; leave out @revision, or name a branch, tag or commit"
        ) from error
    except errors.HFValidationError as error:
        raise refusal(
            f"{source}: {missing}not a hub id (owner/name[@revision]): {first_line(error)}"
        ) from error
    except Exception as error:
        status = status_of(error)
        if status is None and not passes(error):
            raise
        advice = _ADVICE.get(status or 0, "try again, or give a local file")
        answer = (
            f"the hub answered {status}" if status else f"the request to the hub failed ({first_line(error)})"
        )
        raise refusal(f"{source}: {answer}: {advice}") from error


_ADVICE = {
    401: "it does not accept the login; set HF_TOKEN to a valid token, or unset it for a public repository",
    403: "the token may not read this repository; accept its terms on the hub, or use a token that may",
    404: "no such repository, revision or file; check the id (owner/name[@revision])",
    416: "it cannot resume an earlier download; delete the file from the cache, or give a local file",
    429: "too many requests; wait, log in with HF_TOKEN, or give a local file",
}


def passes(error: BaseException) -> bool:
    """Return whether the error is the network's or the server's own, not about the repository or the login."""
    status = status_of(error)
    if status is not None:
        return status in PASSING
    return isinstance(error, OSError) or type(error).__module__.split(".")[0] in _NETWORK


def first_line(error: BaseException) -> str:
    """Return the first line of the error's message, or its type's name."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")[:200]
