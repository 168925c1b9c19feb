"""What the server uses of core. It may import the engine, and not core: this is the door."""

from dotscape.core.pack import draw_order, pack
from dotscape.core.projection.parameters import Parameter
from dotscape.core.projection.preprocessing import in_words as preprocessing_in_words
from dotscape.core.projection.registry import METHODS, get

__all__ = ["METHODS", "Parameter", "draw_order", "get", "pack", "preprocessing_in_words"]
