"""Everything that is kept, as one file, for leaving the product.

From the machine only, by a custodian who proves that it is she: what is in it no page
shows to anybody (docs/decisions/0065). Whoever may not see some file may not take all
of them, and is told nothing that a wrong password would not tell (E4).
"""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from scheduler.domain.errors import QuietlineError
from scheduler.domain.people import Role
from scheduler.services.house import House
from scheduler.services.in_and_out.export_words import readme
from scheduler.services.staff.proof import Proof, who_proves
from scheduler.services.staff.sign_in import Accounts
from scheduler.services.traces import audit
from scheduler.services.watching import unusual
from scheduler.storage import archive, people
from scheduler.storage.archive import Held
from scheduler.storage.keys import Entropy

_BYTES: Final = 20
_GROUP: Final = 4

REFUSED: Final = (
    "Nothing was written. This takes a custodian’s name, password and code, and of a "
    "custodian to whom every file is open. Check all three, or let another one do it."
)


class Refused(QuietlineError):
    """The same sentence whatever was wrong."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written. The passphrase is nowhere but here."""

    held: Held
    passphrase: str = field(repr=False)


def take(
    house: House,
    accounts: Accounts,
    target: Path,
    proof: Proof,
    entropy: Entropy,
) -> Taken:
    """Write everything to a new file. Raises Refused, TooOften, NotUsable.

    That it was taken is written down first, and a supervisor is told: no trail, no
    file.
    """
    now = house.now()
    who = _custodian(house, accounts, proof)
    passphrase = _passphrase(house)
    with house.store.begin() as tx:
        audit.record(tx, now, who, "took everything", "agency", "1")
        unusual.took_everything(tx, house, who, now)
    with house.store.reading() as tx:
        held = archive.write(tx, target, passphrase, entropy, now, readme)
    return Taken(held, passphrase)


def _custodian(house: House, accounts: Accounts, proof: Proof) -> int:
    member = who_proves(accounts, proof)
    if member is None or member.role is not Role.CUSTODIAN:
        raise Refused(REFUSED)
    with house.store.reading() as tx:
        if people.shut_out_codes(tx, member.id):
            raise Refused(REFUSED)
    return member.id


def _passphrase(house: House) -> str:
    """A hundred and sixty bits that can be read aloud and typed."""
    digest = sha256(house.tokens.token(_BYTES).encode()).digest()[:_BYTES]
    plain = b32encode(digest).decode().lower()
    return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))
