"""The plain data in a pickle, read from its opcodes: only dicts, lists and tuples are built; nothing is called.

Unpickling would run whatever the file names. Here a class or function is an empty stand-in, and so is the result of
calling one; only an object's state is kept.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from typing import Any

from bpeinfer.errors import TokenizerFileError

__all__ = ["looks_like_pickle", "read_pickled_data"]

_MARK = object()
_STAND_IN = object()


def looks_like_pickle(data: bytes) -> bool:
    """Return whether the first bytes are those of a pickle of protocol 2 to 5."""
    return data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def read_pickled_data(data: bytes, name: str) -> Any:
    """Return the state of the object in a pickle, or the data itself if it is a dict, list or tuple.

    Raises:
        TokenizerFileError: damaged, or written with opcodes that plain data does not need.

    Example:
        >>> import pickle
        >>> read_pickled_data(pickle.dumps({"a": [1, b"b"]}), "x.pkl")
        {'a': [1, b'b']}
    """
    reader = _Reader()
    try:
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name == "STOP":
                return reader.stack[-1]
            reader.step(opcode.name, argument)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise TokenizerFileError(
            f"{name}: a pickle that cannot be read as plain data ({error}); save the ranks of its tokenizer as a "
            ".tiktoken file (base64 of the token, a space, the rank)"
        ) from error
    raise TokenizerFileError(f"{name}: a pickle without an end; fetch the file again")


class _Reader:
    """The stack and memo of a pickle machine that cannot import or call anything."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def step(self, opcode: str, argument: Any) -> None:
        """Execute one opcode."""
        if opcode in _IGNORED:
            return
        if opcode in _VALUES:
            self.stack.append(argument)
        elif opcode in _CONSTANTS:
            self.stack.append(_CONSTANTS[opcode]())
        elif opcode in _TUPLES:
            self._gather(_TUPLES[opcode])
        elif opcode in _OBJECTS:
            del self.stack[len(self.stack) - _OBJECTS[opcode] :]
            self.stack.append(_STAND_IN)
        elif opcode in ("MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[len(self._memo) if opcode == "MEMOIZE" else argument] = self.stack[-1]
        elif opcode in ("GET", "BINGET", "LONG_BINGET"):
            self.stack.append(self._memo[argument])
        else:
            getattr(self, f"_{opcode.lower()}", self._refuse(opcode))()

    def _gather(self, count: int) -> None:
        parts = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        self.stack.append(parts)

    def _since_mark(self) -> list[Any]:
        place = len(self.stack) - 1 - self.stack[::-1].index(_MARK)
        parts = self.stack[place + 1 :]
        del self.stack[place:]
        return parts

    def _tuple(self) -> None:
        self.stack.append(tuple(self._since_mark()))

    def _setitem(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._put([key, value])

    def _setitems(self) -> None:
        self._put(self._since_mark())

    def _put(self, parts: list[Any]) -> None:
        held = self.stack[-1]
        if isinstance(held, dict):
            held.update(zip(parts[::2], parts[1::2], strict=True))

    def _append(self) -> None:
        value = self.stack.pop()
        if isinstance(self.stack[-1], list):
            self.stack[-1].append(value)

    def _appends(self) -> None:
        parts = self._since_mark()
        if isinstance(self.stack[-1], list):
            self.stack[-1].extend(parts)

    def _build(self) -> None:
        state = self.stack.pop()
        self.stack[-1] = state  # the state replaces the object

    @staticmethod
    def _refuse(opcode: str) -> Callable[[], None]:
        def refuse() -> None:
            raise ValueError(f"opcode {opcode}")

        return refuse


_IGNORED = frozenset({"PROTO", "FRAME"})
_VALUES = frozenset(
    {
        "BININT",
        "BININT1",
        "BININT2",
        "LONG1",
        "LONG4",
        "BINFLOAT",
        "SHORT_BINUNICODE",
        "BINUNICODE",
        "BINUNICODE8",
        "SHORT_BINBYTES",
        "BINBYTES",
        "BINBYTES8",
    }
)
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "MARK": lambda: _MARK,
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "GLOBAL": lambda: _STAND_IN,
}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_OBJECTS = {"STACK_GLOBAL": 2, "NEWOBJ": 2, "NEWOBJ_EX": 3, "REDUCE": 2}
"""Opcode → how many stack entries it consumes."""
