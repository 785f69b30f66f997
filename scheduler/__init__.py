"""The scheduler: rules, services, storage and pages.

Importing this package makes ``zoneinfo`` read the packaged ``tzdata`` only, never
the host's files, which are stale where a province changed its clocks (rule T2).
It is the one effect that an import here may have.
"""

import zoneinfo

zoneinfo.reset_tzpath(to=())
