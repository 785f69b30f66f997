"""People: finding a caller, a counsellor's own list, a new file, and a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Role, ServiceKind
from scheduler.domain.reveals import GLASS_IN_WORDS, GlassReason
from scheduler.services.files import break_glass, callers, file_view, identity
from scheduler.services.files import people as files
from scheduler.web import file_words, here, person_form, reach_words, roster_words
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("people", __name__)

OPENS = (Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR)
FINDS = (Role.INTAKE, Role.SUPERVISOR)
SEES = (*OPENS, Role.CUSTODIAN)

# Where a check of identity leads: words in the form, never an address.
LEADS = {
    "file": "people.page",
    "plan": "plans.page",
    "words": "sealed.words",
    "confirm": "people.page",
}


@pages.get("/people")
@needs(*OPENS)
def find() -> str:
    """Finding a caller; a counsellor sees the files she works with (E2)."""
    return _find(Typed())


def _find(typed: Typed, glass: Typed | None = None) -> str:
    own = here.actor().role is Role.COUNSELLOR
    return render_template(
        "people/find.html",
        typed=typed,
        finds=here.actor().role in FINDS,
        own=file_view.own_files(here.house(), here.actor()) if own else (),
        glass=glass or Typed({}, "glass-"),
        glass_reasons=[(each.value, said) for each, said in GLASS_IN_WORDS.items()],
    )


@pages.post("/people")
@needs(*FINDS)
def look_for() -> str | tuple[str, int]:
    """Found or not, the answer is the same page: her word, please (P14)."""
    typed = Typed.posted()
    sought = typed.text("sought", missing="Type a file code, a number or her name.")
    if typed.wrongs:
        return _find(typed), 422
    try:
        handle = callers.find_caller(
            here.house(), here.actor(), sought, typed.text("known_by")
        )
    except (callers.Slip, callers.TooOften) as refused:
        typed.wrong("sought", str(refused))
        return _find(typed), 422
    return _check(handle)


def _check(handle: str, **more: object) -> str:
    return render_template(
        "people/check.html",
        handle=handle,
        typed=Typed(),
        **{"tried": None, "lead": "file", "code": "", "wrong": "", **more},
    )


@pages.post("/people/glass")
@needs(Role.COUNSELLOR, fresh=True)
def break_the_glass() -> Response | tuple[str, int]:
    """A file that is not hers, when somebody has to open it."""
    typed = Typed.posted("glass-")
    code = typed.text("code", missing="Type the file code, such as K-1042.")
    reason = typed.choice("reason", GlassReason, missing="Choose why.")
    if not typed.wrongs and reason is not None:
        try:
            found = break_glass.break_glass(here.house(), here.actor(), code, reason)
            return redirect(url_for("people.page", code=found), 303)
        except callers.TooOften as refused:
            typed.wrong("code", str(refused))
        except NotThere:
            typed.wrong("code", "There is no file of that code that you may open.")
    return _find(Typed(), glass=typed), 422


@pages.post("/people/check")
@needs(*OPENS)
def check() -> Response | str | tuple[str, int]:
    """Type what she says; the file opens when it is she (P9)."""
    typed = Typed.posted()
    handle = typed.value("handle")
    lead = typed.value("lead") if typed.value("lead") in LEADS else "file"
    heard = typed.value("word_heard").strip()
    if handle and not heard:
        return _check(handle, lead=lead, wrong="Type the word she says."), 422
    tried = identity.try_word(
        here.house(), here.actor(), handle, heard, form=typed.once()
    )
    return _tried(tried, handle, lead)


@pages.post("/people/voice")
@needs(Role.SUPERVISOR)
def voice() -> Response | str | tuple[str, int]:
    """A supervisor knows her voice (P9)."""
    typed = Typed.posted()
    lead = typed.value("lead") if typed.value("lead") in LEADS else "file"
    handle = typed.value("handle")
    tried = identity.know_voice(here.house(), here.actor(), handle)
    return _tried(tried, handle, lead)


def _tried(
    tried: identity.Tried, handle: str, lead: str
) -> Response | str | tuple[str, int]:
    if tried.answer is identity.Answer.MATCHED and tried.code:
        # Back to the three questions at the end of a call (P7).
        done = "answered" if lead == "confirm" else None
        return redirect(url_for(LEADS[lead], code=tried.code, done=done), 303)
    return _check(handle, tried=tried, lead=lead), 422


@pages.post("/people/<code>/check")
@needs(*OPENS)
def check_open_file(code: str) -> str:
    """A check of somebody whose file is open already."""
    lead = Typed.posted().value("lead")
    handle = identity.start_check(here.house(), here.actor(), code)
    return _check(handle, lead=lead if lead in LEADS else "file", code=code)


# --- A new file --------------------------------------------------------------


@pages.get("/people/new")
@needs(*OPENS)
def new() -> str:
    """What may be written before the talk; all of it may stay blank."""
    offered = file_view.for_new(here.house())
    today = here.shown().wall(here.now()).date()
    return _new(Typed({"zone": offered.zone, "requested_on": today.isoformat()}))


def _new(typed: Typed) -> str:
    return render_template(
        "people/new.html",
        typed=typed,
        offered=file_view.for_new(here.house()),
        words=file_words,
        person=person_form,
    )


@pages.post("/people/new")
@needs(*OPENS)
def open_new() -> Response | tuple[str, int]:
    """Open a file: it gets a code, and the plan is talked through next."""
    typed = Typed.posted()
    person = person_form.read(typed)
    zone = typed.zone("zone", missing="Give her zone, such as America/Toronto.")
    requested = typed.date("requested_on")
    service = typed.choice("service", ServiceKind)
    usual = _one_of(typed, "counsellor")
    opened = None
    if not typed.wrongs:
        opened = files.open_file(
            here.house(),
            here.actor(),
            person=person,
            zone_name=zone,
            requested_on=requested,
            service=service,
            usual_counsellor_id=usual,
            form=typed.once(),
        )
    if isinstance(opened, FieldErrors):
        typed.wrongs.update(opened.wrongs)
    if opened is None or isinstance(opened, FieldErrors):
        return _new(typed), 422
    return redirect(url_for("plans.page", code=opened.code), 303)


def _one_of(typed: Typed, name: str) -> int | None:
    """A counsellor of the list, or nobody."""
    value = typed.value(name)
    offered = file_view.for_new(here.house()).counsellors
    if value and value not in {str(each.id) for each in offered}:
        typed.wrong(name, "Choose one of those shown.")
        return None
    return int(value) if value else None


# --- A file ------------------------------------------------------------------


@pages.get("/people/<code>")
@needs(*SEES)
def page(code: str) -> str:
    """A file: first of all whether she may be reached now."""
    return show(code)


def show(code: str, **more: object) -> str:
    """The file's page, with what an act on it has to say."""
    seen = file_view.see(here.house(), here.actor(), code)
    return render_template(
        "people/page.html",
        code=seen.file.code,
        view=seen,
        now_words=reach_words.now_of(
            seen.file.code, seen.plan, seen.reach, seen.policy
        ),
        words=file_words,
        roster_words=roster_words,
        changes=here.actor().role in OPENS,
        done=request.args.get("done", ""),
        written=_written(seen),
        **{"refused": (), "in_hand": None, "number": "", "typed": Typed(), **more},
    )


def _written(seen: file_view.FileView) -> Typed:
    """What was written at the start, to be put right."""
    file = seen.file
    return Typed(
        {
            "service": file.service.value if file.service else "",
            "requested_on": file.requested_on.isoformat() if file.requested_on else "",
            "zone": file.zone,
        }
    )


def own(code: str) -> str:
    """The code, for whoever may see the file; else it is not there (E3)."""
    if here.actor().role not in SEES:
        raise NotThere
    return files.see_file(here.house(), here.actor(), code).code
