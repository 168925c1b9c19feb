"""`define_metric`: how keys are drawn and summed up."""

from __future__ import annotations

from dotscape.sdk.complaints import Complaints
from dotscape.store.summary import MODES, MetricRule, parse_modes


class Metric:
    """What `define_metric` returns."""

    def __init__(self, rule: MetricRule) -> None:
        self._rule = rule

    @property
    def name(self) -> str:
        """The key, which may end in ``*``."""
        return self._rule.name

    @property
    def step_metric(self) -> str | None:
        """The key it is drawn against."""
        return self._rule.step_metric

    @property
    def summary(self) -> tuple[str, ...]:
        """How it is summed up."""
        return self._rule.summary

    @property
    def hidden(self) -> bool:
        """Whether it isn't drawn."""
        return self._rule.hidden

    @property
    def goal(self) -> str | None:
        """``"minimize"`` or ``"maximize"``."""
        return self._rule.goal


def metric_rule(
    name: str,
    step_metric: str | None,
    hidden: bool | None,
    summary: str | None,
    goal: str | None,
    complaints: Complaints,
) -> MetricRule:
    """Check what `define_metric` was given; what isn't known is said and left out."""
    modes = parse_modes(summary or "")
    asked = [part for part in (summary or "").split(",") if part.strip()]
    if len(modes) < len(asked):
        complaints.warn(
            f"The 'summary' of define_metric must be some of {', '.join(sorted(MODES))}, parted by "
            f"commas. Got {summary!r}."
        )
    if goal is not None and goal not in ("minimize", "maximize"):
        complaints.warn(
            f"The 'goal' of define_metric must be 'minimize' or 'maximize'. Got {goal!r}."
        )
        goal = None
    return MetricRule(str(name), step_metric, modes, goal, bool(hidden))
