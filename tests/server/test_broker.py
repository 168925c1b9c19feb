"""Events: numbered, replayed, reset where too old, ended with the server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

from dotscape.server.broker import Broker


def numbers(chunk: bytes) -> list[int]:
    return [int(n) for n in re.findall(rb"^id: (\d+)$", chunk, re.M)]


async def read(stream: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(stream), 5)


def test_a_page_hears_of_what_comes() -> None:
    async def story() -> None:
        broker = Broker()
        stream = broker.stream(None)
        [start] = numbers(await read(stream))
        broker.publish("run", b'{"a":1}')
        assert await read(stream) == b'id: %d\nevent: run\ndata: {"a":1}\n\n' % (start + 1)
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        broker.publish("job", b"{}")
        assert numbers(await asyncio.wait_for(waiting, 5)) == [start + 2]

    asyncio.run(story())


def test_whoever_comes_back_gets_what_was_missed() -> None:
    async def story() -> None:
        broker = Broker()
        stream = broker.stream(None)
        [start] = numbers(await read(stream))
        await stream.aclose()
        for i in range(5):
            broker.publish("run", b"%d" % i)
        again = broker.stream(start + 2)
        assert numbers(await read(again)) == [start + 2]
        assert numbers(await read(again)) == [start + 3, start + 4, start + 5]

    asyncio.run(story())


def test_too_old_or_unknown_is_a_reset() -> None:
    async def story() -> None:
        broker = Broker(kept=3)
        [start] = numbers(await read(broker.stream(None)))
        for _ in range(10):
            broker.publish("run", b"{}")
        # Of an earlier server; of this one but no longer kept; of one that never was.
        for after in (start - 1000, start + 5, start + 999):
            stream = broker.stream(after)
            await read(stream)
            chunk = await read(stream)
            assert b"event: reset" in chunk
            assert numbers(chunk) == [start + 10]
        just_kept = broker.stream(start + 7)
        await read(just_kept)
        assert numbers(await read(just_kept)) == [start + 8, start + 9, start + 10]

    asyncio.run(story())


def test_numbers_of_a_later_server_are_higher() -> None:
    async def story() -> None:
        first = Broker()
        for _ in range(3):
            first.publish("run", b"{}")
        await asyncio.sleep(0.01)
        [last] = numbers(await read(first.stream(None)))
        [later] = numbers(await read(Broker().stream(None)))
        assert later > last

    asyncio.run(story())


def test_closing_ends_every_stream() -> None:
    async def story() -> None:
        broker = Broker()
        streams = [broker.stream(None) for _ in range(3)]
        for stream in streams:
            await read(stream)
        assert broker.listeners == 3
        waiting = [asyncio.ensure_future(anext(s, None)) for s in streams]
        await asyncio.sleep(0)
        broker.close()
        assert await asyncio.wait_for(asyncio.gather(*waiting), 5) == [None, None, None]
        assert broker.listeners == 0

    asyncio.run(story())
