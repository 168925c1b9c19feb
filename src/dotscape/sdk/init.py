"""`init`: starts a run, or continues one."""

from __future__ import annotations

import builtins
import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dotscape.errors import DataError, DotscapeError, ParameterError
from dotscape.sdk import current
from dotscape.sdk.clock import Clock
from dotscape.sdk.complaints import Complaints, warn_user
from dotscape.sdk.mappings import config_mapping
from dotscape.sdk.names import new_run_id, new_run_name
from dotscape.sdk.resume import Earlier, find_interrupted, look_up
from dotscape.sdk.run import Run
from dotscape.sdk.settings import MODES, RESUMES, RunSettings, read_settings
from dotscape.store.liveness import boot_id, host_name
from dotscape.store.root import FORMAT_VERSION, check_run_id, run_path


def init(
    entity: str | None = None,
    project: str | None = None,
    dir: str | os.PathLike[str] | None = None,
    id: str | None = None,
    name: str | None = None,
    notes: str | None = None,
    tags: Sequence[str] | None = None,
    config: Any = None,
    config_exclude_keys: Iterable[str] | None = None,
    config_include_keys: Iterable[str] | None = None,
    allow_val_change: bool | None = None,
    group: str | None = None,
    job_type: str | None = None,
    mode: str | None = None,
    force: bool | None = None,
    reinit: bool | str | None = None,
    resume: bool | str | None = None,
    resume_from: str | None = None,
    fork_from: str | None = None,
    save_code: bool | None = None,
    tensorboard: bool | None = None,
    sync_tensorboard: bool | None = None,
    monitor_gym: bool | None = None,
    settings: Any = None,
    strict: bool | None = None,
    **others: Any,
) -> Run:
    """Start a run.

    Parameters
    ----------
    entity, project
        Whose it is and what it belongs to.
    dir
        The folder of all runs; by default ``DOTSCAPE_DIR``, else the user's data folder.
    id
        Names the run for good: letters, digits, ``. _ -``. By default random.
    name, notes, tags, group, job_type
        What people know it by and find it by.
    config
        A dict, Namespace, dataclass, or the path of a JSON or YAML file.
    config_exclude_keys, config_include_keys
        Which keys of `config` to leave out, or to take alone.
    mode
        ``"disabled"`` writes nothing. ``"online"``, ``"offline"`` and ``"shared"`` all write to
        the local folder.
    reinit
        What to do while another run of this process is not finished: by default, or
        ``"return_previous"``, return that one; True or ``"finish_previous"`` (the default in a
        notebook) end it first; ``"create_new"`` leave it alone.
    resume
        What to do if there is a run of that id: ``"must"`` continue it, and raise if there is
        none; ``"allow"`` continue it if there is one; ``"never"`` raise if there is one;
        ``"auto"`` or True without an id: continue the last run of this script in this project if
        it did not end well. By default a run that is there is continued with a warning.
    strict
        Raise for bad values instead of warning; also ``DOTSCAPE_STRICT=1``.
    settings, others
        What else W&B's client takes is taken and left out.

    Returns
    -------
    Run
        Also to be found as ``dotscape.run``.

    Raises
    ------
    ParameterError
        For an id that can't be one, or where `resume` says so.
    StoreError
        If there is a run of that id that a newer release wrote.
    """
    before = current.run()
    if before is not None and reinit != "create_new":
        if reinit in (True, "finish_previous") or (reinit in (None, "default") and _in_notebook()):
            before.finish()
        else:
            before.warn(
                "init was called while a run is active; that run is returned. Call finish() first, "
                "or init(reinit='finish_previous').",
                once="init twice",
            )
            return before
    chosen = read_settings(
        directory=dir,
        strict=strict,
        tags=tags,
        mode=mode,
        resume=resume,
        project=project,
        entity=entity,
        name=name,
        id=id,
        group=group,
        job_type=job_type,
        notes=notes,
    )
    if getattr(settings, "silent", False):
        chosen.quiet = True
    complaints = Complaints(strict=chosen.strict, quiet=chosen.quiet)
    _say_what_does_nothing(
        complaints,
        tensorboard=tensorboard,
        sync_tensorboard=sync_tensorboard,
        monitor_gym=monitor_gym,
        save_code=save_code,
        resume_from=resume_from,
        fork_from=fork_from,
        **others,
    )
    values = _read_config(config, config_include_keys, config_exclude_keys, complaints)
    run = _start(chosen, values, complaints)
    if before is None or reinit != "create_new":
        current.follow(run)
    run.announce()
    return run


