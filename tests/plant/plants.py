"""All the planted bugs, by area: written down so that a test which stops noticing is
noticed."""

from tests.plant import (
    booking,
    contact,
    pages,
    people,
    provider,
    records,
    sending,
    signing_in,
    storage,
    time,
    words,
)
from tests.plant.plant import Plant

PLANTS: tuple[Plant, ...] = (
    *time.PLANTS,
    *contact.PLANTS,
    *words.PLANTS,
    *booking.PLANTS,
    *people.PLANTS,
    *sending.PLANTS,
    *provider.PLANTS,
    *storage.PLANTS,
    *records.PLANTS,
    *pages.PLANTS,
    *signing_in.PLANTS,
)
