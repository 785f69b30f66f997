"""`python -m scheduler.cli`, the same as `quietline`."""

import sys

from scheduler.cli import main

sys.exit(main())
