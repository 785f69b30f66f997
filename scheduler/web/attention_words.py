"""What each matter says, and which choices it offers."""

from __future__ import annotations

from scheduler.domain import stops
from scheduler.services.watching.attention_list import Line

# Every choice that may be sent, with the words on its button.
CHOICES = {
    "nothing": "Do nothing",
    "left": "It left",
    "not_left": "It did not leave",
    "taken": "I take it",
    "there": "Somebody will be there",
    "asked": "Ask her at the next talk",
    "noted": "Noted",
    "talked": "We have gone through it",
}

_FACTS: dict[str, tuple[str, str]] = {
    "plan_lapsing": (
        "Her plan ends soon.",
        "Then nothing leaves until she agrees to a new date. Her sessions stay.",
    ),
    "plan_lapsed": (
        "Her plan has ended.",
        "Nothing leaves until she agrees to a new date. Ask at the next live contact.",
    ),
    "reply_stop": (
        "A text said stop.",
        "The number is blocked for good, her plan is stopped, nothing was answered.",
    ),
    "reply_other": (
        "A text came in that is not known.",
        "Her plan is stopped. Nothing was answered. Only a talk with her starts it.",
    ),
    "late_receipt": (
        "A text arrived after her hours.",
        "The carrier held it back. Her plan is stopped until a talk with her.",
    ),
    "delivery_failed": (
        "A text did not arrive.",
        "It is not sent again by itself, and by no other way.",
    ),
    "uncertain": (
        "It is not known whether a text left.",
        "It was looked up and not found. It is not sent again by itself.",
    ),
    "sender_paused": (
        "Texts are stopped.",
        "What comes due meanwhile expires. Starting again takes two people.",
    ),
    "sender_unreachable": (
        "The provider of texts cannot be reached.",
        "What is due is tried again each minute inside its window, and then expires.",
    ),
    "clock_jumped": (
        "The clock of a machine has jumped.",
        "Compare it with another clock before texts are started again.",
    ),
    "not_running": (
        "Reminders were not running.",
        "What came due meanwhile has expired or will. See who is to be told by hand.",
    ),
    "tick_failed": (
        "The worker could not finish a round.",
        "It tries again by itself. If it goes on, its log says where it fails.",
    ),
    "backup_failed": (
        "There is no new backup that was read back.",
        "Have whoever looks after the machine run “quietline doctor”: it says why.",
    ),
    "alert_way_down": (
        "Staff cannot be told by one of the ways that were set up.",
        "Settings says which. The pages and the other ways go on.",
    ),
    "audit_broken": (
        "The audit trail was changed.",
        (
            "Have whoever looks after the machine run “quietline audit verify”: it says"
            " where."
        ),
    ),
    "body_not_removed": (
        "Words are still kept at the provider.",
        "It was asked to remove them and has not. It is asked again by itself.",
    ),
    "stray_receipt": (
        "The provider speaks of a text that is not here.",
        (
            "It may belong to a copy or to an older backup. Ask whoever looks after the"
            " machine."
        ),
    ),
    "review_due": (
        "A call broke off.",
        "Look at it together: what was agreed, what was done, what should change.",
    ),
    "same_number": (
        "Another file has the same number.",
        "Nobody else was told. Check at the next talk whose phone it is.",
    ),
    "stand_in_needed": (
        "Somebody must be in the room.",
        "Her session was cancelled or moved, and she cannot be told before it.",
    ),
    "assisted_send": (
        "A text may be sent by hand now.",
        "Number and words are shown together, for ten minutes.",
    ),
    "on_call_missing": (
        "Nobody is on call for a video session.",
        "It cannot be started without a supervisor on call.",
    ),
    "time_closed": (
        "A booked session lies in time that is closed now.",
        (
            "The counsellor’s hours, her leave, her calendar or a holiday of the agency"
            " leave it out. It stays until somebody moves or cancels it."
        ),
    ),
    "calendar_waits": (
        "A counsellor’s calendar suddenly looks very different.",
        (
            "It does not count yet; what it closed before does. Look at it under"
            " Availability, and take it over or put it aside."
        ),
    ),
    "plan_conflict": (
        "Two people saved her plan.",
        "Until somebody settles it, both hold and the stricter counts.",
    ),
    "supervisor_needed": (
        "A supervisor is needed in a session.",
        "Open the call and see which branch was chosen.",
    ),
    "time_free": (
        "A time is free that would suit her.",
        "She is on the waiting list. Nobody was told; look whether it still is.",
    ),
    "counsellor_away": (
        "Her counsellor is away.",
        "Hand the session over, move it, or cancel it. Nothing was sent about it.",
    ),
    "glass_broken": (
        "{about} opened a file that is not hers.",
        "For two hours, with a reason that stands in the file. Go through it with her.",
    ),
    "unusual_access": (
        "{about} has looked at what is sealed at an unusual hour.",
        "Ask her why. The files and their reasons are in the audit trail.",
    ),
    "someone_asked": (
        "Somebody asked about a person.",
        "The script was read. Nothing was looked up.",
    ),
}

