"""Bugs in what is held, what goes when its time is over, and what a closed file may:
rules E7, E8, bars T1, T3, T5."""

from tests.plant.plant import Plant, of, service, stored
from tests.plant.storage import POSTGRES, SQLITE, guard

PLANTS: tuple[Plant, ...] = (
    guard(
        "SQLite lets a message of a held file go",
        SQLITE,
        "CREATE TRIGGER message_held BEFORE DELETE ON message\nWHEN EXISTS",
        "CREATE TRIGGER message_held BEFORE DELETE ON message\nWHEN FALSE AND EXISTS",
        "legal_hold::no_row_goes_while_the_file_is_held[sqlite-message]",
    ),
    guard(
        "PostgreSQL lets whoever likes say that a file is not held",
        POSTGRES,
        "IF NEW.legal_hold <> EXISTS",
        "IF FALSE AND NEW.legal_hold <> EXISTS",
        "legal_hold::the_flag_says_what_the_last_act_says_and_nobody_else_sets_it",
    ),
    stored(
        "the purge takes what is uncertain",
        "retention",
        "    MessageState.UNCERTAIN,\n",
        "",
        "services/retention::what_a_person_has_to_end_is_not_over",
    ),
    stored(
        "the purge takes decisions on sessions to come",
        "retention",
        "        ~_session_goes_on(decision, by),\n",
        "",
        "services/retention::a_decision_on_a_session_to_come_stays_however_old",
    ),
    stored(
        "the purge forgets that a file is held",
        "retention",
        'client.c.state == "closed", client.c.closed_at <= by, ~client.c.legal_hold',
        'client.c.state == "closed", client.c.closed_at <= by',
        "services/retention::a_held_file_is_the_only_one_that_waits",
    ),
    service(
        "the purge leaves the database's own log full",
        "files/retention",
        "    erasure.tidy(house, sweep=gone > 0)\n",
        "    if gone:\n        erasure.tidy(house)\n",
        "bar_t3::each_thing_is_there_until_its_time_and_nowhere_after_it[sqlite]",
    ),
    of(
        "a cut of the trail is believed without its proof",
        "audit_chain",
        "        if not cut.is_ours(self._mac):\n",
        "        if False:\n",
        "services/retention::a_cut_that_nobody_with_the_key_made_is_found",
    ),
    of(
        "a closed file is contacted",
        "contact",
        "    if standing.closed:\n",
        "    if False:\n",
        "closing::nothing_leaves_for_a_closed_file",
    ),
    of(
        "a closed file is booked for",
        "booking",
        "    if seat.standing.closed:\n",
        "    if False:\n",
        "services/closing::nothing_is_booked_for_a_closed_file_and_the_answer_says_what_to_do",
    ),
    service(
        "a file that is reopened sends at once",
        "files/closing",
        "        standing.suspend(tx, house, file.id, REOPENED, now, by=actor.id)\n",
        "",
        "closing::reopened_nothing_leaves_until_a_live_talk",
    ),
    service(
        "her page says that a file is kept apart",
        "files/her_data",
        '_OF_OTHERS = frozenset({"apart", "shut_out"})',
        "_OF_OTHERS: frozenset[str] = frozenset()",
        "her_data::what_is_about_others_is_not_in_it",
    ),
)
