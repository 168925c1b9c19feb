"""The routes, one file for each group; `app.py` puts them together."""

from dotscape.server.routes import (
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
