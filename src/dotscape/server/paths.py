"""What may stand in an address: ids and hashes, by their exact form."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor


class _Id(Convertor[str]):
    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return str(value)


class RunId(_Id):
    """A run's id, as docs/format.md has it."""

    regex = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


class Digest(_Id):
    """The id of a row set or an embedding set."""

    regex = "[0-9a-f]{16}"


class Sha256(_Id):
    """The hash of media."""

    regex = "[0-9a-f]{64}"


class Name(_Id):
    """The id of a layout or a job."""

    regex = "[A-Za-z0-9][A-Za-z0-9_-]{0,95}"


# The addresses that others begin with.
RUN = "/api/runs/{run:run}"
SET = RUN + "/sets/{set:digest}"

register_url_convertor("run", RunId())
register_url_convertor("digest", Digest())
register_url_convertor("sha256", Sha256())
register_url_convertor("name", Name())
