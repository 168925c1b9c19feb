"""What can be said of layouts: how much of the neighbourhoods they keep."""

from dotscape.core.analysis.quality import PerPoint, Quality, quality

__all__ = ["PerPoint", "Quality", "quality"]
