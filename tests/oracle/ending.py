"""How an intention ends without having left (M5, M12)."""

from tests.oracle.agency import Client
from tests.oracle.state import Message, State


def ends_without(state: State, message: Message, how: str) -> None:
    """Withheld or expired; nobody told her, so a person may be needed (B6, M13)."""
    message.state = how
    item = (message.client, "stand_in_needed")
    if message.meaning in {"changed", "cancelled"}:
        state.attention.add(item)
    else:
        state.attention_may.add(item)
    state.attention_may.add((message.client, "delivery_failed"))


def expire(state: State, message: Message) -> None:
    """Its last instant has passed (M5)."""
    ends_without(state, message, "expired")
    if message.missed:
        message.doubtful_states = {"withheld"}


def is_past(message: Message, second: int) -> bool:
    """Whether its last minute is over: it is expired, whoever looks first (M5)."""
    return second // 60 > message.not_after


def void(
    state: State, second: int, client: str | None = None, session: str | None = None
) -> None:
    """Open intentions end here (M12); those past their time have ended before."""
    for message in state.messages:
        of_client = client is None or message.client == client
        of_session = session is None or message.session == session
        if message.open and of_client and of_session:
            _void_one(state, message, second, client is not None)


def _void_one(state: State, message: Message, second: int, of_client: bool) -> None:
    if is_past(message, second):
        expire(state, message)
        return
    message.state = "cancelled"
    if second > message.not_after * 60:
        message.doubtful_states = message.doubtful_states | {"expired"}
    if of_client and message.meaning in {"changed", "cancelled"}:
        state.attention_may.add((message.client, "stand_in_needed"))


def suspend(state: State, client: Client, second: int) -> None:
    """The plan is suspended and nothing open may leave (P8, M12)."""
    client.suspended = True
    void(state, second, client=client.id)
