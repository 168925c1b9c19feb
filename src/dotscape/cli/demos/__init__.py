"""The demos' data, one file each: made from installed packages, logged with the public calls."""
