"""What comes in: texts, and what the provider reports (I2, I3, M8, M9)."""

import re
import unicodedata

from tests.oracle.agency import Client
from tests.oracle.ending import suspend, void
from tests.oracle.intentions import plan_second_attempt
from tests.oracle.state import Message, State

# One string each: a word list is easier to read aloud than a column of quotes.
STOP_WORDS = (
    "stop stops stopped stopping stopall unsubscribe unsubscribed unsubscribing "
    "cancel cancels canceled cancelled canceling cancelling end ends ended ending "
    "quit quits quitting revoke revokes revoked revoking optout arret arrets arrete "
    "arretes arretons arretez arretent arreter alto basta"
)
PERHAPS_STOP_WORDS = (
    "para pare parar paren detener detenga annule annuler annulez cancelar cancele "
    "stoppe stopper stoppez finish finished enough leave remove"
)
NEGATIONS = "no not dont never without ne n pas plus jamais sans nunca sin"
CONTACTS = (
    "text texts texting txt write writing message messages messaging contact "
    "contacting texto textos sms ecris ecrit ecrire ecrivez contacter contactez "
    "contacte escriba escribas escriban escribir mensaje mensajes contactar contacto"
)

LANDLINE_OR_UNKNOWN = {"30005", "30006", "21614"}
WHOLE_SENDER = {"30007", "30034", "20003"}
UNREACHABLE = "30003"
STOPPED = "21610"


def _words(body: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", body.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return re.findall(r"[a-z]+", plain.replace("’", "'").replace("don't", "dont"))


def asks_to_stop(body: str) -> bool | None:
    """A stop word anywhere, or a negation together with writing to her (I2).

    None where a careful reader may call it either: in doubt it is a stop.
    """
    words = set(_words(body))
    negated = words & set(NEGATIONS.split()) and words & set(CONTACTS.split())
    if words & set(STOP_WORDS.split()) or negated:
        return True
    return None if words & set(PERHAPS_STOP_WORDS.split()) else False


def text_came_in(state: State, number: str, body: str, second: int) -> None:
    """A text from a number (I2, I3)."""
    stop = asks_to_stop(body)
    if stop is not False:
        state.blocked.add(number)
    for client in state.agency.clients.values():
        if number not in client.numbers:
            continue
        suspend(state, client, second)
        if stop is None:
            state.raise_one_of((client.id, "reply_stop"), (client.id, "reply_other"))
        else:
            state.attention.add((client.id, "reply_stop" if stop else "reply_other"))


def failed(state: State, message: Message, code: str, second: int) -> None:
    """The provider says that this message did not arrive, and why (M8)."""
    client = state.agency.clients[message.client]
    item = (client.id, "delivery_failed")
    if code == UNREACHABLE:
        if plan_second_attempt(state, message, second):
            state.attention_may.add(item)
            return
        state.attention.add(item)
    elif code == STOPPED:
        _blocked_by_provider(state, message, client, second)
    elif code in LANDLINE_OR_UNKNOWN:
        _close(state, message, client)
        state.attention.add(item)
    elif code in WHOLE_SENDER:
        state.sender_paused = True
        state.raise_one_of(*[(one, "sender_paused") for one in (client.id, "")])
        state.attention_may.add(item)
    else:
        state.attention.add(item)
    if message.meaning in {"changed", "cancelled"}:
        state.attention.add((client.id, "stand_in_needed"))


def _blocked_by_provider(
    state: State, message: Message, client: Client, second: int
) -> None:
    state.blocked.add(message.to)
    for other in state.agency.clients.values():
        if message.to in other.numbers:
            if state.readings.a_provider_block_suspends:
                suspend(state, other, second)
            else:
                void(state, second, client=other.id)
            state.attention_may.add((other.id, "reply_stop"))
    state.raise_one_of((client.id, "reply_stop"), (client.id, "delivery_failed"))


def _close(state: State, message: Message, client: Client) -> None:
    for channel in client.channels:
        if channel.kind == "sms" and channel.address == message.to:
            channel.closed = True
    if any(not channel.closed for channel in client.channels_of("sms")):
        return  # she has another number, and it is asked when they are due (M2)
    for other in state.messages:
        if other.client == client.id and other.open:
            other.state = "cancelled"
            other.doubtful_states = {"withheld", "planned", "due", "expired"}


def _perhaps_late(state: State, message: Message, second: int) -> None:
    """Delivered after the window's end: it may have been seen (M9). That it was given
    up before changes nothing in that, though no longer its state (M11, I1)."""
    if second > message.window_end * 60:
        client = state.agency.clients[message.client]
        suspend(state, client, second)
        state.attention.add((client.id, "late_receipt"))


AFTER_SENDING = {"sending", "accepted", "sent", "uncertain"}


def receipt(state: State, session: str, status: str, code: str, second: int) -> None:
    """A report about the latest message of a session that left or may have left."""
    left = [
        one for one in state.messages if one.session == session and one.sent is not None
    ]
    if not left:
        return
    message = max(left, key=lambda one: (one.sent or 0, one.attempt))
    if status == "delivered" and message.state != "delivered":
        _perhaps_late(state, message, second)
    if message.state not in AFTER_SENDING:
        return
    message.state = status
    if status == "delivered":
        return
    again = (
        status == "undelivered" or state.readings.a_failed_unreachable_is_tried_again
    )
    if code == UNREACHABLE and not again:
        code = ""
    failed(state, message, code, second)
