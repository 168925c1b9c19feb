"""A run: what `init` returns and everything is logged to."""

from __future__ import annotations

import operator
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from dotscape.errors import DataError, DotscapeError, StoreError
from dotscape.sdk.address import serve_command
from dotscape.sdk.clock import Clock
from dotscape.sdk.complaints import Complaints, say
from dotscape.sdk.console import ConsoleLog
from dotscape.sdk.convert import Converter
from dotscape.sdk.facts import RunFacts
from dotscape.sdk.left_out import LeftOut
from dotscape.sdk.lines import PlainLines, log_line
from dotscape.sdk.mappings import Config, SummaryView
from dotscape.sdk.metric import Metric, metric_rule
from dotscape.sdk.resume import Earlier
from dotscape.sdk.saving import SavedFiles
from dotscape.sdk.settings import RunSettings
from dotscape.sdk.writer import RunWriter
from dotscape.store.journal import encode
from dotscape.store.root import run_path
from dotscape.store.summary import Summary


class Run(RunFacts, LeftOut):
    """One run of a script. Made by `init`; use it as a context manager, or call `finish`.

    Leaving the context by an exception marks the run as failed.
    """

    def __init__(
        self,
        settings: RunSettings,
        opening: dict[str, Any],
        *,
        config: Mapping[str, Any],
        earlier: Earlier | None = None,
        complaints: Complaints,
        on_finish: Callable[[Run], None] | None = None,
    ) -> None:
        assert settings.id is not None  # `init` chose one
        self._settings = settings
        self._opening = opening
        self._complaints = complaints
        self._on_finish = on_finish
        self._lock = threading.RLock()
        self._lines = PlainLines()
        self._step = self._first_step = earlier.run.steps if earlier else 0
        self._resumed = earlier is not None
        self._started: float = opening["started"]
        self._tags = tuple(opening["tags"])
        self._clock = Clock(earlier.run.updated if earlier else 0.0)
        self._writer: RunWriter | None = None
        self._console: ConsoleLog | None = None
        self._finished = False
        self._forked = False
        self._totals = earlier.fold.summary if earlier else Summary()
        self._saved = SavedFiles()
        self._converter: Converter | None = None
        self.config = Config(self._append, earlier.fold.config.as_dict() if earlier else None)
        self.summary = SummaryView(self._totals, self._append)
        if not self.disabled:
            self._start_writer()
        if config:
            self.config.update(config)

    def _start_writer(self) -> None:
        settings = self._settings
        path = run_path(settings.root, cast(str, settings.id))
        self._writer = RunWriter(settings.root, path, self._opening, self._complaints)
        self._converter = Converter(self._writer)
        if settings.console:
            self._console = ConsoleLog(path / f"output-{self._writer.name}.log")

    # --- logging ----------------------------------------------------------------------------------

    def log(
        self,
        data: Mapping[str, Any],
        step: int | None = None,
        commit: bool | None = None,
        sync: bool | None = None,
    ) -> None:
        """Log values under keys.

        Parameters
        ----------
        data
            Numbers, texts, arrays, tables, images, sound, HTML, histograms, and dictionaries of
            these, whose keys are joined by dots.
        step
            Where they belong; may not go back. By default the next one.
        commit
            Whether the step is done. Default True without `step`, else False: what is logged
            next with the same step is added to it.
        sync
            Taken and left out.

        Notes
        -----
        Nothing that is logged ends the script: what can't be kept is warned of at your line, once.
        `strict` raises instead. When `log` returns, killing the process loses nothing of it.
        """
        if self._finished:
            self._complaints.warn("The run is finished; what is logged after that is left out.")
            return
        if self._forked:
            self._continue_in_child()
        if type(data) is dict:
            with self._lock:
                body = self._lines.body(data)
                if body is not None:
                    at = self._claim(step, commit)
                    if at is not None:
                        totals = self._totals
                        if totals.rules:
                            totals.update(data)
                        else:
                            totals.latest.update(data)
                        if self._writer is not None:
                            self._writer.append_line(log_line(at, self._clock.now(), body))
                    return
        self._log_values(data, step, commit)

    def _log_values(self, data: Any, step: int | None, commit: bool | None) -> None:
        """Log what isn't all plain numbers and short texts."""
        if not isinstance(data, Mapping):
            self._complaints.warn(
                f"log takes a dictionary of keys and values. Got {type(data).__name__}: "
                f'{data!r:.80}. Example: log({{"loss": 0.1}})'
            )
            return
        with self._lock:
            at = self._claim(step, commit)
        if at is None or self._converter is None or self._writer is None:
            return
        try:
            values = self._converter.record(cast("Mapping[Any, Any]", data), at)
        except (DotscapeError, Warning):  # strict, or somebody made errors of warnings
            raise
        except Exception as error:  # a mapping's own code may raise whatever it likes
            self._complaints.warn(f"What was logged can't be read: {type(error).__name__}: {error}")
            return
        if not values:
            return
        body = encode(values)[1:-1]
        with self._lock:
            self._totals.update(values)
            self._writer.append_line(log_line(at, self._clock.now(), body))

    def _claim(self, step: int | None, commit: bool | None) -> int | None:
        """Return the step that values belong to, None if it lies in the past."""
        if step is None:
            at = self._step
            if commit is not False:
                self._step = at + 1
            return at
        try:
            at = operator.index(step)
        except TypeError:
            at = self._odd_step(step)
        if at is None or at < self._step:
            if at is not None:
                self._complaints.warn(
                    f"The 'step' of log must not go back: got {at}, after {self._step}. What is "
                    "logged so is left out. define_metric(..., step_metric=...) draws values "
                    "against one of their own.",
                    once="backwards",
                )
            return None
        self._step = at + 1 if commit else at
        return at

    def _odd_step(self, step: Any) -> int | None:
        """Return a step that came as a float or a tensor, None if it is no whole number."""
        try:
            number = float(step)
        except (TypeError, ValueError):
            number = float("nan")
        if number.is_integer():
            return int(number)
        self._complaints.warn(
            f"The 'step' of log must be a whole number. Got {step!r:.80}. "
            "What is logged so is left out.",
            once="odd step",
        )
        return None

    def define_metric(
        self,
        name: str,
        step_metric: str | Metric | None = None,
        step_sync: bool | None = None,
        hidden: bool | None = None,
        summary: str | None = None,
        goal: str | None = None,
        overwrite: bool | None = None,
    ) -> Metric:
        """Say how a key is drawn and summed up.

        Parameters
        ----------
        name
            The key; may end in ``*``.
        step_metric
            The key it is drawn against, in place of the step.
        step_sync, overwrite
            Taken and left out.
        hidden
            Not drawn.
        summary
            Some of ``min max mean first last best none copy``, parted by commas.
        goal
            ``"minimize"`` or ``"maximize"``, for ``summary="best"``.
        """
        against = step_metric.name if isinstance(step_metric, Metric) else step_metric
        rule = metric_rule(name, against, hidden, summary, goal, self._complaints)
        with self._lock:
            self._totals.define(rule)
        self._append(
            {
                "t": "metric",
                "name": rule.name,
                "step_metric": rule.step_metric,
                "summary": ",".join(rule.summary) or None,
                "goal": rule.goal,
                "hidden": rule.hidden,
            }
        )
        return Metric(rule)

    def save(
        self,
        glob_str: str | os.PathLike[str] | None = None,
        base_path: str | os.PathLike[str] | None = None,
        policy: str = "live",
        glob: bool = True,
    ) -> list[str]:
        """Keep copies of files with the run.

        Parameters
        ----------
        glob_str
            A path, or a pattern such as ``"checkpoints/*.pt"``.
        base_path
            The part of the path that the kept name leaves out.
        policy
            ``now`` copies once, ``live`` and ``end`` also at the end of the run where the file
            has changed by then.
        glob
            Whether `glob_str` is a pattern.

        Returns
        -------
        list of str
            The names under which they are kept.
        """
        if glob_str is None or self._writer is None or self._finished:
            return []
        found = self._saved.find(glob_str, base_path, glob=glob)
        if not found:
            self._complaints.warn(f"There is no file '{glob_str}' to save.")
        for name, path in found:
            self._saved.note(name, path, policy)
            if policy != "end":
                self._keep_file(name, path)
        return [name for name, _ in found]

    def _keep_file(self, name: str, path: Path) -> None:
        if self._writer is None:
            return
        try:
            digest = self._writer.media(str(path))
            size = path.stat().st_size
        except StoreError as error:
            self._writer.failed(error)
        except (DataError, OSError) as error:
            self._complaints.warn(f"Can't save '{path}': {error}")
        else:
            value = {"_type": "file", "sha256": digest, "name": name, "size": size}
            self._append({"t": "log", "s": self._step, "d": {f"files/{name}": value}})

    def _append(self, record: dict[str, Any]) -> None:
        """Write a record with the time."""
        if self._forked:
            self._continue_in_child()
        if self._writer is not None and not self._finished:
            self._writer.append({**record, "ts": self._clock.now()})

    # --- the end ----------------------------------------------------------------------------------

    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:
        """End the run: 0 or None as finished, anything else as failed. A second call does nothing.

        Parameters
        ----------
        exit_code
            As a process would return it.
        quiet
            Don't print the address again.
        """
        with self._lock:
            if self._finished:
                return
            if not self._forked:
                for name, path in self._saved.changed():
                    self._keep_file(name, path)
            self._finished = True
        code = int(exit_code or 0)
        if self._console is not None:
            self._console.close()
        if self._writer is not None and not self._forked:
            state = "failed" if code else "finished"
            self._writer.close(
                {"t": "close", "ts": self._clock.now(), "exit": code, "state": state}
            )
            if not quiet and not self._complaints.quiet and "role" not in self._opening:
                self._say_where()
        if self._on_finish is not None:
            self._on_finish(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.finish(exit_code=0 if kind is None else 1)

    def _say_where(self) -> None:
        address = self.url
        if address:
            say(f"look at it: {address}")
        else:
            say(f"to look at it, run: {serve_command(self._settings.root)}")

    def announce(self) -> None:
        """Print the run's name, where it lies, and how to look at it."""
        if self.disabled or self._complaints.quiet:
            return
        say(f"run '{self.name}' of project '{self.project}', kept in {self._path}")
        self._say_where()

    # --- forked children --------------------------------------------------------------------------

    def after_fork(self) -> None:
        """Let go of the parent's files, in a forked child; to log there opens another writer."""
        self._lock = threading.RLock()
        if self._console is not None:
            self._console.forget()
            self._console = None
        if self._writer is not None:
            self._writer.forget()
            self._forked = not self._finished

    def _continue_in_child(self) -> None:
        with self._lock:
            if not self._forked:
                return
            self._forked = False
            self._opening = {**self._opening, "role": "child", "started": self._clock.now()}
            self._start_writer()

    # --- what it says ---

    def warn(self, message: str, *, once: str | None = None) -> None:
        """Warn at the user's line."""
        self._complaints.warn(message, once=once)

    def __repr__(self) -> str:
        state = "finished" if self._finished else "running"
        return f"<dotscape.Run {self.path} '{self.name}', {state}, step {self._step}>"
