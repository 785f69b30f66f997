"""Away: the day of somebody who is ill, as a page over the real services (A5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Role
from scheduler.domain.plan import Purpose
from scheduler.storage import counsellors
from tests.domain.builders import hours, plan, text
from tests.services import filing
from tests.web import kit
from tests.web.desk import LOOKS, WEDNESDAY, Desk, enter, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def days(desk: Desk, **more: Any) -> dict[str, Any]:
    given = {"who": desk.staff["cora"].id, "day": WEDNESDAY, "until": WEDNESDAY}
    return {**given, **more}


def two_sessions(desk: Desk) -> tuple[str, str]:
    """One whose client can be told, and one whose cannot."""
    browser = desk.at_work()
    first = desk.booked(browser, f"{WEDNESDAY} 09:00")
    silent = filing.a_file(
        desk.house,
        desk.staff["wanda"],
        with_plan=plan(text(purposes=frozenset({Purpose.REMINDER}))),
    )
    desk.code, kept = silent.code, desk.code
    second = desk.booked(browser, f"{WEDNESDAY} 10:30")
    desk.code = kept
    return first, second


def test_a_day_is_seen_to_session_by_session(desk: Desk) -> None:
    first, second = two_sessions(desk)
    browser = desk.at_work(Role.SUPERVISOR)
    shown = browser.get("/away", query_string=days(desk))
    kit.assert_clean(shown.text)
    said = words(shown)
    assert "2 sessions need something." in said
    assert "is not to be contacted now." in said
    assert "I put the ladder back" in said
    assert "Somebody has to be in the room then." in said
    off = kit.post(browser, "/away", days(desk))
    assert "Nothing new is booked in these days." in words(browser.get(off.location))
    waiting = browser.get("/attention")
    assert "Her counsellor is away." in waiting.text
    assert browser.get(f"/away/of/{first}").status_code == 303
    handed = kit.post(
        browser,
        f"/away/{first}/hand-over",
        days(desk, stand_in=desk.staff["dora"].id, once="1"),
    )
    assert "Handed over." in words(browser.get(handed.location))
    gone = kit.post(browser, f"/away/{second}/cancel", days(desk))
    shown = browser.get(gone.location)
    assert "Somebody must be in the room." in words(shown)
    _, _, rest = shown.text.partition("/away/there/")
    item = rest.partition('"')[0]
    for _ in range(2):
        done = kit.post(browser, f"/away/there/{item}", days(desk))
        assert done.status_code == 303
    assert "Nothing of hers stands in these days." in words(browser.get(done.location))


def test_what_cannot_be_done_says_why(desk: Desk) -> None:
    first = desk.booked(desk.at_work(), f"{WEDNESDAY} 09:00")
    browser = desk.at_work()
    to_herself = days(desk, stand_in=desk.staff["dora"].id)
    with desk.house.store.begin() as tx:
        counsellors.set_profile(tx, desk.staff["dora"].id, hours())
    answer = kit.post(browser, f"/away/{first}/hand-over", to_herself)
    assert answer.status_code == 409
    assert "The stand-in is not available then." in words(answer)
    wrong = browser.get("/away", query_string=days(desk, until="2026-11-01"))
    assert wrong.status_code == 422
    assert "Choose at most 14 days, in order." in words(wrong)
    assert kit.post(browser, f"/away/{first}/cancel", days(desk)).status_code == 303
    again = kit.post(browser, f"/away/{first}/cancel", days(desk))
    assert again.status_code == 409


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with kit.serve(desk.app) as found:
        yield found


@pytest.mark.journey
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_such_a_day_and_nothing_sticks_out(
    desk: Desk, browser: Browser, address: str, look: str
) -> None:
    two_sessions(desk)
    page = enter(browser, address, bypass_csp=True, **LOOKS[look])
    query = "&".join(f"{name}={value}" for name, value in days(desk).items())
    page.goto(f"{address}/away?{query}")
    kit.assert_no_axe_findings(page)
    kit.assert_fits(page)
    page.context.close()


@pytest.mark.parametrize(("why", "said"), [("not_private", "put off"), ("", "not")])
def test_a_session_put_off_because_she_was_not_alone_is_no_no_show(
    desk: Desk, why: str, said: str
) -> None:
    session_id = desk.booked(desk.at_work(), f"{WEDNESDAY} 09:00")
    cora = desk.at_work(Role.COUNSELLOR)
    kit.post(cora, f"/session/{session_id}/not-joined", {"why": why})
    roster = words(cora.get(f"/today?day={WEDNESDAY}"))
    past = words(desk.at_work().get(f"/people/{desk.code}"))
    for shown in (roster, past):
        assert ("put off: she was not alone" in shown) == (said == "put off")
