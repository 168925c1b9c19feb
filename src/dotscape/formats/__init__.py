"""Files of other tools, one module for each format, found through the registry.

read_file("reviews.parquet")          -> [Bundle, ...]
write_file(bundle, Path("out.npz"))   -> Written
"""

from dotscape.formats.bundle import Bundle, Written
from dotscape.formats.registry import Format, formats, read_file, write_file

__all__ = ["Bundle", "Format", "Written", "formats", "read_file", "write_file"]
