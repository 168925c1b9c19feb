"""`python -m dotscape.cli`."""

import sys

from dotscape.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
