"""Names for runs that nobody named."""

from __future__ import annotations

import secrets

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_FIRST = (
    *("amber", "autumn", "bold", "brave", "bright", "calm", "clear", "copper"),
    *("coral", "cosmic", "crimson", "crisp", "dusty", "early", "fading", "fresh"),
    *("gentle", "golden", "green", "hidden", "icy", "jolly", "lively", "lucid"),
    *("mellow", "misty", "noble", "northern", "pale", "patient", "polar", "quick"),
    *("quiet", "rapid", "rosy", "rustic", "silent", "silver", "snowy", "solar"),
    *("southern", "steady", "still", "sunny", "swift", "tidal", "vivid", "warm"),
    *("wild", "winter"),
)
_SECOND = (
    *("aurora", "bay", "beacon", "bird", "breeze", "brook", "canyon", "cloud"),
    *("comet", "creek", "dawn", "delta", "dune", "ember", "falls", "feather"),
    *("field", "fjord", "forest", "garden", "glade", "grove", "harbor", "haze"),
    *("hill", "island", "lagoon", "lake", "leaf", "meadow", "meteor", "moon"),
    *("mountain", "oak", "ocean", "orchard", "pebble", "pine", "planet", "pond"),
    *("prairie", "rain", "reef", "ridge", "river", "shore", "sky", "star"),
    *("stone", "stream", "summit", "tree", "valley", "wave", "wind", "wood"),
)

# The operating system's randomness throughout: a script's seeds neither repeat a run's id nor
# are disturbed by it.


def new_run_id() -> str:
    """Return eight random letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def new_run_name() -> str:
    """Return two words, such as ``quiet-harbor``."""
    return f"{secrets.choice(_FIRST)}-{secrets.choice(_SECOND)}"
