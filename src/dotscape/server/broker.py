"""Server-sent events: numbered, kept for a while, replayed to whoever comes back."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator

KEPT = 2000
HEARTBEAT_SECONDS = 15.0


class Broker:
    """Hands events to every open page. Lives on the event loop's thread.

    Events have rising numbers. A page that reconnects sends the last number it saw and gets what it
    missed, or a `reset` event where that is no longer kept. Numbers start at the server's start
    time, so that those of an earlier server are older than any kept one.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=kept)
        self._last = int(time.time() * 1000)
        self._news = asyncio.Event()
        self._closed = False
        self.listeners = 0

    def publish(self, name: str, body: bytes) -> None:
        """Send an event; `body` is JSON on one line."""
        self._last += 1
        self._kept.append(
            (
                self._last,
                b"id: %d\nevent: %s\ndata: %s\n\n" % (self._last, name.encode("ascii"), body),
            )
        )
        self._wake()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def stream(self, after: int | None) -> AsyncIterator[bytes]:
        """The event stream of one page, from the event after number `after`, or from now on."""
        position = self._last if after is None else after
        self.listeners += 1
        try:
            # Sets the number to come back with, before anything has happened.
            yield b"retry: 1000\nid: %d\n\n" % (position if after is not None else self._last)
            while not self._closed:
                news = self._news
                if position != self._last:
                    chunk, position = self._since(position)
                    yield chunk
                    continue
                try:
                    await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self.listeners -= 1

    def _since(self, position: int) -> tuple[bytes, int]:
        """What came after `position`, and where that leads."""
        first = self._kept[0][0] if self._kept else self._last + 1
        if position > self._last or position < first - 1:
            return b"id: %d\nevent: reset\ndata: {}\n\n" % self._last, self._last
        return b"".join(text for number, text in self._kept if number > position), self._last
