"""The bugs. Each is one piece of text in one file, what it is made into, and the test
that notices: written down so that a test which stops noticing is noticed."""

from dataclasses import dataclass

DOMAIN = "scheduler/domain"
TESTS = "tests/domain"


@dataclass(frozen=True, slots=True)
class Plant:
    """`old` stands once in `file`; with `new` in its place `test` has to fail."""

    what: str
    file: str
    old: str
    new: str
    test: str


def of(what: str, module: str, old: str, new: str, test: str) -> Plant:
    """A bug in a module of the rules; `test` is `file::name` without `test_`."""
    where, name = test.split("::")
    return Plant(
        what,
        f"{DOMAIN}/{module}.py",
        old,
        new,
        f"{TESTS}/test_{where}.py::test_{name}",
    )


PLANTS: tuple[Plant, ...] = (
    # Zones and clocks: rules T2, T4.
    Plant(
        "the host's zone data answers",
        "scheduler/__init__.py",
        "zoneinfo.reset_tzpath(to=())",
        "",
        "tests/test_clock_and_zones.py"
        "::test_importing_the_scheduler_makes_the_package_answer",
    ),
    of(
        "a start that happens twice is the first",
        "zones",
        "frozenset({Edge.OPENS, Edge.DENIES_TO})",
        "frozenset({Edge.DENIES_TO})",
        "hours::a_window_that_starts_in_a_repeated_hour_opens_the_second_time",
    ),
    of(
        "a denial ends at the first of two",
        "zones",
        "frozenset({Edge.OPENS, Edge.DENIES_TO})",
        "frozenset({Edge.OPENS})",
        "hours::what_is_denied_in_a_repeated_hour_is_denied_both_times",
    ),
    of(
        "an end that happens twice is the second",
        "zones",
        "frozenset({Edge.OPENS, Edge.DENIES_TO})",
        "frozenset({Edge.OPENS, Edge.CLOSES, Edge.DENIES_TO})",
        "hours::a_window_that_ends_in_a_repeated_hour_closes_the_first_time",
    ),
    of(
        "a skipped hour is shifted, as Python does",
        "zones",
        "        return _change_between(second, first, place)\n",
        "        return first\n",
        "bars_windows::bar_w2_no_change_of_any_clock_shifts_or_doubles_a_window",
    ),
    of(
        "a day with two midnights begins at the second",
        "zones",
        "edge: Edge = Edge.CLOSES",
        "edge: Edge = Edge.OPENS",
        "zones::a_day_with_two_midnights_begins_at_the_first",
    ),
    # Hours: rules T3 to T6.
    of(
        "a denial is rounded inward",
        "hours",
        "        to_seconds(instant(_wall(day, start), zone_name, Edge.DENIES_FROM)),\n"
        "        to_seconds(instant(_wall(day, end), zone_name, Edge.DENIES_TO)),",
        "        to_seconds(instant(_wall(day, start), zone_name, Edge.OPENS)),\n"
        "        to_seconds(instant(_wall(day, end), zone_name, Edge.CLOSES)),",
        "bars_windows::bar_w2_no_change_of_any_clock_shifts_or_doubles_a_window",
    ),
    of(
        "a rotation goes by calendar weeks",
        "hours",
        "(day - self.anchor).days // 7 % self.weeks + 1 in self.on",
        "day.isocalendar().week % self.weeks + 1 in self.on",
        "hours::a_rotation_goes_on_evenly_over_a_year_of_53_weeks",
    ),
    of(
        "a denied date leaves its window past midnight open",
        "hours",
        "            if closed:\n"
        "                denied.append(denied_pair(day, start, end, zone_name))",
        "",
        "hours::a_denied_date_closes_the_window_that_crosses_midnight",
    ),
    of(
        "an allowance wins over a denial",
        "hours",
        "return self.stated - self.denied",
        "return self.stated",
        "hours::deny_wins_over_every_kind_of_allowance",
    ),
    of(
        "the window of yesterday evening is forgotten",
        "hours",
        "day = since.date() - timedelta(days=3)",
        "day = since.date()",
        "hours::a_window_of_the_day_before_reaches_into_the_range",
    ),
    of(
        "the last day of a span is left out",
        "hours",
        "return self.first <= day <= self.last",
        "return self.first <= day < self.last",
        "hours::a_denied_span_closes_its_first_and_last_day",
    ),
    of(
        "an end before the start is not past midnight",
        "typed_hours",
        "return start, end if end > start else end + DAY",
        "return start, end",
        "typed_hours::hours_are_read_as_people_write_them",
    ),
    of(
        "a calendar week is read as its Monday",
        "typed_hours",
        "if _DATE.fullmatch(text.strip()):",
        "if text.strip():",
        "typed_hours::a_calendar_week_is_no_date",
    ),
    # Stretches: rules T3.
    of(
        "an end is part of its stretch",
        "intervals",
        "self.pairs[at][0] <= second < self.pairs[at][1]",
        "self.pairs[at][0] <= second <= self.pairs[at][1]",
        "intervals::a_stretch_holds_its_start_and_not_its_end",
    ),
    of(
        "windows that touch are two",
        "intervals",
        "if merged and start <= merged[-1][1]:",
        "if merged and start < merged[-1][1]:",
        "contact::windows_that_touch_have_no_margin_between_them",
    ),
    of(
        "sessions that touch overlap",
        "intervals",
        "return self.start < other.end and other.start < self.end",
        "return self.start <= other.end and other.start <= self.end",
        "intervals::sessions_that_touch_do_not_overlap",
    ),
    # Margin, stays, the end of a plan: rules T7, P7, P11.
    of(
        "the margin is dropped",
        "policy",
        "timedelta(minutes=self.margin_minutes, seconds=60)",
        "timedelta(seconds=60)",
        "contact::margin_and_a_minute_are_kept_before_the_window_ends",
    ),
    of(
        "the least validity is dropped",
        "policy",
        "timedelta(minutes=self.margin_minutes, seconds=60)",
        "timedelta(minutes=self.margin_minutes)",
        "bars_windows::bar_w1_no_text_leaves_outside_a_window_of_the_plan_in_her_zone",
    ),
    of(
        "an agency may do without margin",
        "policy",
        '"margin_minutes": (5, 120)',
        '"margin_minutes": (0, 120)',
        "policy::no_agency_passes_the_hard_limits_of_the_rules",
    ),
    of(
        "the last instant is one second early",
        "reach",
        "(start, end - needed + 1)",
        "(start, end - needed)",
        "reach::something_may_leave_until_margin_and_a_minute_before_the_end",
    ),
    of(
        "a part of a second past the last instant still leaves",
        "contact",
        "if stretch is not None and _ceiling(at) < stretch[1]:",
        "if stretch is not None:",
        "contact::margin_and_a_minute_are_kept_before_the_window_ends",
    ),
    of(
        "home windows hold during a stay",
        "reach",
        "shut, away = shut | denied, away | (days - windows)",
        "shut, away = shut | denied, away",
        "reach::the_days_of_a_stay_in_the_east_begin_there",
    ),
    of(
        "the days of a stay are taken in its zone alone",
        "reach",
        "for zone_name in (home, stay.zone):",
        "for zone_name in (stay.zone,):",
        "reach::a_home_window_of_the_evening_before_ends_where_the_stay_begins",
    ),
    of(
        "denials end where a stay begins",
        "reach",
        "return Reach(open=stated - away - shut",
        "return Reach(open=stated - away - (NOTHING if stays else shut)",
        "reach::denials_stay_during_a_stay",
    ),
    of(
        "what is kept of the hours forgets the stays",
        "reach",
        "channel.hours, plan.zone, _stays(plan), room, ends_at",
        "channel.hours, plan.zone, (), room, ends_at",
        "contact::a_time_closed_by_a_stay_says_so",
    ),
    of(
        "no margin is kept before the plan ends",
        "reach",
        "    if ends_at is not None:\n        reach = reach.until(ends_at)\n",
        "",
        "contact::the_margin_is_kept_before_the_plan_ends_too",
    ),
    of(
        "the last day of a plan does not count",
        "plan",
        "day_starts(self.valid_until + _ONE_DAY, self.zone, Edge.CLOSES)",
        "day_starts(self.valid_until, self.zone, Edge.CLOSES)",
        "contact::a_plan_holds_through_the_end_of_its_last_local_day",
    ),
    of(
        "the last day of a plan is that of UTC",
        "plan",
        "day_starts(self.valid_until + _ONE_DAY, self.zone, Edge.CLOSES)",
        'day_starts(self.valid_until + _ONE_DAY, "Etc/UTC", Edge.CLOSES)',
        "contact::the_last_day_is_hers_and_not_that_of_utc",
    ),
    # The heart: rules P2 to P8, M3, M4.
    of(
        "not sure about a device counts as no",
        "plan",
        "return self is not Sure.NO",
        "return self is Sure.YES",
        "contact::a_monitored_device_closes_every_channel_on_it",
    ),
    of(
        "any purpose will do",
        "contact",
        "if request.purpose not in channel.purposes:",
        "if not channel.purposes:",
        "contact::a_channel_is_used_for_the_purposes_she_said_yes_to",
    ),
    of(
        "a shared mobile needs no acceptance",
        "contact",
        "shared = channel.line is LineType.SHARED_MOBILE and channel.shared_ok",
        "shared = channel.line is LineType.SHARED_MOBILE",
        "contact::texts_go_to_her_own_mobile_or_to_a_shared_one_she_accepts",
    ),
    of(
        "no consent is needed",
        "contact",
        "if channel.mode is Mode.AUTOMATIC and not channel.consent:",
        "if False:",
        "contact::how_texts_leave_is_as_she_agreed",
    ),
    of(
        "a suspended plan sends",
        "contact",
        "if standing.suspended:",
        "if standing.suspended and standing.paused:",
        "contact::what_time_does_not_heal_refuses_for_its_reason",
    ),
    of(
        "a blocked number is texted",
        "contact",
        "if channel.key in standing.blocked:",
        "if channel.address in standing.blocked:",
        "contact::what_time_does_not_heal_refuses_for_its_reason",
    ),
    of(
        "only the first reason is said",
        "contact",
        "return Decision(Verdict.REFUSE, in_order((*lasting, *passing)))",
        "return Decision(Verdict.REFUSE, lasting[:1])",
        "contact::of_two_reasons_both_are_listed",
    ),
    of(
        "an intention leaves after its last instant",
        "contact",
        "if request.not_after is not None and now > request.not_after:",
        "if False:",
        "bars_windows"
        "::bar_w6_a_reminder_is_too_late_after_any_outage_that_passed_its_end",
    ),
    of(
        "a hold looks past the last instant",
        "contact",
        "self._sendable.pairs_within(_ceiling(at), self._last + 1)",
        "self._sendable.pairs_within(_ceiling(at), self._last + 90000)",
        "contact::an_intention_holds_only_while_it_may_still_leave",
    ),
    of(
        "the cap counts by number instead of client",
        "contact",
        "            standing.to_client,\n",
        "            (),\n",
        "contact::at_most_one_on_her_day_and_two_on_seven_of_her_days",
    ),
    of(
        "the cap counts by client and not by number",
        "contact",
        "standing.to_number.get(channel.key, ())",
        "()",
        "contact::at_most_one_on_her_day_and_two_on_seven_of_her_days",
    ),
    of(
        "the day of the cap is that of UTC",
        "contact",
        "today = local_date(at, zone_name)",
        "today = at.date()",
        "contact::the_day_of_the_cap_is_her_day",
    ),
    of(
        "a week has six days",
        "contact",
        "CAP_DAYS = 7",
        "CAP_DAYS = 6",
        "contact::at_most_one_on_her_day_and_two_on_seven_of_her_days",
    ),
    of(
        "a week has eight days",
        "contact",
        "CAP_DAYS = 7",
        "CAP_DAYS = 8",
        "contact::at_most_one_on_her_day_and_two_on_seven_of_her_days",
    ),
    of(
        "a rejoin phrase waits for the daily cap",
        "contact",
        "if self._request.counts_daily and on_day",
        "if on_day",
        "contact::a_rejoin_phrase_is_free_of_the_daily_cap_and_not_of_the_weekly",
    ),
    of(
        "a full day holds to the second of two midnights",
        "contact",
        "day_starts(local_date(at, zone_name) + _ONE_DAY, zone_name, Edge.CLOSES)",
        "day_starts(local_date(at, zone_name) + _ONE_DAY, zone_name, Edge.OPENS)",
        "contact::a_full_day_holds_until_the_first_of_two_midnights",
    ),
    # Reminders: rules M1, M5, M13, B10.
    of(
        "a reminder whose target has passed is planned",
        "reminders",
        "if target < now:",
        "if latest < now:",
        "reminders::there_is_none_when_the_target_has_passed",
    ),
    of(
        "a reminder leaves before it can be undone",
        "reminders",
        "since=max(earliest, now + UNDO)",
        "since=max(earliest, now)",
        "reminders::nothing_leaves_before_it_can_be_undone",
    ),
    of(
        "the range is not inclusive",
        "reminders",
        "to_seconds(until) + 1",
        "to_seconds(until)",
        "reminders::the_range_is_from_48_to_2_hours_before_both_ends_in_it",
    ),
    of(
        "the minute is any of the window",
        "reminders",
        "first = max(best.first, point - spread)",
        "first = best.first",
        "reminders::a_reminder_leaves_within_half_an_hour_of_a_day_before",
    ),
    of(
        "the later of two equally near is taken",
        "reminders",
        "each.first)\n",
        "-each.first)\n",
        "reminders::of_two_equally_near_stretches_the_earlier_is_taken",
    ),
    of(
        "it may leave until the window closes",
        "reminders",
        "not_after=from_seconds(best.last)",
        "not_after=from_seconds(best.window_end)",
        "reminders::a_reminder_is_in_window_range_and_spread_of_the_nearest_point",
    ),
    of(
        "a change is said after the start",
        "reminders",
        "until = before - timedelta(seconds=1)",
        "until = before + timedelta(hours=1)",
        "reminders::a_change_is_said_before_the_start_or_not_at_all",
    ),
    # Booking: rules B1, A2, E5, P10.
    of(
        "a session may end with her window",
        "booking",
        "reach.open.covers(Interval(time.start, time.end + policy.margin))",
        "reach.open.covers(time)",
        "booking::a_session_fits_whole_with_the_margin_after_it",
    ),
    of(
        "an interruption asks for no longer gap",
        "booking",
        "if engagement.interrupted",
        "if False",
        "booking"
        "::a_gap_is_kept_before_and_after_and_a_longer_one_after_an_interruption",
    ),
    of(
        "an overlap can be overridden",
        "booking",
        "OVERRIDABLE = frozenset({Reason.GAP, Reason.DAILY_MAXIMUM})",
        "OVERRIDABLE = frozenset(Reason)",
        "booking::nothing_else_can_be_overridden",
    ),
    of(
        "only the newer of two plans is asked",
        "booking",
        "    for plan in seat.plans:",
        "    for plan in seat.plans[:1]:",
        "booking::of_two_plans_in_force_both_have_to_allow_it",
    ),
    of(
        "a file kept apart is named to everybody",
        "decision",
        "frozenset({Reason.KEPT_APART, Reason.NOT_YOUR_FILE})",
        "frozenset({Reason.NOT_YOUR_FILE})",
        "booking::to_others_it_is_just_a_counsellor_who_is_not_available",
    ),
    of(
        "the place in the list gives a file away",
        "decision",
        "return replace(self, reasons=in_order(shown))",
        "return replace(self, reasons=tuple(shown))",
        "decision::what_is_kept_from_others_reads_as_a_counsellor_not_available",
    ),
    of(
        "of two plans the milder counts",
        "decision",
        "first, second = sorted((one, other), key=_strictness)",
        "second, first = sorted((one, other), key=_strictness)",
        "decision::of_two_plans_the_one_that_sends_less_decides",
    ),
    # Interruption and messages: rules F1, F3, M7, M11.
    of(
        "not safe now offers a call back",
        "fallback",
        "if branch is Branch.NOT_SAFE else ()",
        "if branch is Branch.GET_HELP else ()",
        "fallback::a_step_that_reaches_out_is_offered_when_the_gate_says_so_now",
    ),
    of(
        "a wait counts from the drop",
        "fallback",
        "since = settled[-1].at if settled else dropped_at",
        "since = dropped_at",
        "fallback::the_next_wait_counts_from_when_the_step_before_was_logged",
    ),
    of(
        "the rejoin phrase leaves twice",
        "fallback",
        "if step.kind is StepKind.TEXT and _texted(plan, settled):",
        "if False:",
        "fallback::the_rejoin_phrase_leaves_once_an_interruption",
    ),
    of(
        "what is uncertain becomes due again",
        "messages",
        "_S.UNCERTAIN: (_S.ACCEPTED,",
        "_S.UNCERTAIN: (_S.DUE, _S.ACCEPTED,",
        "messages::an_uncertain_message_is_never_due_again",
    ),
    of(
        "what is uncertain does not count",
        "messages",
        "_S.DELIVERED, _S.UNCERTAIN, _S.SENT_BY_HAND}",
        "_S.DELIVERED, _S.SENT_BY_HAND}",
        "messages::the_caps_count_what_left_or_may_have_left",
    ),
    # What a provider says: rules M7, I1.
    Plant(
        "a call that broke off proves that nothing was taken",
        "integrations/sms/twilio.py",
        "Outcome.BROKE_OFF: Answer.UNKNOWN,",
        "Outcome.BROKE_OFF: Answer.NOT_TAKEN,",
        "tests/integrations/test_twilio.py"
        "::test_only_what_proves_something_is_anything_but_unknown",
    ),
    Plant(
        "the status of an answer is taken for a code",
        "integrations/sms/twilio.py",
        "or code < _FIRST_CODE",
        "or code < 1",
        "tests/integrations/test_twilio.py::test_a_code_is_the_providers_own_or_none",
    ),
    Plant(
        "a message of which nothing is seen is found again",
        "integrations/sms/twilio_match.py",
        "return bool(seen) and all(seen)",
        "return all(seen)",
        "tests/integrations/test_twilio.py"
        "::test_it_is_found_by_what_is_shown_and_not_at_all_where_nothing_is",
    ),
    Plant(
        "nobody looks at a signature",
        "integrations/sms/twilio_callbacks.py",
        "and self._is_signed(address, found, signature)",
        "",
        "tests/integrations/test_twilio_callbacks.py"
        "::test_a_signature_is_good_for_one_address",
    ),
    Plant(
        "a piece of a known name is a name",
        "integrations/sms/twilio_callbacks.py",
        "and not _is_piece(name, found, shapes)",
        "",
        "tests/integrations/test_twilio_callbacks.py"
        "::test_one_signature_fits_no_other_cut_of_a_receipt",
    ),
)
