"""What the records of a run add up to, line by line: all but arrays and series."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeAlias, cast

from dotscape.errors import StoreError
from dotscape.model import Link, Run
from dotscape.store.liveness import is_alive, lock_path
from dotscape.store.registers import Registers
from dotscape.store.root import FORMAT_VERSION
from dotscape.store.summary import MetricRule, Summary, parse_modes
from dotscape.store.writers import WriterInfo, run_state

UNKNOWN_PROJECT = "uncategorized"

_Handler: TypeAlias = Callable[["RunFold", WriterInfo, dict[str, Any]], str]

_OPEN_FIELDS = ("project", "entity", "name", "group", "job_type", "tags", "notes")


class NewerFormatError(StoreError):
    """A run that a later release wrote."""


class RunFold:
    """A run's state so far.

    It can be saved between two records and restored, and comes out the same however the records
    of several journals were interleaved.
    """

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.writers: dict[str, WriterInfo] = {}
        self.info = Registers()
        self.config = Registers()
        self.explicit = Registers()
        self.summary = Summary()
        self.links: list[tuple[float, Link]] = []
        self.steps = 0
        self.damaged: dict[str, int] = {}
        self._latest: dict[str, float] = {}

    def apply(self, writer: str, record: dict[str, Any]) -> str:
        """Take in one record.

        Returns
        -------
        str
            What changed, parted by blanks: ``state scalars rows info links``, or ``""`` for
            nothing. ``damaged`` if the record isn't what its type says; it is counted.

        Raises
        ------
        NewerFormatError
            If the record opens a journal of a format newer than this release reads.
        """
        who = self.writers.get(writer)
        if who is None:
            who = self.writers[writer] = WriterInfo.from_name(writer)
        handler = self._handlers.get(record["t"])
        if handler is None:
            return ""
        try:
            return handler(self, who, record)
        except (KeyError, TypeError, ValueError, AttributeError):
            self.damaged[writer] = self.damaged.get(writer, 0) + 1
            return "damaged"

    def _open(self, who: WriterInfo, record: dict[str, Any]) -> str:
        version = record["v"]
        if isinstance(version, int) and version > FORMAT_VERSION:
            raise NewerFormatError(
                f"Run '{self.run_id}' is written in format {version}; this release of dotscape "
                f"reads formats up to {FORMAT_VERSION}. Update it: pip install -U dotscape"
            )
        # It is the first line: what the file's name told of the time was a guess.
        who.started = who.last = float(record["started"])
        who.host, who.boot = record.get("host"), record.get("boot")
        who.role, who.program = record.get("role"), record.get("program")
        given = {name: record[name] for name in _OPEN_FIELDS if record.get(name) is not None}
        self.info.set(given, who.started)
        return "state"

    def _config(self, who: WriterInfo, record: dict[str, Any]) -> str:
        now = self._time(who, record)
        values = _object(record["d"])
        gone = [key for key in record.get("del", ()) if isinstance(key, str)]
        self.config.set({k: v for k, v in values.items() if k not in gone}, now)
        self.config.remove(gone, now)
        return "info"

    def _log(self, who: WriterInfo, record: dict[str, Any]) -> str:
        step, values = record["s"], record["d"]
        if type(step) is not int or step < 0 or type(values) is not dict:
            raise TypeError("not a log record")
        now = self._time(who, record)
        latest, newest = self._latest, {}
        objects = 0
        for key, value in cast("dict[str, Any]", values).items():
            if now >= latest.get(key, now):
                newest[key] = value
                latest[key] = now
            if type(value) is dict:
                objects += 1
        self.summary.update(values, newest)
        if step >= self.steps:
            self.steps = step + 1
        if objects == 0:
            return "scalars"
        return "rows" if objects == len(values) else "scalars rows"

    def _summary(self, who: WriterInfo, record: dict[str, Any]) -> str:
        now = self._time(who, record)
        values = _object(record["d"])
        gone = [key for key in record.get("del", ()) if isinstance(key, str)]
        self.explicit.set(values, now)
        self.explicit.remove(gone, now)
        self.summary.explicit = self.explicit.as_dict()
        for key in gone:
            if self._latest.get(key, now) <= now:
                self.summary.latest.pop(key, None)
        return "info"

    def _metric(self, who: WriterInfo, record: dict[str, Any]) -> str:
        self._time(who, record)
        modes = parse_modes(record.get("summary") or "")
        name, step_metric = record["name"], record.get("step_metric")
        goal, hidden = record.get("goal"), bool(record.get("hidden"))
        if not isinstance(name, str):
            raise TypeError("a metric's name is text")
        self.summary.define(MetricRule(name, step_metric, modes, goal, hidden))
        return "info"

    def _tags(self, who: WriterInfo, record: dict[str, Any]) -> str:
        now = self._time(who, record)
        present = {name: record[name] for name in ("tags", "notes", "name") if name in record}
        self.info.set(present, now)
        return "info"

    def _link(self, who: WriterInfo, record: dict[str, Any]) -> str:
        now = self._time(who, record)
        texts = [record[name] for name in ("set", "source", "column")]
        rename = record.get("as")
        if not all(isinstance(text, str) for text in texts) or not isinstance(rename, str | None):
            raise TypeError("not a link record")
        link = Link(*texts, rename=rename, detached=bool(record.get("detached")))
        self.links.append((now, link))
        self.links.sort(key=lambda entry: entry[0])
        return "links"

    def _close(self, who: WriterInfo, record: dict[str, Any]) -> str:
        self._time(who, record)
        state = record["state"]
        if state not in ("finished", "failed"):
            raise ValueError(state)
        exit_code = record.get("exit")
        who.state = state
        who.exit_code = exit_code if isinstance(exit_code, int) else None
        return "state"

    _handlers: ClassVar[dict[str, _Handler]] = {
        "open": _open,
        "config": _config,
        "log": _log,
        "summary": _summary,
        "metric": _metric,
        "tags": _tags,
        "link": _link,
        "close": _close,
    }

    def _time(self, who: WriterInfo, record: dict[str, Any]) -> float:
        """Return the record's time, or the latest of its writer where it has none."""
        stamp = record.get("ts")
        if stamp is None:
            return who.last
        now = float(stamp)
        if now > who.last:
            who.last = now
        return now

    def count_damaged(self, writer: str, lines: int) -> None:
        """Count lines that could not be parsed."""
        if lines:
            self.damaged[writer] = self.damaged.get(writer, 0) + lines

    def run(self, folder: Path, alive: Callable[[WriterInfo], bool] | None = None) -> Run:
        """Return the run as it stands.

        Parameters
        ----------
        folder
            Its folder, for the writers' locks.
        alive
            Who says whether a writer lives, instead of its lock.
        """

        def by_lock(who: WriterInfo) -> bool:
            return is_alive(lock_path(folder, who.name), who.host, who.boot)

        state, exit_code = run_state(self.writers.values(), alive or by_lock)
        writers = sorted(self.writers.values(), key=lambda w: w.started)
        logging = [w for w in writers if w.role != "edits"] or writers
        first = next((w for w in logging if w.role is None), logging[0] if logging else None)
        tags = self.info.get("tags")
        return Run(
            id=self.run_id,
            project=_text(self.info.get("project")) or UNKNOWN_PROJECT,
            state=state,
            created=min((w.started for w in logging), default=0.0),
            updated=max((w.last for w in writers), default=0.0),
            entity=_text(self.info.get("entity")),
            name=_text(self.info.get("name")),
            group=_text(self.info.get("group")),
            job_type=_text(self.info.get("job_type")),
            tags=tuple(str(tag) for tag in cast("list[Any]", tags))
            if isinstance(tags, list | tuple)
            else (),
            notes=_text(self.info.get("notes")),
            program=_text(first.program) if first else None,
            host=_text(first.host) if first else None,
            exit_code=exit_code,
            steps=self.steps,
            config=self.config.as_dict(),
            summary=self.summary.as_dict(),
            damaged_lines=sum(self.damaged.values()),
        )

    def state(self) -> dict[str, Any]:
        """Return what `restore` needs, as JSON can hold it."""
        return {
            "writers": [who.as_dict() for who in self.writers.values()],
            "info": self.info.state(),
            "config": self.config.state(),
            "explicit": self.explicit.state(),
            "summary": self.summary.state(),
            "links": [
                [when, link.set, link.source, link.column, link.rename, link.detached]
                for when, link in self.links
            ],
            "steps": self.steps,
            "damaged": self.damaged,
            "latest": self._latest,
        }

    @classmethod
    def restore(cls, run_id: str, state: dict[str, Any]) -> RunFold:
        """Make a fold from what `state` returned.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it isn't that.
        """
        fold = cls(run_id)
        fold.writers = {w["name"]: WriterInfo(**w) for w in state["writers"]}
        fold.info = Registers.restore(state["info"])
        fold.config = Registers.restore(state["config"])
        fold.explicit = Registers.restore(state["explicit"])
        fold.summary = Summary.restore(state["summary"])
        fold.links = [(when, Link(*fields)) for when, *fields in state["links"]]
        fold.steps = state["steps"]
        fold.damaged = state["damaged"]
        fold._latest = state["latest"]
        return fold


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return cast("dict[str, Any]", value)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
