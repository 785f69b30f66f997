"""Bugs in what the database refuses and what it keeps: rules M2, M11, B2, E7, F6, M10,
bars D4, K1, K4, L3. A guard is taken out of the frozen text that databases are made of.
"""

from tests.plant.plant import Plant, service, stored

FIRST = "scheduler/storage/migrations/versions/0001_first"
SQLITE = f"{FIRST}.sqlite.sql"
POSTGRES = f"{FIRST}.postgresql.sql"


def guard(what: str, file: str, old: str, new: str, test: str) -> Plant:
    """A guard that is not what it should be; `test` is in `tests/storage`."""
    where, name = test.split("::")
    return Plant(what, file, old, new, f"tests/storage/test_{where}.py::test_{name}")


PLANTS: tuple[Plant, ...] = (
    guard(
        "SQLite lets a new session overlap",
        SQLITE,
        "CREATE TRIGGER occupied_no_overlap_insert BEFORE INSERT ON occupied\n"
        "WHEN NEW.live AND (",
        "CREATE TRIGGER occupied_no_overlap_insert BEFORE INSERT ON occupied\n"
        "WHEN FALSE AND (",
        "overlaps::two_sessions_of_one_person",
    ),
    guard(
        "SQLite lets a moved session overlap",
        SQLITE,
        "CREATE TRIGGER occupied_no_overlap_update BEFORE UPDATE ON occupied\n"
        "WHEN NEW.live AND (",
        "CREATE TRIGGER occupied_no_overlap_update BEFORE UPDATE ON occupied\n"
        "WHEN FALSE AND (",
        "overlaps::a_move_by_raw_sql",
    ),
    guard(
        "PostgreSQL lets sessions overlap",
        POSTGRES,
        "WHERE (live)",
        "WHERE (live AND FALSE)",
        "overlaps::two_sessions_of_one_person[postgres-counsellor-inside]",
    ),
    guard(
        "what is uncertain may become due, in the database",
        SQLITE,
        "OLD.state = 'uncertain' AND NEW.state IN (",
        "OLD.state = 'uncertain' AND NEW.state IN ('due', ",
        "states::every_pair_of_states[sqlite-message]",
    ),
    guard(
        "what was sent may become sent once more",
        POSTGRES,
        "OLD.state = 'sent' AND NEW.state IN (",
        "OLD.state = 'sent' AND NEW.state IN ('accepted', ",
        "states::every_pair_of_states[postgres-message]",
    ),
    guard(
        "two intentions for one purpose",
        SQLITE,
        "CREATE UNIQUE INDEX uq_message_purpose",
        "CREATE INDEX uq_message_purpose",
        "states::a_second_intention_for_the_same_purpose_is_refused[sqlite]",
    ),
    guard(
        "the log of an interruption can be rewritten",
        SQLITE,
        "interruption_log_only_grows_update BEFORE UPDATE ON interruption_log\n"
        "WHEN TRUE",
        "interruption_log_only_grows_update BEFORE UPDATE ON interruption_log\n"
        "WHEN FALSE",
        "only_grows::a_line_is_never_rewritten",
    ),
    stored(
        "errors show what was written",
        "connections",
        "hide_parameters=True",
        "hide_parameters=False",
        "no_value_in_errors::the_engines_hide_parameters[sqlite]",
    ),
    stored(
        "the driver's own words are passed on",
        "refusals",
        "    original.args = (type(original).__name__,)\n",
        "",
        "no_value_in_errors::no_broken_unique_rule_says_a_value[postgres]",
    ),
    stored(
        "a power cut may take commits back",
        "connections",
        '"synchronous": 2,',
        '"synchronous": 1,',
        "engine::a_start_with_a_weaker_pragma_is_refused",
    ),
    stored(
        "a reading scope may write",
        "connections",
        '"ON" if reading else "OFF"',
        '"OFF"',
        "engine::a_reading_block_cannot_write[sqlite]",
    ),
    stored(
        "writers begin by reading",
        "connections",
        '"BEGIN" if reading else "BEGIN IMMEDIATE"',
        '"BEGIN"',
        "engine::a_writer_waits_for_the_other_and_then_sees_what_it_wrote[sqlite]",
    ),
    stored(
        "on PostgreSQL writers do not wait for each other",
        "engine",
        'if conn.dialect.name == "postgresql":\n                conn.execute(_ALONE',
        'if conn.dialect.name == "nothing":\n                conn.execute(_ALONE',
        "engine::a_writer_waits_for_the_other_and_then_sees_what_it_wrote[postgres]",
    ),
    stored(
        "a sealed field opens in another row",
        "vault",
        "table, column, str(row_id), owner)",
        "table, column, owner)",
        "vault::an_envelope_moved_elsewhere_does_not_open",
    ),
    stored(
        "the place is not bound to what is sealed",
        "vault",
        'return framed("field", self.installation, table',
        'return framed("field", "", table',
        "vault::a_field_of_a_known_client_is_sealed_to_known_bytes",
    ),
    stored(
        "a nonce is used again",
        "vault",
        "seal_with(key, key_id, self._entropy(NONCE_BYTES), place, raw)",
        "seal_with(key, key_id, bytes(NONCE_BYTES), place, raw)",
        "vault::the_same_words_never_look_the_same",
    ),
    stored(
        "a destroyed key lives on in memory",
        "vault",
        "self._known.pop(owner, None)",
        "self._known.get(owner, None)",
        "vault::a_destroyed_key_takes_everything_of_that_owner_with_it",
    ),
    service(
        "the old key leaves the file while something is under it",
        "stops/key_rotation",
        "        if left:\n",
        "        if left > 9:\n",
        "key_rotation::the_old_key_stays_while_one_data_key_is_under_it[sqlite]",
    ),
    service(
        "a rotation that is called again makes a third key",
        "stops/key_rotation",
        "if len(found.keys) > 1:",
        "if len(found.keys) > 9:",
        "key_rotation::one_that_stopped_half_way_goes_on_with_the_same_new_key[sqlite]",
    ),
    stored(
        "whoever runs since before wraps with the key that goes",
        "vault",
        "current = self._ring.newest().current\n        sealed",
        "current = self._ring.known.current\n        sealed",
        "services/key_rotation::whoever_runs_since_before_puts_nothing_under_the_old_key[sqlite]",
    ),
    stored(
        "a machine whose key file is behind goes on wrapping",
        "vault",
        "        self._refuse_behind()\n",
        "",
        "services/key_rotation::a_machine_whose_file_is_behind_wraps_nothing_once_keys_have_changed[sqlite]",
    ),
    stored(
        "a slip in a typed sheet goes by",
        "key_shares",
        "if raw[_LINE:] != _check(at, raw[:_LINE]):",
        "if len(raw[_LINE:]) != len(_check(at, raw[:_LINE])):",
        "key_shares::a_line_in_another_ones_place_is_noticed",
    ),
    stored(
        "a guarded column is called internal",
        "classes",
        'Secrecy.SENSITIVE: "person suitability get_help_action place_today"',
        'Secrecy.INTERNAL: "person suitability get_help_action place_today"',
        "classes::every_column_has_a_class_and_nothing_guarded_is_plain",
    ),
    stored(
        "a key file that everybody can read is taken",
        "keys",
        "if status.st_mode & 0o077:",
        "if status.st_mode & 0o000:",
        "keys::a_file_that_others_may_open_is_refused",
    ),
    service(
        "a restored backup sends",
        "stops/recovery",
        '        brakes.stop_in(tx, house, "restored", now)\n',
        "",
        "recovery::it_comes_up_stopped_with_nobody_signed_in",
    ),
    service(
        "what may have left before a restore leaves again",
        "stops/recovery",
        "                _doubt(tx, message)\n",
        "                pass\n",
        "recovery::what_may_have_left_since_then_never_leaves_again",
    ),
)
