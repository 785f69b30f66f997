"""Bugs in clocks, hours and margins: rules T2 to T7, P7, P11."""

from tests.plant.plant import Plant, of

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
    of(
        "windows are those of the host's clock",
        "zones",
        "first = wall.replace(tzinfo=place, fold=0).astimezone(UTC)",
        "first = wall.replace(fold=0).astimezone(UTC)",
        "bars_windows::bar_w1_no_text_leaves_outside_a_window_of_the_plan_in_her_zone",
    ),
)
