"""What a person can get wrong. Each error says what to do next, in a sentence that can
be read aloud; a refusal by a rule is a `Decision`, not one of these."""

from __future__ import annotations


class QuietlineError(Exception):
    """The base, for whoever shows errors to people. `str()` is the sentence."""


class UnknownZone(QuietlineError):
    """The zone has no data here. Give a name such as America/Toronto."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no time zone “{name}”. Give one such as America/Toronto."
        )


class Misread(QuietlineError):
    """Typed hours, dates or figures that cannot be read. Says what can be."""


class NotThere(QuietlineError):
    """It does not exist, or not for the one who asks (E3: both look the same)."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing here under that name. Check it and try again."
        )


class Outdated(QuietlineError):
    """Somebody else changed it meanwhile. Load it again and look at both."""


class JustTaken(QuietlineError):
    """Another booking took the time first (B2). Offer the next times."""

    def __init__(self) -> None:
        super().__init__("This time was just taken. Choose one of the next ones.")


class Misconfigured(QuietlineError):
    """A setting, key or table is not as it must be. Says which, and the remedy."""


class StorageUnavailable(QuietlineError):
    """The database cannot be reached, is locked or full. Says which, and the remedy.

    Nothing was half written: the act may be tried again once the remedy is done.
    """


class Unreadable(QuietlineError):
    """Something sealed cannot be opened: wrong key, another row's, or changed."""

    def __init__(self) -> None:
        super().__init__(
            "What is kept here cannot be opened. It was changed, belongs elsewhere or "
            "its key is gone. Tell whoever runs this machine; a backup may hold it."
        )