def _start(settings: RunSettings, values: dict[str, Any], complaints: Complaints) -> Run:
    """Choose id and name, look for what is there, and make the run."""
    _check(settings, complaints)
    earlier = None if settings.mode == "disabled" else _earlier(settings, complaints)
    if settings.id is None:
        settings.id = new_run_id()
        while run_path(settings.root, settings.id).exists():
            settings.id = new_run_id()
    if earlier is not None:
        settings.project = settings.project or earlier.run.project
        settings.name = settings.name or earlier.run.name
        settings.entity = settings.entity or earlier.run.entity
        settings.group = settings.group or earlier.run.group
        settings.job_type = settings.job_type or earlier.run.job_type
        settings.notes = settings.notes or earlier.run.notes
        settings.tags = settings.tags or earlier.run.tags
    if settings.name is None:
        settings.name = new_run_name()
    run = Run(
        settings,
        _opening(settings, earlier),
        config=values,
        earlier=earlier,
        complaints=complaints,
        on_finish=current.leave,
    )
    current.watch_over(run)
    return run


def _check(settings: RunSettings, complaints: Complaints) -> None:
    if settings.id is not None:
        check_run_id(settings.id)
    if settings.mode not in MODES:
        complaints.warn(
            f"The 'mode' of init must be one of {', '.join(MODES)}. Got {settings.mode!r}. "
            "The run is kept as usual."
        )
        settings.mode = "online"
    if settings.resume is not None and settings.resume not in RESUMES:
        raise ParameterError(
            "resume",
            "init",
            allowed=f"True, False or one of {', '.join(RESUMES)}",
            got=repr(settings.resume),
            hint="'allow' continues a run of that id if there is one.",
        )


def _earlier(settings: RunSettings, complaints: Complaints) -> Earlier | None:
    """Return the run to continue, None to start a new one."""
    if settings.id is None:
        if settings.resume == "auto":
            earlier = find_interrupted(
                settings.root, settings.project, host=host_name(), program=_program()
            )
            if earlier is not None:
                settings.id = earlier.run.id
            return earlier
        if settings.resume == "must":
            raise ParameterError(
                "id",
                "init",
                allowed="given with resume='must'",
                got="None",
                hint="Give the run's id.",
            )
        return None
    earlier = look_up(settings.root, settings.id)
    if earlier is None and settings.resume == "must":
        raise ParameterError(
            "id",
            "init",
            allowed="that of a run which is there, with resume='must'",
            got=f"'{settings.id}', which isn't in {settings.root}",
            hint="resume='allow' starts it if it isn't there.",
        )
    if earlier is not None and settings.resume == "never":
        raise ParameterError(
            "id",
            "init",
            allowed="new, with resume='never'",
            got=f"'{settings.id}', which has {earlier.run.steps} steps in {settings.root}",
            hint="Give another id, or resume='allow' to continue it.",
        )
    if earlier is not None and settings.resume is None:
        warn_user(
            f"there is a run '{settings.id}' already; it is continued from step "
            f"{earlier.run.steps}. resume='allow' says that this is meant, "
            "resume='never' forbids it."
        )
    return earlier


def _in_notebook() -> bool:
    """Whether cells are run one by one, where a second `init` means to start afresh."""
    return bool(getattr(builtins, "__IPYTHON__", False))


def _program() -> str | None:
    """Return the script's path, as `resume="auto"` compares it."""
    main = sys.modules.get("__main__")
    path = getattr(main, "__file__", None)
    return os.path.abspath(path) if path else None


def _opening(settings: RunSettings, earlier: Earlier | None) -> dict[str, Any]:
    """Return the journal's first record."""
    from dotscape import __version__

    return {
        "t": "open",
        "v": FORMAT_VERSION,
        "run": settings.id,
        "writer": None,
        "pid": None,
        "host": host_name(),
        "boot": boot_id(),
        "started": Clock(earlier.run.updated if earlier else 0.0).now(),
        "project": settings.project or "uncategorized",
        "entity": settings.entity,
        "name": settings.name,
        "group": settings.group,
        "job_type": settings.job_type,
        "tags": list(settings.tags),
        "notes": settings.notes,
        "program": _program(),
        "python": platform.python_version(),
        "dotscape": __version__,
        "resumed": earlier is not None,
    }


def _read_config(
    config: Any,
    include: Iterable[str] | None,
    exclude: Iterable[str] | None,
    complaints: Complaints,
) -> dict[str, Any]:
    """Return the configuration as a dictionary; what can't be one is said and left out."""
    try:
        given = _config_file(Path(config)) if isinstance(config, str) else config_mapping(config)
    except DotscapeError as error:
        complaints.warn_of(error)
        return {}
    wanted = set(include) if include is not None else given.keys()
    return {k: v for k, v in given.items() if k in wanted and k not in set(exclude or ())}


def _config_file(path: Path) -> dict[str, Any]:
    """Read a configuration from a JSON or YAML file."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            return config_mapping(json.loads(text))
        import yaml
    except ImportError:
        raise DataError(
            f"A config in YAML needs the package 'PyYAML': pip install pyyaml. Got '{path}'."
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(f"The config file '{path}' can't be read: {error}") from None
    try:
        return config_mapping(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise DataError(f"The config file '{path}' can't be read: {error}") from None


def _say_what_does_nothing(complaints: Complaints, **given: Any) -> None:
    """Say once which of the arguments do nothing here."""
    names = [name for name, value in given.items() if value not in (None, False)]
    if names:
        complaints.notice(f"init takes {', '.join(names)} but does nothing with it.")
