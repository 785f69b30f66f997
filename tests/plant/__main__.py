"""`python -m tests.plant`."""

import sys

from tests.plant.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
