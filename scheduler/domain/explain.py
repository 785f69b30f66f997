"""Every reason in words: a fact, why it is so, and what would make it a yes.

For the person at the screen, who may read it aloud: second person, present tense, no
exclamation mark. Who may see a reason is decided before, by `Decision.shown_to` (E5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypedDict, Unpack

from scheduler.domain.decision import Decision, Reason


@dataclass(frozen=True, slots=True)
class Explained:
    """Three parts to be shown or read one after the other; each ends with a stop.

    `remedy` says what would make it a yes; it is empty only for what is a yes already.
    """

    fact: str
    sentence: str
    remedy: str

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join(
            each for each in (self.fact, self.sentence, self.remedy) if each
        )


class Context(TypedDict, total=False):
    """What is known, as words to be put in; all of it may be left out.

    - `who`: the client, `K-1042`. `counsellor`: a name.
    - `reached`: what would be done to reach her: `texted`, `rung`.
    - `purpose`: what for: `a reminder`.
    - `open`: her hours, `Tue 09:00–11:15`; `now`: what they are held against, `Monday`.
    - `next`: the next time it is a yes. `when`: the time that was asked for.
    - `format`: `by video`; `formats`: the ways she agreed to.
    - `until`: when the plan ends.
    - `margin`, `gap`, `lead`, `hold`: minutes; `most`: sessions or messages.
    """

    who: str
    counsellor: str
    reached: str
    purpose: str
    open: str
    now: str
    next: str
    when: str
    format: str
    formats: str
    until: str
    margin: int
    gap: int
    lead: int
    hold: int
    most: int


_UNSAID: Final[Mapping[str, str]] = {
    "who": "She",
    "counsellor": "The counsellor",
    "reached": "reached",
    "purpose": "this",
    "now": "not such a time now",
    "when": "then",
    "format": "this way",
    "until": "before that",
    "margin": "Some",
    "gap": "Some",
    "lead": "some",
    "hold": "a few",
    "most": "few",
}

R = Reason

_WORDS: Final[Mapping[Reason, tuple[str, str, str]]] = {
    R.ALL_RIGHT: ("This may be done.", "Every condition is met.", ""),
    # Contact
    R.FILE_CLOSED: (
        "This file is closed.",
        "Nothing is booked for it and nothing is sent.",
        "If she is back, reopen the file and talk the plan through with her.",
    ),
    R.NO_CHANNEL: (
        "{who} gave no way to be {reached}.",
        "The plan holds none, or she took it back.",
        "Ask at the next talk whether there is one, and write it into the plan.",
    ),
    R.CHANNEL_CLOSED: (
        "This way is closed.",
        "The line takes no texts, or she took it back.",
        "Agree another one with her, and write it into the plan.",
    ),
    R.PURPOSE_NOT_ALLOWED: (
        "{who} did not say yes to {purpose} by this way.",
        "What is left blank is a no.",
        "Ask at the next talk, and tick it in the plan if she says yes.",
    ),
    R.LINE_TYPE: (
        "Texts do not go to this line.",
        "They go to her own mobile or a shared one she accepts; others may read aloud.",
        "Agree such a mobile with her, or another way.",
    ),
    R.MONITORED_DEVICE: (
        "Somebody may be watching this device.",
        "Nothing goes to it and no session is held on it until that is looked at.",
        "Agree another device with her, or review this one in the plan.",
    ),
    R.MODE_NONE: (
        "{who} wants no texts here.",
        "Texts to this line are set to “never”.",
        "If she wants them now, choose with her how they leave, in the plan.",
    ),
    R.MODE_ASSISTED: (
        "Texts to this line leave by hand.",
        "You are prompted inside her window, and send from the agency's phone.",
        "Wait for the prompt in the attention list.",
    ),
    R.NO_CONSENT: (
        "Consent to texts that leave by themselves is not recorded.",
        "It covers number, purpose, a sample text, what a reply does, and the trace.",
        "Go through it with her and record it in the plan, or choose “by hand”.",
    ),
    R.NO_SENDER: (
        "Nothing leaves this way by machine.",
        "There is no sender for it here.",
        "Do it by hand where her plan allows it, or have a sender set up.",
    ),
    R.NO_PHRASE: (
        "{who} has no phrase for this.",
        "Only words she chose ever leave.",
        "Choose one with her, in the plan.",
    ),
    R.NUMBER_BLOCKED: (
        "This number is blocked for good.",
        "A stop came from it, whoever sent it.",
        "Agree another number with her, or another way.",
    ),
    R.PLAN_LAPSED: (
        "The plan ends {until}.",
        "A plan that has ended sends nothing.",
        "Ask the three questions while she is on the line, and agree a new date.",
    ),
    R.PLAN_SUSPENDED: (
        "The plan is suspended.",
        "Nothing leaves until it is lifted.",
        "Talk with her live, check that it is she, and lift it.",
    ),
    R.PAUSED: (
        "Everything that leaves is stopped.",
        "The switch is off for the whole agency.",
        "Ask two people to start it again, in Settings.",
    ),
    R.CLOCK_UNVERIFIED: (
        "The clock check failed.",
        "Any hour could be the wrong one, so nothing is sent or booked.",
        "Tell whoever looks after the machine: its health page says what is wrong.",
    ),
    R.SESSION_CHANGED: (
        "The session has changed meanwhile.",
        "What was planned was for how it stood before.",
        "Look at what is planned now.",
    ),
    R.TOO_LATE: (
        "It is too late for this.",
        "The last minute in which it could be done is over.",
        "Choose a later time, or wait for the next live talk.",
    ),
    R.OUTSIDE_WINDOW: (
        "{who} may not be {reached} {when}.",
        "It is outside the hours she named.",
        "Wait for her next hours, or agree others with her.",
    ),
    R.DENIED_TIME: (
        "{who} said no to this time.",
        "A no wins over every yes in the plan.",
        "Choose another time, or ask whether the no still stands.",
    ),
    R.AWAY: (
        "{who} is away {when}.",
        "On those days only the hours stated for the stay hold.",
        "Choose a time in them or after the stay, or agree hours for the stay.",
    ),
    R.MARGIN: (
        "Her window ends too soon after that.",
        "{margin} minutes stay free before its end, so that nothing comes late.",
        "Do it earlier, or wait for her next window.",
    ),
    R.DAILY_CAP: (
        "{who} has had all the messages of this day.",
        "The agency’s limit for a day keeps her phone quiet.",
        "Wait for her next day.",
    ),
    R.WEEKLY_CAP: (
        "{who} has had all the messages of these seven days.",
        "The agency’s limit for seven days keeps her phone quiet.",
        "Wait until the oldest of them is a week ago.",
    ),
    # Booking
    R.FORMAT_NOT_ALLOWED: (
        "{who} did not agree to a session {format}.",
        "What is left blank is a no.",
        "Book it in a way she agreed to, or ask her and write it into the plan.",
    ),
    R.OUTSIDE_SESSION_WINDOW: (
        "{who} cannot be seen {when}.",
        "A session fits whole into her hours, {margin} minutes before their end.",
        "Choose a time inside them, or agree other hours with her.",
    ),
    R.COUNSELLOR_UNAVAILABLE: (
        "{counsellor} is not available {when}.",
        "The time is closed.",
        "Choose another time or another counsellor.",
    ),
    R.COUNSELLOR_BUSY: (
        "{counsellor} is taken {when}.",
        "A session stands there, or somebody holds the time.",
        "Choose another time or another counsellor.",
    ),
    R.CLIENT_BUSY: (
        "{who} has another session {when}.",
        "Two sessions never share a time.",
        "Choose another time, or move the other session first.",
    ),
    R.GAP: (
        "{counsellor} has another session too close to it.",
        "{gap} minutes stay free between two.",
        "Choose a time farther away, or ask a supervisor to set it aside.",
    ),
    R.DAILY_MAXIMUM: (
        "{counsellor} has all the sessions of that day.",
        "The agency’s limit for a day is reached.",
        "Choose another day or counsellor, or ask a supervisor to set it aside.",
    ),
    R.CASELOAD: (
        "{counsellor} has as many files as she can carry.",
        "The agency’s limit for a caseload is reached, each file with its weight.",
        "Choose another counsellor, or have a file taken over by a colleague first.",
    ),
    R.TOO_SOON: (
        "This is too soon.",
        "You book {lead} minutes ahead or more, and open a quarter of an hour before.",
        "Choose a later start, or wait.",
    ),
    R.OFF_GRID: (
        "This is not a time or length that can be booked.",
        "Both go in steps of five minutes.",
        "Choose a start such as 10:00 or 10:05, and a length such as 50 minutes.",
    ),
    R.NO_SUITABILITY: (
        "It is not recorded that video suits her.",
        "Not recorded does not count as suitable.",
        "Talk it through and record it in her file, or choose phone or in person.",
    ),
    R.NO_CUTOFF_PLAN: (
        "What to do when a call breaks off is not talked through.",
        "Video needs that beforehand.",
        "Agree the steps with her in the plan, or choose phone or in person.",
    ),
    R.NO_ON_CALL: (
        "Nobody is on call {when}.",
        "Video needs a supervisor on call.",
        "Ask a supervisor to take that time, or choose phone or in person.",
    ),
    R.KEPT_APART: (
        "Two files that are kept apart would meet.",
        "They share no counsellor, no group and no time next to each other.",
        "Choose another counsellor or another time.",
    ),
    R.NOT_YOUR_FILE: (
        "{counsellor} is shut out of this file.",
        "For her it does not exist.",
        "Choose another counsellor.",
    ),
    R.HOLD_LAPSED: (
        "The time is no longer held for you.",
        "A hold lasts {hold} minutes and lapses by itself.",
        "Hold it again, or choose another time.",
    ),
    R.SERIES_FULL: (
        "One series books no more than this.",
        "So far ahead her hours may be others.",
        "Book the rest as another series.",
    ),
    # Steps and states
    R.NOT_OFFERED: (
        "This step is not on offer now.",
        "Each step comes in its turn, when the wait before it is over.",
        "Take the step that is shown, or wait.",
    ),
    R.WRONG_STATE: (
        "This cannot be done as things stand.",
        "It has moved on, or has not come that far.",
        "Load the page again and look at it.",
    ),
    R.SECOND_PERSON: (
        "This takes a second person.",
        "Whoever asks cannot confirm.",
        "Ask somebody else who may.",
    ),
}

# With her hours at hand the fact is what may be, not what may not.
_WITH_HOURS: Final[Mapping[Reason, tuple[str, str]]] = {
    R.OUTSIDE_WINDOW: ("{who} may be {reached} {open}.", "It is {now}."),
    R.OUTSIDE_SESSION_WINDOW: (
        "{who} may be seen {open}.",
        "A session fits whole into that, {margin} minutes before its end.",
    ),
}

_UNTIL_NEXT: Final = frozenset(
    {R.OUTSIDE_WINDOW, R.DENIED_TIME, R.AWAY, R.MARGIN, R.DAILY_CAP, R.WEEKLY_CAP}
)


def explain(reason: Reason, **context: Unpack[Context]) -> Explained:
    """One reason in words; what the context does not say is said in general."""
    fact, sentence, remedy = _WORDS[reason]
    if context.get("open") and reason in _WITH_HOURS:
        fact, sentence = _WITH_HOURS[reason]
    if context.get("next") and reason in _UNTIL_NEXT:
        remedy = "Wait until {next}."
    if context.get("formats") and reason is R.FORMAT_NOT_ALLOWED:
        sentence = "She agreed to {formats}."
    known = {**_UNSAID, **{name: value for name, value in context.items() if value}}
    return Explained(*(part.format_map(known) for part in (fact, sentence, remedy)))


def explain_all(
    decision: Decision, **context: Unpack[Context]
) -> tuple[Explained, ...]:
    """Every reason of a decision, in its order."""
    return tuple(explain(each, **context) for each in decision.reasons)
