"""Run folders on disk: journals, segments, media, and the catalog over them.

``docs/format.md`` is the normative description; every module here is one noun of it. Nothing is
imported by the package itself, so that a logging script loads only what it uses.
"""
