"""What a run is called, where it lies, and how far it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, cast

from dotscape.sdk.address import run_address
from dotscape.sdk.complaints import Complaints
from dotscape.sdk.settings import RunSettings, tag_tuple
from dotscape.store.root import run_path


class RunFacts(ABC):
    """The part of a run that is asked rather than told; names, tags and notes may be set."""

    _settings: RunSettings
    _complaints: Complaints
    _tags: tuple[str, ...]
    _step: int
    _first_step: int
    _started: float
    _resumed: bool

    @abstractmethod
    def _append(self, record: dict[str, Any]) -> None:
        """Write a record with the time."""

    @property
    def _path(self) -> Path:
        return run_path(self._settings.root, self.id)

    @property
    def id(self) -> str:
        """What names the run for good."""
        return cast(str, self._settings.id)

    @property
    def name(self) -> str:
        """What people call it; may be set."""
        return self._settings.name or self.id

    @name.setter
    def name(self, name: str) -> None:
        self._settings.name = str(name)
        self._append({"t": "tags", "name": self._settings.name})

    @property
    def notes(self) -> str | None:
        """A longer description; may be set."""
        return self._settings.notes

    @notes.setter
    def notes(self, notes: str) -> None:
        self._settings.notes = str(notes)
        self._append({"t": "tags", "notes": self._settings.notes})

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by; may be set, or added to: ``run.tags += ("baseline",)``."""
        return self._tags

    @tags.setter
    def tags(self, tags: Any) -> None:
        self._tags = tag_tuple(tags)
        self._append({"t": "tags", "tags": list(self._tags)})

    @property
    def project(self) -> str:
        """The project it belongs to."""
        return self._settings.project or "uncategorized"

    def project_name(self) -> str:
        """Return the project it belongs to."""
        return self.project

    @property
    def entity(self) -> str:
        """Whose it is."""
        return self._settings.entity or ""

    @property
    def group(self) -> str:
        """The group of runs it belongs to."""
        return self._settings.group or ""

    @property
    def job_type(self) -> str:
        """What kind of work it does: train, eval, ..."""
        return self._settings.job_type or ""

    @property
    def path(self) -> str:
        """Entity, project and id."""
        return "/".join(part for part in (self.entity, self.project, self.id) if part)

    @property
    def dir(self) -> str:
        """A folder that the script may fill as it likes; it stays with the run."""
        folder = self._path / "files"
        if not self.disabled:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                self._complaints.warn(f"Can't make {folder}: {error.strerror}")
        return str(folder)

    @property
    def url(self) -> str | None:
        """The address of its page, if a server runs."""
        return None if self.disabled else run_address(self._settings.root, self.id)

    def get_url(self) -> str | None:
        """Return the address of its page, if a server runs."""
        return self.url

    @property
    def project_url(self) -> str | None:
        """The address of its project's page, if a server runs."""
        address = self.url
        if address is None:
            return None
        base, _, query = address.partition(f"/runs/{self.id}")
        return f"{base}/projects/{self.project}{query}"

    @property
    def step(self) -> int:
        """The step that is logged to next."""
        return self._step

    @property
    def starting_step(self) -> int:
        """The step it began with, which is above 0 where it was resumed."""
        return self._first_step

    @property
    def resumed(self) -> bool:
        """Whether it continues a run that was there."""
        return self._resumed

    @property
    def start_time(self) -> float:
        """When it started, in seconds since 1970, UTC."""
        return self._started

    @property
    def disabled(self) -> bool:
        """Whether nothing is written at all."""
        return self._settings.mode == "disabled"

    @property
    def offline(self) -> bool:
        """Whether it was started with ``mode="offline"``, which makes no difference here."""
        return self._settings.mode == "offline"

    @property
    def strict(self) -> bool:
        """Whether bad values raise."""
        return self._complaints.strict
