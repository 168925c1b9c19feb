"""Looking at vectors from a notebook or an interactive session."""
