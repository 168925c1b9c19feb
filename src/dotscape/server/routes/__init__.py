"""The routes, one file for each group; `app.py` puts them together."""

from dotscape.server import paths

paths.register()

from dotscape.server.routes import (  # noqa: E402 - they use the forms registered above
    arrays,
    events,
    health,
    media,
    pages,
    projections,
    records,
    runs,
    sets,
)

ALL = (health, pages, media, events, runs, records, sets, arrays, projections)
