"""Every error that bpeinfer raises on purpose; all derive from `BpeInferError`."""

__all__ = [
    "BpeInferError",
    "CorpusError",
    "InferenceError",
    "LimitError",
    "MissingExtraError",
    "NotBpeError",
    "OutputError",
    "ResultFileError",
    "SolverError",
    "TallyError",
    "TokenizerFileError",
    "TokenizerNotFoundError",
    "WorkerError",
]


class BpeInferError(Exception):
    """Base of all errors: the message says what, where, and what to do, on one line."""


class TokenizerNotFoundError(BpeInferError):
    """No tokenizer at that path, hub id or bundled name (or the hub cannot be reached)."""


class TokenizerFileError(BpeInferError):
    """A tokenizer file is damaged or lacks what its format requires."""


class UnknownPretokenizerError(TokenizerFileError):
    """A file that does not say how text is split, with a list that is not a known one."""


class NotBpeError(TokenizerFileError):
    """A tokenizer without an ordered merge list (unigram, WordPiece, word-level, trie)."""


class CorpusError(BpeInferError):
    """Category samples are missing, empty, unreadable or do not fit together."""


class TallyError(CorpusError):
    """A file of counts is damaged, too large, or made with another pre-tokenizer."""


class ResultFileError(BpeInferError):
    """A file is not a stored result, or is a damaged one."""


class OutputError(BpeInferError):
    """A file cannot be written."""


class LimitError(BpeInferError):
    """A limit that does not exist, or that cannot be set to this value."""


class InferenceError(BpeInferError):
    """The arguments of an inference do not fit the tokenizer or the samples."""


class MissingExtraError(BpeInferError, ImportError):
    """A library of one of the extras is not installed; also an `ImportError`."""


class SolverError(BpeInferError):
    """The LP engine stopped without a usable answer."""


class WorkerError(BpeInferError):
    """A worker process was killed from outside."""
