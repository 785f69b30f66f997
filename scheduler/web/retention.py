"""What is kept how long, and what the purge takes on which day (E7)."""

from __future__ import annotations

from flask import Blueprint, render_template

from scheduler.domain.people import Role
from scheduler.services.files import retention
from scheduler.web import here, retention_words
from scheduler.web.access import needs

pages = Blueprint("retention", __name__)


@pages.get("/retention")
@needs(Role.CUSTODIAN, Role.ADMINISTRATOR)
def coming() -> str:
    """What goes within a week, by day, and counts of what went."""
    seen = retention.preview(here.house(), here.actor())
    return render_template("retention/coming.html", seen=seen, words=retention_words)
