"""What all types of things that can be logged have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Protocol

from dotscape.errors import StoreError
from dotscape.sdk.complaints import Complaints
from dotscape.store.rows import RowsDraft


class Sink(Protocol):
    """Where a value puts its files while it is logged."""

    complaints: Complaints

    def media(self, content: bytes | str) -> str:
        """Keep bytes, or a copy of the file at a path; return their SHA-256."""
        ...

    def rows(self, key: str, step: int, draft: RowsDraft) -> dict[str, Any]:
        """Write a row set's segments; return its object for the journal."""
        ...

    def failed(self, error: StoreError) -> None:
        """Take note that the disk refused a value's files."""
        ...


class Value(ABC):
    """Something that can stand behind a key in `log`.

    Constructors keep what they are given and never raise for what it holds: a training run must
    not end because of a picture. What is wrong is said when the value is logged.
    """

    @abstractmethod
    def log(self, sink: Sink, key: str, step: int) -> dict[str, Any]:
        """Write the value's files and return its object for the journal.

        Raises
        ------
        DataError
            If it can't be logged as it is.
        """


class Medium(Value):
    """A value that is one file: an image, a sound, a page."""

    type: ClassVar[str]
    caption: str | None = None

    @abstractmethod
    def record(self, sink: Sink) -> dict[str, Any]:
        """Keep the file and return what describes it.

        Raises
        ------
        DataError
            If there is no file or it isn't what it should be.
        """

    def log(self, sink: Sink, key: str, step: int) -> dict[str, Any]:
        """Keep the file; see `Value.log`."""
        return self.record(sink)