_CHOICES: dict[str, tuple[str, ...]] = {
    "uncertain": ("left", "not_left"),
    "stand_in_needed": ("there",),
    "late_receipt": ("asked",),
    "reply_stop": ("asked",),
    "reply_other": ("asked",),
    "same_number": ("asked",),
    "supervisor_needed": ("taken",),
    "on_call_missing": ("noted",),
    "time_closed": ("noted",),
    "calendar_waits": ("noted",),
    "clock_jumped": ("noted",),
    "not_running": ("noted",),
    "tick_failed": ("noted",),
    "backup_failed": ("noted",),
    "delivery_failed": ("noted",),
    "body_not_removed": ("noted",),
    "stray_receipt": ("noted",),
    "glass_broken": ("talked",),
    "unusual_access": ("talked",),
}


# A matter of another nature under the same kind, by how its name begins.
_BY_MATTER = {
    "many_files": (
        "{about} has looked at what is sealed in many files within an hour.",
        "Ask her why. The files and their reasons are in the audit trail.",
    ),
    "everything": (
        "{about} has written everything that is kept to one file.",
        "Ask her why, and where the file is. Whoever has its passphrase reads it all.",
    ),
    "recheck": (
        "A booked session no longer fits her plan.",
        "It stays booked until somebody looks. Move it, change its format, or cancel.",
    ),
    "may_not_meet": (
        "Two files that are kept apart have sessions too near each other.",
        "Move one of them. Nobody but supervisors is told why.",
    ),
    "identity_failed": (
        "Somebody was not found to be she.",
        "Three words did not match. Her plan is stopped until a talk with her.",
    ),
    "not_safe": (
        "She has said that it is not safe now.",
        "Her plan is stopped. Nobody calls her back; the next contact is hers.",
    ),
    "get_help": (
        "She has asked for help.",
        "In her file, under “Code words”, stands what she wants done. People do it.",
    ),
}


def fact(line: Line) -> str:
    """The bold fact."""
    other = _BY_MATTER.get(line.item.matter.partition(":")[0])
    if other is None:
        other = _FACTS.get(line.item.kind, ("Something needs a look.", ""))
    return other[0].replace("{about}", line.about)


def sentence(line: Line) -> str:
    """What it means."""
    other = _BY_MATTER.get(line.item.matter.partition(":")[0])
    if other is not None:
        return other[1]
    said = _FACTS.get(line.item.kind, ("", ""))[1]
    if line.item.kind == "sender_paused":
        why = stops.said(line.stopped_why)
        return f"{why.sentence} What comes due meanwhile expires. {why.remedy}"
    kinds = {"thanks": " It is a plain thanks.", "help": " It asks for help."}
    return said + kinds.get(line.reply_kind, "")


def about_a_booking(line: Line) -> bool:
    """Whether the matter is a time that is booked, rather than a call."""
    return line.item.matter.partition(":")[0] in ("recheck", "may_not_meet")


def choices(line: Line) -> list[tuple[str, str]]:
    """The choices beside "do nothing", which comes first."""
    names = ("nothing", *_CHOICES.get(line.item.kind, ()))
    return [(name, CHOICES[name]) for name in names]


DONE = {
    **dict.fromkeys(CHOICES, "Written down."),
    "lifted": "Her plan is taken up again, and reminders are planned anew.",
    "reply": "The text is taken in, and what follows from it is done.",
    "done": "Written down: sent by hand.",
    "not_done": "Written down: not sent.",
    "stop": "The number is blocked and her plan is stopped.",
    "other_reply": "Her plan is stopped.",
}
