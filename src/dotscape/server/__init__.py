"""The server: one middleware for security, one file for each group of routes."""
