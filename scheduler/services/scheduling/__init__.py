"""Finding a time, holding it, booking, moving, cancelling; series, groups, waiting."""
