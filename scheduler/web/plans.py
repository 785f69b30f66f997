"""The plan: the safe-contact talk as one page, looked at beforehand, then saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Role
from scheduler.domain.plan_changes import changes
from scheduler.services.files import file_view, identity
from scheduler.services.safe_contact import plan_talk, preview
from scheduler.services.safe_contact import plans as saving
from scheduler.web import here, plan_form, plan_page, plan_read, reach_words
from scheduler.web.access import needs
from scheduler.web.forms import Typed, whole_number

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from scheduler.domain.plan import ContactPlan
    from scheduler.services.safe_contact.preview import PlanPreview

pages = Blueprint("plans", __name__)

TALKS = (Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR)


@pages.get("/people/<code>/plan")
@needs(*TALKS)
def page(code: str) -> str | Response:
    """The plan in force; while two are, the page that shows both (P10)."""
    seen = plan_talk.look(here.house(), here.actor(), code)
    start = request.args.get("start", "")
    if seen.beside and not start:
        return redirect(url_for("plans.conflict", code=code), 303)
    in_force = {str(each.plan.version): each.plan for each in seen.beside}
    plan = in_force.get(start, seen.plan)
    settles = [each.plan.version for each in seen.beside]
    typed = plan_form.filled(plan, seen.plan.version, settles)
    return _page(code, typed)


def _page(code: str, typed: Typed, **more: object) -> str:
    at_hand = file_view.at_hand(here.house(), here.actor(), code)
    draft = plan_read.read(typed, at_hand.today)
    if not more:
        # What nobody has been asked yet is not held against whoever opens the page.
        typed.wrongs.clear()
    ahead = _ahead(code, typed, draft)
    return render_template(
        "plans/plan.html",
        code=code,
        typed=typed,
        at_hand=at_hand,
        now_words=reach_words.now_of(code, at_hand.plan, at_hand.reach, at_hand.policy),
        draft=draft,
        ahead=ahead,
        differs=changes(at_hand.plan, draft),
        hours_unread=plan_read.hours_unread(typed),
        rows=plan_form.ways(typed),
        device_keys=plan_form.device_keys(typed),
        words=plan_page,
        form=plan_form,
        starters=plan_page.starters(here.house().starters, at_hand.language),
        tongue=plan_page.tongue(at_hand.language),
        **{"posted": False, "tried": None, "handle": "", **more},
    )


def _ahead(code: str, typed: Typed, draft: ContactPlan) -> PlanPreview:
    """What it would bring; what the services find goes to its field."""
    found = preview.preview_draft(
        here.house(),
        here.actor(),
        code,
        draft,
        talked=typed.ticked("talked"),
    )
    for name, sentence in found.wrongs.items():
        typed.wrong(name, sentence)
    return found


@pages.post("/people/<code>/plan/check")
@needs(*TALKS)
def check(code: str) -> str:
    """Look at what is typed, with nothing saved; also for what a button adds."""
    typed = plan_form.tidied(request.form.to_dict(flat=False))
    if typed.value("act") == "usual":
        # Offered in the form, talked through, never silently used (F7).
        at_hand = file_view.at_hand(here.house(), here.actor(), code)
        typed = plan_form.with_steps(typed, at_hand.policy.cutoff_steps)
    return _page(code, typed, posted=True)


@pages.post("/people/<code>/plan/word")
@needs(*TALKS)
def word(code: str) -> str | tuple[str, int]:
    """Type what she says, without losing what is typed in the plan (P9)."""
    typed = plan_form.tidied(request.form.to_dict(flat=False))
    heard = request.form.get("word_heard", "").strip()
    if not heard:
        typed.wrong("word_heard", "Type the word she says.")
        return _page(code, typed, posted=True, handle=typed.value("handle")), 422
    handle = typed.value("handle") or identity.start_check(
        here.house(), here.actor(), code
    )
    tried = identity.try_word(here.house(), here.actor(), handle, heard)
    if tried.answer is identity.Answer.MATCHED:
        return _page(code, typed, posted=True)
    over = tried.answer is not identity.Answer.NO_MATCH
    shown = _page(code, typed, posted=True, tried=tried, handle="" if over else handle)
    return shown, 422


@pages.post("/people/<code>/plan")
@needs(*TALKS)
def save(code: str) -> Response | tuple[str, int]:
    """Save what was typed, over the plan it was begun from."""
    typed = plan_form.tidied(request.form.to_dict(flat=False))
    at_hand = file_view.at_hand(here.house(), here.actor(), code)
    draft = plan_read.read(typed, at_hand.today)
    found = None if typed.wrongs else _save(code, typed, draft)
    if isinstance(found, saving.Saved):
        return redirect(url_for("people.page", code=code, done="plan"), 303)
    if isinstance(found, saving.Conflict):
        return redirect(url_for("plans.conflict", code=code), 303)
    if isinstance(found, FieldErrors):
        for name, sentence in found.wrongs.items():
            typed.wrong(name, sentence)
    return _page(code, typed, posted=True), 422


def _save(
    code: str, typed: Typed, draft: ContactPlan
) -> saving.Saved | saving.Conflict | FieldErrors:
    based_on = _figure(typed.value("based_on"))
    talked = typed.ticked("talked")
    settles = [_figure(each) for each in typed.values("settles")]
    if settles:
        return saving.settle(
            here.house(), here.actor(), code, draft, based_on, settles, talked=talked
        )
    return saving.save_plan(
        here.house(), here.actor(), code, draft, based_on, talked=talked
    )


def _figure(text: str) -> int:
    return whole_number(text) or 0


@pages.get("/people/<code>/plan/conflict")
@needs(*TALKS)
def conflict(code: str) -> str | Response:
    """Two plans saved at once: what differs, and from which to go on (P10)."""
    seen = plan_talk.look(here.house(), here.actor(), code)
    if not seen.beside:
        return redirect(url_for("plans.page", code=code), 303)
    at_hand = file_view.at_hand(here.house(), here.actor(), code)
    return render_template(
        "plans/conflict.html", code=code, seen=seen, names=at_hand.names
    )
