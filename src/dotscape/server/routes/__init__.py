"""The routes, one file for each group; `app.py` puts them together."""
