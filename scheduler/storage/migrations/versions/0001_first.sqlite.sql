CREATE TABLE agency (
  id INTEGER NOT NULL,
  installation VARCHAR(36) NOT NULL,
  name VARCHAR(120) NOT NULL,
  zone VARCHAR(64) NOT NULL,
  lint_names TEXT DEFAULT '[]' NOT NULL,
  twelve_hour BOOLEAN DEFAULT '0' NOT NULL,
  help_line VARCHAR(160),
  made_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_agency PRIMARY KEY (id),
  CONSTRAINT ck_agency_one_row CHECK (id = 1)
)

CREATE TABLE alert_way (
  way VARCHAR(8) NOT NULL,
  told_at VARCHAR(27),
  failing_since VARCHAR(27),
  trouble VARCHAR(32),
  CONSTRAINT pk_alert_way PRIMARY KEY (way)
)

CREATE TABLE audit_cut (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  place INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  mac BLOB NOT NULL,
  proof BLOB NOT NULL,
  at VARCHAR(27) NOT NULL,
  CONSTRAINT uq_audit_cut_place UNIQUE (place)
)

CREATE TABLE audit_seal (
  id INTEGER NOT NULL,
  audit_id INTEGER NOT NULL,
  mac BLOB NOT NULL,
  at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_audit_seal PRIMARY KEY (id),
  CONSTRAINT uq_audit_seal_audit_id UNIQUE (audit_id)
)

CREATE TABLE backup_made (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  made_at VARCHAR(27) NOT NULL,
  checked_at VARCHAR(27) NOT NULL,
  file VARCHAR(120) NOT NULL,
  made_by VARCHAR(8) NOT NULL,
  rows INTEGER NOT NULL,
  result VARCHAR(8) NOT NULL,
  trouble VARCHAR(300) DEFAULT '' NOT NULL,
  CONSTRAINT ck_backup_made_made_by CHECK (made_by IN ('hand', 'schedule')),
  CONSTRAINT ck_backup_made_result CHECK (result IN ('verified', 'differs', 'failed'))
)

CREATE INDEX ix_backup_made_made_at ON backup_made (made_at)

CREATE TABLE blocked_number (
  blind BLOB NOT NULL,
  at VARCHAR(27) NOT NULL,
  why VARCHAR(16) NOT NULL,
  CONSTRAINT pk_blocked_number PRIMARY KEY (blind)
)

CREATE TABLE changed (
  what VARCHAR(10) NOT NULL,
  mark VARCHAR(36) NOT NULL,
  CONSTRAINT pk_changed PRIMARY KEY (what)
)

CREATE TABLE drill (
  word VARCHAR(40) NOT NULL,
  backup_made_at VARCHAR(27) NOT NULL,
  done_at VARCHAR(27) NOT NULL,
  minutes INTEGER NOT NULL,
  CONSTRAINT pk_drill PRIMARY KEY (word),
  CONSTRAINT ck_drill_minutes CHECK (minutes > 0)
)

CREATE TABLE gone_count (
  month VARCHAR(7) NOT NULL,
  what VARCHAR(12) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  outcome VARCHAR(16) NOT NULL,
  many INTEGER NOT NULL,
  CONSTRAINT pk_gone_count PRIMARY KEY (month, what, kind, outcome),
  CONSTRAINT ck_gone_count_some CHECK (many > 0)
)

CREATE TABLE holiday (
  day DATE NOT NULL,
  name VARCHAR(80) NOT NULL,
  CONSTRAINT pk_holiday PRIMARY KEY (day)
)

CREATE TABLE month_counted (
  first DATE NOT NULL,
  counted_at VARCHAR(27) NOT NULL,
  told TEXT NOT NULL,
  CONSTRAINT pk_month_counted PRIMARY KEY (first)
)

CREATE TABLE purging (
  id INTEGER NOT NULL,
  CONSTRAINT pk_purging PRIMARY KEY (id),
  CONSTRAINT ck_purging_one_row CHECK (id = 1)
)

CREATE TABLE sign_in_attempt (
  id INTEGER NOT NULL,
  at VARCHAR(27) NOT NULL,
  account_blind BLOB NOT NULL,
  address_blind BLOB NOT NULL,
  succeeded BOOLEAN NOT NULL,
  CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id)
)

CREATE INDEX ix_sign_in_attempt_account_blind_at ON sign_in_attempt (account_blind, at)

CREATE INDEX ix_sign_in_attempt_address_blind_at ON sign_in_attempt (address_blind, at)

CREATE INDEX ix_sign_in_attempt_at ON sign_in_attempt (at)

CREATE TABLE spent_challenge (
  digest BLOB NOT NULL,
  at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_spent_challenge PRIMARY KEY (digest)
)

CREATE INDEX ix_spent_challenge_at ON spent_challenge (at)

CREATE TABLE staff (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  sign_in_name VARCHAR(64) NOT NULL,
  name VARCHAR(64) NOT NULL,
  role VARCHAR(16) NOT NULL,
  zone VARCHAR(64) NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  active BOOLEAN DEFAULT '1' NOT NULL,
  made_at VARCHAR(27) NOT NULL,
  CONSTRAINT ck_staff_role CHECK (role IN ('intake', 'counsellor', 'supervisor', 'administrator', 'custodian', 'second')),
  CONSTRAINT uq_staff_sign_in_name UNIQUE (sign_in_name)
)

CREATE TABLE stray_receipt (
  provider_id VARCHAR(64) NOT NULL,
  status VARCHAR(16) NOT NULL,
  at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_stray_receipt PRIMARY KEY (provider_id, status)
)

CREATE TABLE worker_beat (
  worker VARCHAR(36) NOT NULL,
  version VARCHAR(32) NOT NULL,
  started_at VARCHAR(27) NOT NULL,
  ticked_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_worker_beat PRIMARY KEY (worker)
)

CREATE TABLE audit (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  at VARCHAR(27) NOT NULL,
  actor_id INTEGER,
  verb VARCHAR(40) NOT NULL,
  subject VARCHAR(24) NOT NULL,
  subject_id VARCHAR(40) NOT NULL,
  fields TEXT DEFAULT '[]' NOT NULL,
  reason VARCHAR(40) DEFAULT '' NOT NULL,
  CONSTRAINT fk_audit_actor_id FOREIGN KEY(actor_id) REFERENCES staff (id)
)

CREATE INDEX ix_audit_at ON audit (at)

CREATE INDEX ix_audit_subject_subject_id_id ON audit (subject, subject_id, id)

CREATE TABLE busy_time (
  id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  starts_at VARCHAR(27) NOT NULL,
  ends_at VARCHAR(27) NOT NULL,
  read_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_busy_time PRIMARY KEY (id),
  CONSTRAINT ck_busy_time_ends_after_start CHECK (starts_at < ends_at),
  CONSTRAINT fk_busy_time_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_busy_time_staff_id_starts_at ON busy_time (staff_id, starts_at)

CREATE TABLE calendar_reading (
  staff_id INTEGER NOT NULL,
  id VARCHAR(36) NOT NULL,
  address BLOB,
  busy TEXT NOT NULL,
  events INTEGER NOT NULL,
  unread TEXT NOT NULL,
  read_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_calendar_reading PRIMARY KEY (staff_id),
  CONSTRAINT fk_calendar_reading_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE TABLE calendar_source (
  staff_id INTEGER NOT NULL,
  address BLOB NOT NULL,
  set_at VARCHAR(27) NOT NULL,
  tried_at VARCHAR(27) NOT NULL,
  read_at VARCHAR(27) NOT NULL,
  trouble VARCHAR(16),
  CONSTRAINT pk_calendar_source PRIMARY KEY (staff_id),
  CONSTRAINT fk_calendar_source_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_calendar_source_tried_at ON calendar_source (tried_at)

CREATE TABLE client (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  code VARCHAR(16) NOT NULL,
  state VARCHAR(8) DEFAULT 'open' NOT NULL,
  zone VARCHAR(64) NOT NULL,
  usual_counsellor_id INTEGER,
  person BLOB,
  suitability BLOB,
  suitable_until DATE,
  get_help_action BLOB,
  place_today BLOB,
  place_until VARCHAR(27),
  requested_on DATE,
  service VARCHAR(24),
  suspended_at VARCHAR(27),
  suspended_why VARCHAR(32),
  plan_number INTEGER DEFAULT '0' NOT NULL,
  valid_until DATE,
  weight INTEGER DEFAULT '1' NOT NULL,
  legal_hold BOOLEAN DEFAULT '0' NOT NULL,
  opened_at VARCHAR(27) NOT NULL,
  closed_at VARCHAR(27),
  CONSTRAINT ck_client_state CHECK (state IN ('open', 'closed')),
  CONSTRAINT ck_client_weight CHECK (weight BETWEEN 1 AND 5),
  CONSTRAINT uq_client_code UNIQUE (code),
  CONSTRAINT fk_client_usual_counsellor_id FOREIGN KEY(usual_counsellor_id) REFERENCES staff (id)
)

CREATE INDEX ix_client_usual_counsellor_id ON client (usual_counsellor_id)

CREATE TABLE counsellor (
  staff_id INTEGER NOT NULL,
  hours TEXT DEFAULT '{}' NOT NULL,
  languages TEXT DEFAULT '[]' NOT NULL,
  formats TEXT DEFAULT '[]' NOT NULL,
  specialities TEXT DEFAULT '[]' NOT NULL,
  most_a_day INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_counsellor PRIMARY KEY (staff_id),
  CONSTRAINT fk_counsellor_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE TABLE erasure (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  client_id INTEGER NOT NULL,
  code_blind BLOB NOT NULL,
  at VARCHAR(27) NOT NULL,
  erased_by INTEGER,
  ground VARCHAR(12) NOT NULL,
  removed TEXT NOT NULL,
  CONSTRAINT ck_erasure_ground CHECK (ground IN ('asked', 'mistake', 'over', 'again')),
  CONSTRAINT uq_erasure_client_id UNIQUE (client_id),
  CONSTRAINT fk_erasure_erased_by FOREIGN KEY(erased_by) REFERENCES staff (id)
)

CREATE INDEX ix_erasure_code_blind ON erasure (code_blind)

CREATE TABLE feed (
  staff_id INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  title VARCHAR(40) NOT NULL,
  made_at VARCHAR(27) NOT NULL,
  fetched_at VARCHAR(27),
  revision INTEGER DEFAULT '0' NOT NULL,
  given_revision INTEGER,
  given_at VARCHAR(27),
  CONSTRAINT pk_feed PRIMARY KEY (staff_id),
  CONSTRAINT fk_feed_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT uq_feed_token_hash UNIQUE (token_hash)
)

CREATE TABLE finding (
  id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  at VARCHAR(27) NOT NULL,
  found BOOLEAN NOT NULL,
  CONSTRAINT pk_finding PRIMARY KEY (id),
  CONSTRAINT fk_finding_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_finding_staff_id_at ON finding (staff_id, at)

CREATE TABLE hold (
  id VARCHAR(36) NOT NULL,
  counsellor_id INTEGER NOT NULL,
  starts_at VARCHAR(27) NOT NULL,
  ends_at VARCHAR(27) NOT NULL,
  lapses_at VARCHAR(27) NOT NULL,
  held_by INTEGER NOT NULL,
  CONSTRAINT pk_hold PRIMARY KEY (id),
  CONSTRAINT ck_hold_ends_after_start CHECK (starts_at < ends_at),
  CONSTRAINT fk_hold_counsellor_id FOREIGN KEY(counsellor_id) REFERENCES staff (id),
  CONSTRAINT fk_hold_held_by FOREIGN KEY(held_by) REFERENCES staff (id)
)

CREATE INDEX ix_hold_lapses_at ON hold (lapses_at)

CREATE TABLE integration (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(64) NOT NULL,
  staff_id INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  made_at VARCHAR(27) NOT NULL,
  used_at VARCHAR(27),
  revoked_at VARCHAR(27),
  CONSTRAINT uq_integration_name UNIQUE (name),
  CONSTRAINT fk_integration_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT uq_integration_token_hash UNIQUE (token_hash)
)

CREATE INDEX ix_integration_staff_id ON integration (staff_id)

CREATE TABLE invitation (
  staff_id INTEGER NOT NULL,
  code_hash BLOB NOT NULL,
  made_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_invitation PRIMARY KEY (staff_id),
  CONSTRAINT fk_invitation_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT uq_invitation_code_hash UNIQUE (code_hash)
)

CREATE TABLE leave (
  id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  first_day DATE NOT NULL,
  last_day DATE NOT NULL,
  CONSTRAINT pk_leave PRIMARY KEY (id),
  CONSTRAINT ck_leave_in_order CHECK (first_day <= last_day),
  CONSTRAINT fk_leave_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_leave_staff_id_last_day ON leave (staff_id, last_day)

CREATE TABLE legal_hold (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  client_id INTEGER NOT NULL,
  act VARCHAR(8) NOT NULL,
  reason VARCHAR(12) NOT NULL,
  review_on DATE,
  by_id INTEGER,
  at VARCHAR(27) NOT NULL,
  CONSTRAINT ck_legal_hold_act CHECK (act IN ('laid', 'reviewed', 'ended')),
  CONSTRAINT ck_legal_hold_reviewed CHECK ((act IN ('laid', 'reviewed')) = (review_on IS NOT NULL)),
  CONSTRAINT fk_legal_hold_by_id FOREIGN KEY(by_id) REFERENCES staff (id)
)

CREATE INDEX ix_legal_hold_client_id_id ON legal_hold (client_id, id)

CREATE TABLE live_check (
  item VARCHAR(24) NOT NULL,
  choice VARCHAR(24) DEFAULT '' NOT NULL,
  done_by INTEGER NOT NULL,
  done_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_live_check PRIMARY KEY (item),
  CONSTRAINT fk_live_check_done_by FOREIGN KEY(done_by) REFERENCES staff (id)
)

CREATE TABLE machine (
  digest BLOB NOT NULL,
  seen_at VARCHAR(27) NOT NULL,
  let_in_at VARCHAR(27),
  let_in_by INTEGER,
  CONSTRAINT pk_machine PRIMARY KEY (digest),
  CONSTRAINT fk_machine_let_in_by FOREIGN KEY(let_in_by) REFERENCES staff (id)
)

CREATE TABLE on_call (
  id INTEGER NOT NULL,
  supervisor_id INTEGER NOT NULL,
  starts_at VARCHAR(27) NOT NULL,
  ends_at VARCHAR(27) NOT NULL,
  acknowledged_at VARCHAR(27),
  set_by INTEGER,
  CONSTRAINT pk_on_call PRIMARY KEY (id),
  CONSTRAINT ck_on_call_ends_after_start CHECK (starts_at < ends_at),
  CONSTRAINT fk_on_call_supervisor_id FOREIGN KEY(supervisor_id) REFERENCES staff (id),
  CONSTRAINT fk_on_call_set_by FOREIGN KEY(set_by) REFERENCES staff (id)
)

CREATE INDEX ix_on_call_starts_at ON on_call (starts_at)

CREATE TABLE outside_account (
  staff_id INTEGER NOT NULL,
  subject_blind BLOB NOT NULL,
  linked_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_outside_account PRIMARY KEY (staff_id),
  CONSTRAINT fk_outside_account_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT uq_outside_account_subject_blind UNIQUE (subject_blind)
)

CREATE TABLE passkey (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  staff_id INTEGER NOT NULL,
  credential_id VARCHAR(1400) NOT NULL,
  public_key TEXT NOT NULL,
  sign_count BIGINT NOT NULL,
  called VARCHAR(40) NOT NULL,
  made_at VARCHAR(27) NOT NULL,
  used_at VARCHAR(27),
  CONSTRAINT fk_passkey_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id)
)

CREATE INDEX ix_passkey_staff_id ON passkey (staff_id)

CREATE TABLE policy_version (
  number INTEGER NOT NULL,
  changed TEXT NOT NULL,
  changed_by INTEGER,
  changed_at VARCHAR(27) NOT NULL,
  reason VARCHAR(200) DEFAULT '' NOT NULL,
  CONSTRAINT pk_policy_version PRIMARY KEY (number),
  CONSTRAINT fk_policy_version_changed_by FOREIGN KEY(changed_by) REFERENCES staff (id)
)

CREATE TABLE recovery_code (
  id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  code_hash BLOB NOT NULL,
  made_at VARCHAR(27) NOT NULL,
  used_at VARCHAR(27),
  CONSTRAINT pk_recovery_code PRIMARY KEY (id),
  CONSTRAINT fk_recovery_code_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT uq_recovery_code_code_hash UNIQUE (code_hash)
)

CREATE INDEX ix_recovery_code_staff_id ON recovery_code (staff_id)

CREATE TABLE second_factor (
  staff_id INTEGER NOT NULL,
  secret BLOB NOT NULL,
  set_up_at VARCHAR(27) NOT NULL,
  last_step INTEGER NOT NULL,
  CONSTRAINT pk_second_factor PRIMARY KEY (staff_id),
  CONSTRAINT fk_second_factor_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE TABLE sender_state (
  id INTEGER NOT NULL,
  stopped_at VARCHAR(27),
  stopped_why VARCHAR(32),
  stopped_by INTEGER,
  start_asked_by INTEGER,
  start_asked_at VARCHAR(27),
  started_at VARCHAR(27),
  unreachable_since VARCHAR(27),
  clock_checked_at VARCHAR(27),
  clock_right BOOLEAN DEFAULT '0' NOT NULL,
  last_tick_at VARCHAR(27),
  CONSTRAINT pk_sender_state PRIMARY KEY (id),
  CONSTRAINT ck_sender_state_one_row CHECK (id = 1),
  CONSTRAINT fk_sender_state_stopped_by FOREIGN KEY(stopped_by) REFERENCES staff (id),
  CONSTRAINT fk_sender_state_start_asked_by FOREIGN KEY(start_asked_by) REFERENCES staff (id)
)

CREATE TABLE session (
  id VARCHAR(36) NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  state VARCHAR(16) NOT NULL,
  counsellor_id INTEGER NOT NULL,
  starts_at VARCHAR(27) NOT NULL,
  ends_at VARCHAR(27) NOT NULL,
  format VARCHAR(12) NOT NULL,
  language VARCHAR(8) DEFAULT '' NOT NULL,
  series_id VARCHAR(36),
  booked_by INTEGER NOT NULL,
  booked_at VARCHAR(27) NOT NULL,
  started_at VARCHAR(27),
  ended_at VARCHAR(27),
  interrupted BOOLEAN DEFAULT '0' NOT NULL,
  not_private BOOLEAN DEFAULT '0' NOT NULL,
  CONSTRAINT pk_session PRIMARY KEY (id),
  CONSTRAINT ck_session_ends_after_start CHECK (starts_at < ends_at),
  CONSTRAINT ck_session_version CHECK (version >= 1),
  CONSTRAINT ck_session_state CHECK (state IN ('booked', 'in_session', 'interrupted', 'resumed', 'completed', 'ended_early', 'cancelled', 'not_joined')),
  CONSTRAINT ck_session_format CHECK (format IN ('video', 'phone', 'in_person')),
  CONSTRAINT fk_session_counsellor_id FOREIGN KEY(counsellor_id) REFERENCES staff (id),
  CONSTRAINT fk_session_booked_by FOREIGN KEY(booked_by) REFERENCES staff (id)
)

CREATE INDEX ix_session_counsellor_id_starts_at ON session (counsellor_id, starts_at)

CREATE INDEX ix_session_series_id ON session (series_id)

CREATE INDEX ix_session_starts_at ON session (starts_at)

CREATE TABLE set_aside (
  id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  rule VARCHAR(24) NOT NULL,
  last_day DATE NOT NULL,
  why VARCHAR(24) NOT NULL,
  set_by INTEGER NOT NULL,
  set_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_set_aside PRIMARY KEY (id),
  CONSTRAINT ck_set_aside_may_be_set_aside CHECK (rule IN ('gap', 'daily_maximum')),
  CONSTRAINT ck_set_aside_why CHECK (why IN ('counsellor_agrees', 'cannot_wait', 'nobody_else')),
  CONSTRAINT fk_set_aside_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT fk_set_aside_set_by FOREIGN KEY(set_by) REFERENCES staff (id)
)

CREATE INDEX ix_set_aside_staff_id_last_day ON set_aside (staff_id, last_day)

CREATE TABLE staff_change (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  kind VARCHAR(8) NOT NULL,
  staff_id INTEGER NOT NULL,
  role VARCHAR(16),
  asked_by INTEGER NOT NULL,
  asked_at VARCHAR(27) NOT NULL,
  settled_at VARCHAR(27),
  settled_by INTEGER,
  done BOOLEAN DEFAULT '0' NOT NULL,
  CONSTRAINT ck_staff_change_kind CHECK (kind IN ('invite', 'reset', 'role', 'close', 'open')),
  CONSTRAINT ck_staff_change_role CHECK (role IN ('intake', 'counsellor', 'supervisor', 'administrator', 'custodian', 'second')),
  CONSTRAINT ck_staff_change_settled CHECK ((settled_at IS NULL) = (settled_by IS NULL)),
  CONSTRAINT ck_staff_change_two_people CHECK (NOT done OR (settled_by IS NOT NULL AND settled_by <> asked_by AND settled_by <> staff_id)),
  CONSTRAINT fk_staff_change_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT fk_staff_change_asked_by FOREIGN KEY(asked_by) REFERENCES staff (id),
  CONSTRAINT fk_staff_change_settled_by FOREIGN KEY(settled_by) REFERENCES staff (id)
)

CREATE UNIQUE INDEX uq_staff_change_open ON staff_change (staff_id) WHERE settled_at IS NULL

CREATE TABLE staff_reach (
  staff_id INTEGER NOT NULL,
  email BLOB,
  phone BLOB,
  changed_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_staff_reach PRIMARY KEY (staff_id),
  CONSTRAINT fk_staff_reach_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE TABLE staff_session (
  token_hash BLOB NOT NULL,
  staff_id INTEGER,
  data TEXT DEFAULT '{}' NOT NULL,
  opened_at VARCHAR(27) NOT NULL,
  seen_at VARCHAR(27) NOT NULL,
  ended_at VARCHAR(27),
  second_at VARCHAR(27),
  proved_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_staff_session PRIMARY KEY (token_hash),
  CONSTRAINT fk_staff_session_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_staff_session_seen_at ON staff_session (seen_at)

CREATE INDEX ix_staff_session_staff_id ON staff_session (staff_id)

CREATE TABLE submitted_form (
  token VARCHAR(64) NOT NULL,
  staff_id INTEGER NOT NULL,
  at VARCHAR(27) NOT NULL,
  outcome TEXT NOT NULL,
  CONSTRAINT pk_submitted_form PRIMARY KEY (token),
  CONSTRAINT fk_submitted_form_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE TABLE apart (
  one_id INTEGER NOT NULL,
  other_id INTEGER NOT NULL,
  at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_apart PRIMARY KEY (one_id, other_id),
  CONSTRAINT ck_apart_ordered CHECK (one_id < other_id),
  CONSTRAINT fk_apart_one_id FOREIGN KEY(one_id) REFERENCES client (id),
  CONSTRAINT fk_apart_other_id FOREIGN KEY(other_id) REFERENCES client (id)
)

CREATE INDEX ix_apart_other_id ON apart (other_id)

CREATE TABLE blind_index (
  id INTEGER NOT NULL,
  client_id INTEGER NOT NULL,
  purpose VARCHAR(16) NOT NULL,
  blind BLOB NOT NULL,
  current BOOLEAN NOT NULL,
  since VARCHAR(27) NOT NULL,
  CONSTRAINT pk_blind_index PRIMARY KEY (id),
  CONSTRAINT fk_blind_index_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)

CREATE INDEX ix_blind_index_client_id ON blind_index (client_id)

CREATE INDEX ix_blind_index_purpose_blind ON blind_index (purpose, blind)

CREATE UNIQUE INDEX uq_blind_index_client_id_purpose_blind ON blind_index (client_id, purpose, blind)

CREATE TABLE broken_glass (
  id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  client_id INTEGER NOT NULL,
  reason VARCHAR(20) NOT NULL,
  at VARCHAR(27) NOT NULL,
  until VARCHAR(27) NOT NULL,
  CONSTRAINT pk_broken_glass PRIMARY KEY (id),
  CONSTRAINT ck_broken_glass_reason CHECK (reason IN ('counsellor_away', 'she_calls', 'danger')),
  CONSTRAINT ck_broken_glass_ends CHECK (at < until),
  CONSTRAINT fk_broken_glass_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT fk_broken_glass_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)

CREATE INDEX ix_broken_glass_client_id ON broken_glass (client_id)

CREATE INDEX ix_broken_glass_staff_id_until ON broken_glass (staff_id, until)

CREATE TABLE code_word (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  client_id INTEGER NOT NULL,
  purpose VARCHAR(12) NOT NULL,
  word BLOB NOT NULL,
  set_at VARCHAR(27) NOT NULL,
  used_at VARCHAR(27),
  replaced_at VARCHAR(27),
  CONSTRAINT ck_code_word_purpose CHECK (purpose IN ('identity', 'not_safe', 'get_help')),
  CONSTRAINT fk_code_word_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)

CREATE INDEX ix_code_word_client_id ON code_word (client_id)

CREATE TABLE identity_check (
  id VARCHAR(36) NOT NULL,
  client_id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  started_at VARCHAR(27) NOT NULL,
  tries INTEGER DEFAULT '0' NOT NULL,
  result VARCHAR(12) NOT NULL,
  settled_at VARCHAR(27),
  CONSTRAINT pk_identity_check PRIMARY KEY (id),
  CONSTRAINT ck_identity_check_result CHECK (result IN ('open', 'matched', 'failed', 'voice_known')),
  CONSTRAINT fk_identity_check_client_id FOREIGN KEY(client_id) REFERENCES client (id),
  CONSTRAINT fk_identity_check_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
)

CREATE INDEX ix_identity_check_client_id_started_at ON identity_check (client_id, started_at)

CREATE TABLE inbound (
  id VARCHAR(36) NOT NULL,
  at VARCHAR(27) NOT NULL,
  kind VARCHAR(12) NOT NULL,
  client_id INTEGER,
  body BLOB,
  entered_by INTEGER,
  triaged_at VARCHAR(27),
  delete_after VARCHAR(27),
  CONSTRAINT pk_inbound PRIMARY KEY (id),
  CONSTRAINT fk_inbound_client_id FOREIGN KEY(client_id) REFERENCES client (id),
  CONSTRAINT fk_inbound_entered_by FOREIGN KEY(entered_by) REFERENCES staff (id)
)

CREATE INDEX ix_inbound_client_id ON inbound (client_id)

CREATE TABLE interruption (
  id VARCHAR(36) NOT NULL,
  session_id VARCHAR(36) NOT NULL,
  number INTEGER NOT NULL,
  branch VARCHAR(12) NOT NULL,
  dropped_at VARCHAR(27) NOT NULL,
  opened_by INTEGER NOT NULL,
  closed_at VARCHAR(27),
  review_due_at VARCHAR(27) NOT NULL,
  reviewed_at VARCHAR(27),
  reviewed_by INTEGER,
  CONSTRAINT pk_interruption PRIMARY KEY (id),
  CONSTRAINT ck_interruption_branch CHECK (branch IN ('technical', 'not_safe', 'get_help', 'no_answer')),
  CONSTRAINT fk_interruption_session_id FOREIGN KEY(session_id) REFERENCES session (id),
  CONSTRAINT fk_interruption_opened_by FOREIGN KEY(opened_by) REFERENCES staff (id),
  CONSTRAINT fk_interruption_reviewed_by FOREIGN KEY(reviewed_by) REFERENCES staff (id)
)

CREATE UNIQUE INDEX uq_interruption_session_id_number ON interruption (session_id, number)

CREATE TABLE message (
  id VARCHAR(36) NOT NULL,
  kind VARCHAR(12) NOT NULL,
  state VARCHAR(16) NOT NULL,
  session_id VARCHAR(36),
  session_version INTEGER DEFAULT '0' NOT NULL,
  client_id INTEGER NOT NULL,
  ordinal INTEGER DEFAULT '0' NOT NULL,
  attempt INTEGER DEFAULT '1' NOT NULL,
  purpose VARCHAR(12) NOT NULL,
  channel VARCHAR(16) NOT NULL,
  channel_key VARCHAR(36) NOT NULL,
  by_hand BOOLEAN NOT NULL,
  counts_daily BOOLEAN NOT NULL,
  not_before VARCHAR(27) NOT NULL,
  not_after VARCHAR(27) NOT NULL,
  window_end VARCHAR(27) NOT NULL,
  earliest VARCHAR(27) NOT NULL,
  latest VARCHAR(27) NOT NULL,
  planned_at VARCHAR(27) NOT NULL,
  reference VARCHAR(64) NOT NULL,
  worker VARCHAR(36),
  fence INTEGER DEFAULT '0' NOT NULL,
  leased_until VARCHAR(27),
  left_at VARCHAR(27),
  number_blind BLOB,
  phrase_blind BLOB,
  validity INTEGER,
  provider_id VARCHAR(64),
  provider_code VARCHAR(16),
  looked_up_at VARCHAR(27),
  prompted_by INTEGER,
  outcome VARCHAR(16),
  settled_by INTEGER,
  reasons TEXT DEFAULT '[]' NOT NULL,
  CONSTRAINT pk_message PRIMARY KEY (id),
  CONSTRAINT ck_message_kind CHECK (kind IN ('reminder', 'changed', 'cancelled', 'call_us', 'rejoin', 'call')),
  CONSTRAINT ck_message_state CHECK (state IN ('planned', 'due', 'prompted', 'claimed', 'sending', 'accepted', 'sent', 'delivered', 'undelivered', 'failed', 'uncertain', 'sent_by_hand', 'not_sent', 'settled', 'cancelled', 'expired', 'withheld')),
  CONSTRAINT ck_message_not_before CHECK (not_before <= not_after),
  CONSTRAINT fk_message_session_id FOREIGN KEY(session_id) REFERENCES session (id),
  CONSTRAINT fk_message_client_id FOREIGN KEY(client_id) REFERENCES client (id),
  CONSTRAINT uq_message_reference UNIQUE (reference),
  CONSTRAINT fk_message_prompted_by FOREIGN KEY(prompted_by) REFERENCES staff (id),
  CONSTRAINT fk_message_settled_by FOREIGN KEY(settled_by) REFERENCES staff (id)
)

CREATE INDEX ix_message_client_id_left_at ON message (client_id, left_at)

CREATE INDEX ix_message_left_at ON message (left_at)

CREATE INDEX ix_message_number_blind_left_at ON message (number_blind, left_at)

CREATE INDEX ix_message_provider_id ON message (provider_id)

CREATE INDEX ix_message_session_id ON message (session_id)

CREATE INDEX ix_message_state_not_before ON message (state, not_before)

CREATE UNIQUE INDEX uq_message_purpose ON message (session_id, session_version, client_id, kind, ordinal, attempt) WHERE state IN ('planned', 'due', 'prompted', 'claimed', 'sending', 'accepted', 'sent', 'delivered', 'undelivered', 'uncertain', 'sent_by_hand', 'settled')

CREATE TABLE occupied (
  id INTEGER NOT NULL,
  who INTEGER NOT NULL,
  starts_at VARCHAR(27) NOT NULL,
  ends_at VARCHAR(27) NOT NULL,
  live BOOLEAN NOT NULL,
  session_id VARCHAR(36),
  hold_id VARCHAR(36),
  CONSTRAINT pk_occupied PRIMARY KEY (id),
  CONSTRAINT ck_occupied_ends_after_start CHECK (starts_at < ends_at),
  CONSTRAINT ck_occupied_one_cause CHECK ((session_id IS NULL) <> (hold_id IS NULL)),
  CONSTRAINT fk_occupied_session_id FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE,
  CONSTRAINT fk_occupied_hold_id FOREIGN KEY(hold_id) REFERENCES hold (id) ON DELETE CASCADE
)

CREATE INDEX ix_occupied_hold_id ON occupied (hold_id)

CREATE INDEX ix_occupied_session_id ON occupied (session_id)

CREATE INDEX ix_occupied_starts_at ON occupied (starts_at)

CREATE INDEX ix_occupied_who_starts_at ON occupied (who, starts_at)

CREATE TABLE phrase_use (
  client_id INTEGER NOT NULL,
  meaning VARCHAR(12) NOT NULL,
  blind BLOB NOT NULL,
  used_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_phrase_use PRIMARY KEY (client_id, meaning),
  CONSTRAINT fk_phrase_use_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)

CREATE TABLE plan_version (
  client_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  state VARCHAR(12) NOT NULL,
  document BLOB,
  changed_fields TEXT NOT NULL,
  based_on INTEGER,
  saved_by INTEGER,
  saved_at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_plan_version PRIMARY KEY (client_id, number),
  CONSTRAINT ck_plan_version_state CHECK (state IN ('current', 'conflicting', 'old')),
  CONSTRAINT fk_plan_version_client_id FOREIGN KEY(client_id) REFERENCES client (id),
  CONSTRAINT fk_plan_version_saved_by FOREIGN KEY(saved_by) REFERENCES staff (id)
)

CREATE UNIQUE INDEX uq_plan_version_current ON plan_version (client_id) WHERE state = 'current'

CREATE TABLE session_client (
  session_id VARCHAR(36) NOT NULL,
  client_id INTEGER NOT NULL,
  seat INTEGER NOT NULL,
  CONSTRAINT pk_session_client PRIMARY KEY (session_id, client_id),
  CONSTRAINT fk_session_client_session_id FOREIGN KEY(session_id) REFERENCES session (id),
  CONSTRAINT fk_session_client_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)

CREATE INDEX ix_session_client_client_id ON session_client (client_id)

CREATE TABLE session_tick (
  session_id VARCHAR(36) NOT NULL,
  item VARCHAR(24) NOT NULL,
  at VARCHAR(27) NOT NULL,
  "by" INTEGER NOT NULL,
  CONSTRAINT pk_session_tick PRIMARY KEY (session_id, item),
  CONSTRAINT fk_session_tick_session_id FOREIGN KEY(session_id) REFERENCES session (id),
  CONSTRAINT fk_session_tick_by FOREIGN KEY("by") REFERENCES staff (id)
)

CREATE TABLE shut_out (
  staff_id INTEGER NOT NULL,
  client_id INTEGER NOT NULL,
  at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_shut_out PRIMARY KEY (staff_id, client_id),
  CONSTRAINT fk_shut_out_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
  CONSTRAINT fk_shut_out_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)

CREATE INDEX ix_shut_out_client_id ON shut_out (client_id)

CREATE TABLE waiting (
  client_id INTEGER NOT NULL,
  since VARCHAR(27) NOT NULL,
  changed_at VARCHAR(27) NOT NULL,
  wanted BLOB NOT NULL,
  CONSTRAINT pk_waiting PRIMARY KEY (client_id),
  CONSTRAINT fk_waiting_client_id FOREIGN KEY(client_id) REFERENCES client (id)
)

CREATE TABLE attention (
  id VARCHAR(36) NOT NULL,
  kind VARCHAR(24) NOT NULL,
  matter VARCHAR(120) NOT NULL,
  client_id INTEGER,
  session_id VARCHAR(36),
  message_id VARCHAR(36),
  interruption_id VARCHAR(36),
  reply_id VARCHAR(36),
  about_staff_id INTEGER,
  raised_at VARCHAR(27) NOT NULL,
  due_at VARCHAR(27) NOT NULL,
  settled_at VARCHAR(27),
  settled_by INTEGER,
  choice VARCHAR(24),
  CONSTRAINT pk_attention PRIMARY KEY (id),
  CONSTRAINT fk_attention_client_id FOREIGN KEY(client_id) REFERENCES client (id),
  CONSTRAINT fk_attention_session_id FOREIGN KEY(session_id) REFERENCES session (id),
  CONSTRAINT fk_attention_message_id FOREIGN KEY(message_id) REFERENCES message (id),
  CONSTRAINT fk_attention_interruption_id FOREIGN KEY(interruption_id) REFERENCES interruption (id),
  CONSTRAINT fk_attention_reply_id FOREIGN KEY(reply_id) REFERENCES inbound (id),
  CONSTRAINT fk_attention_about_staff_id FOREIGN KEY(about_staff_id) REFERENCES staff (id),
  CONSTRAINT fk_attention_settled_by FOREIGN KEY(settled_by) REFERENCES staff (id)
)

CREATE INDEX ix_attention_client_id ON attention (client_id)

CREATE INDEX ix_attention_interruption_id ON attention (interruption_id)

CREATE INDEX ix_attention_message_id ON attention (message_id)

CREATE INDEX ix_attention_open ON attention (due_at) WHERE settled_at IS NULL

CREATE INDEX ix_attention_reply_id ON attention (reply_id)

CREATE INDEX ix_attention_session_id ON attention (session_id)

CREATE UNIQUE INDEX uq_attention_matter ON attention (matter) WHERE settled_at IS NULL

CREATE TABLE decision (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  at VARCHAR(27) NOT NULL,
  asked VARCHAR(16) NOT NULL,
  client_id INTEGER NOT NULL,
  session_id VARCHAR(36),
  message_id VARCHAR(36),
  kind VARCHAR(12),
  ordinal INTEGER,
  channel VARCHAR(16),
  purpose VARCHAR(12),
  verdict VARCHAR(8) NOT NULL,
  reasons TEXT NOT NULL,
  asked_by INTEGER,
  CONSTRAINT fk_decision_client_id FOREIGN KEY(client_id) REFERENCES client (id),
  CONSTRAINT fk_decision_session_id FOREIGN KEY(session_id) REFERENCES session (id),
  CONSTRAINT fk_decision_message_id FOREIGN KEY(message_id) REFERENCES message (id),
  CONSTRAINT fk_decision_asked_by FOREIGN KEY(asked_by) REFERENCES staff (id)
)

CREATE INDEX ix_decision_client_id_at ON decision (client_id, at)

CREATE INDEX ix_decision_message_id ON decision (message_id)

CREATE INDEX ix_decision_session_id ON decision (session_id)

CREATE TABLE interruption_log (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  interruption_id VARCHAR(36) NOT NULL,
  at VARCHAR(27) NOT NULL,
  actor_id INTEGER,
  entry VARCHAR(16) NOT NULL,
  step INTEGER,
  outcome VARCHAR(16),
  branch VARCHAR(16),
  reasons TEXT DEFAULT '[]' NOT NULL,
  note BLOB,
  note_key VARCHAR(36),
  CONSTRAINT ck_interruption_log_entry CHECK (entry IN ('dropped', 'branch', 'step', 'skipped', 'told', 'note', 'correction', 'closed')),
  CONSTRAINT fk_interruption_log_interruption_id FOREIGN KEY(interruption_id) REFERENCES interruption (id),
  CONSTRAINT fk_interruption_log_actor_id FOREIGN KEY(actor_id) REFERENCES staff (id)
)

CREATE INDEX ix_interruption_log_interruption_id_id ON interruption_log (interruption_id, id)

CREATE UNIQUE INDEX uq_interruption_log_settled_step ON interruption_log (interruption_id, step)

CREATE TABLE provider_copy (
  provider_id VARCHAR(64) NOT NULL,
  message_id VARCHAR(36),
  kept_at VARCHAR(27) NOT NULL,
  ask_at VARCHAR(27) NOT NULL,
  removed_at VARCHAR(27),
  CONSTRAINT pk_provider_copy PRIMARY KEY (provider_id),
  CONSTRAINT fk_provider_copy_message_id FOREIGN KEY(message_id) REFERENCES message (id)
)

CREATE INDEX ix_provider_copy_ask_at ON provider_copy (ask_at) WHERE removed_at IS NULL

CREATE INDEX ix_provider_copy_message_id ON provider_copy (message_id)

CREATE TABLE receipt (
  message_id VARCHAR(36) NOT NULL,
  status VARCHAR(16) NOT NULL,
  code VARCHAR(16),
  at VARCHAR(27) NOT NULL,
  CONSTRAINT pk_receipt PRIMARY KEY (message_id, status),
  CONSTRAINT fk_receipt_message_id FOREIGN KEY(message_id) REFERENCES message (id)
)

CREATE TABLE told_together (
  message_id VARCHAR(36) NOT NULL,
  session_id VARCHAR(36) NOT NULL,
  CONSTRAINT pk_told_together PRIMARY KEY (message_id, session_id),
  CONSTRAINT fk_told_together_message_id FOREIGN KEY(message_id) REFERENCES message (id),
  CONSTRAINT fk_told_together_session_id FOREIGN KEY(session_id) REFERENCES session (id)
)

CREATE INDEX ix_told_together_session_id ON told_together (session_id)

CREATE TABLE staff_alert (
  id VARCHAR(36) NOT NULL,
  attention_id VARCHAR(36),
  at VARCHAR(27) NOT NULL,
  round INTEGER DEFAULT '1' NOT NULL,
  told_id INTEGER,
  seen_at VARCHAR(27),
  seen_by INTEGER,
  CONSTRAINT pk_staff_alert PRIMARY KEY (id),
  CONSTRAINT fk_staff_alert_attention_id FOREIGN KEY(attention_id) REFERENCES attention (id),
  CONSTRAINT fk_staff_alert_told_id FOREIGN KEY(told_id) REFERENCES staff (id),
  CONSTRAINT fk_staff_alert_seen_by FOREIGN KEY(seen_by) REFERENCES staff (id)
)

CREATE INDEX ix_staff_alert_attention_id ON staff_alert (attention_id)

CREATE INDEX ix_staff_alert_seen_at_at ON staff_alert (seen_at, at)

CREATE TABLE alert_telling (
  alert_id VARCHAR(36) NOT NULL,
  round INTEGER NOT NULL,
  way VARCHAR(8) NOT NULL,
  recipient INTEGER NOT NULL,
  tries INTEGER DEFAULT '0' NOT NULL,
  next_try_at VARCHAR(27) NOT NULL,
  told_at VARCHAR(27),
  CONSTRAINT pk_alert_telling PRIMARY KEY (alert_id, round, way, recipient),
  CONSTRAINT fk_alert_telling_alert_id FOREIGN KEY(alert_id) REFERENCES staff_alert (id)
)

CREATE INDEX ix_alert_telling_told_at ON alert_telling (told_at)

CREATE TRIGGER session_form_insert BEFORE INSERT ON session
WHEN NEW.starts_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
  OR NEW.ends_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
BEGIN SELECT RAISE(ABORT, 'session_form'); END

CREATE TRIGGER session_form_update BEFORE UPDATE ON session
WHEN NEW.starts_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
  OR NEW.ends_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
BEGIN SELECT RAISE(ABORT, 'session_form'); END

CREATE TRIGGER hold_form_insert BEFORE INSERT ON hold
WHEN NEW.starts_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
  OR NEW.ends_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
BEGIN SELECT RAISE(ABORT, 'hold_form'); END

CREATE TRIGGER hold_form_update BEFORE UPDATE ON hold
WHEN NEW.starts_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
  OR NEW.ends_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
BEGIN SELECT RAISE(ABORT, 'hold_form'); END

CREATE TRIGGER occupied_no_overlap_insert BEFORE INSERT ON occupied
WHEN NEW.live AND (
  SELECT ends_at FROM occupied
  WHERE who = NEW.who AND live AND starts_at < NEW.ends_at
  ORDER BY starts_at DESC LIMIT 1) > NEW.starts_at
BEGIN SELECT RAISE(ABORT, 'occupied_no_overlap'); END

CREATE TRIGGER occupied_no_overlap_update BEFORE UPDATE ON occupied
WHEN NEW.live AND (
  SELECT ends_at FROM occupied
  WHERE who = NEW.who AND live AND starts_at < NEW.ends_at
  AND id <> OLD.id
  ORDER BY starts_at DESC LIMIT 1) > NEW.starts_at
BEGIN SELECT RAISE(ABORT, 'occupied_no_overlap'); END

CREATE TRIGGER occupied_is_implied_insert BEFORE INSERT ON occupied
WHEN NOT (EXISTS (
  SELECT 1 FROM session AS s WHERE s.id = NEW.session_id
  AND s.starts_at = NEW.starts_at AND s.ends_at = NEW.ends_at
  AND (s.state IN ('booked', 'in_session', 'interrupted', 'resumed', 'completed', 'ended_early')) = NEW.live
  AND (NEW.who = 2 * s.counsellor_id OR EXISTS (
    SELECT 1 FROM session_client AS c
    WHERE c.session_id = s.id AND NEW.who = 2 * c.client_id + 1)))
OR EXISTS (
  SELECT 1 FROM hold AS h WHERE h.id = NEW.hold_id AND NEW.live
  AND h.starts_at = NEW.starts_at AND h.ends_at = NEW.ends_at
  AND NEW.who = 2 * h.counsellor_id))
BEGIN SELECT RAISE(ABORT, 'occupied_is_implied'); END

CREATE TRIGGER occupied_is_implied_update BEFORE UPDATE ON occupied
WHEN NOT (EXISTS (
  SELECT 1 FROM session AS s WHERE s.id = NEW.session_id
  AND s.starts_at = NEW.starts_at AND s.ends_at = NEW.ends_at
  AND (s.state IN ('booked', 'in_session', 'interrupted', 'resumed', 'completed', 'ended_early')) = NEW.live
  AND (NEW.who = 2 * s.counsellor_id OR EXISTS (
    SELECT 1 FROM session_client AS c
    WHERE c.session_id = s.id AND NEW.who = 2 * c.client_id + 1)))
OR EXISTS (
  SELECT 1 FROM hold AS h WHERE h.id = NEW.hold_id AND NEW.live
  AND h.starts_at = NEW.starts_at AND h.ends_at = NEW.ends_at
  AND NEW.who = 2 * h.counsellor_id))
BEGIN SELECT RAISE(ABORT, 'occupied_is_implied'); END

CREATE TRIGGER occupied_is_implied_delete BEFORE DELETE ON occupied
WHEN EXISTS (
  SELECT 1 FROM session AS s WHERE s.id = OLD.session_id
  AND s.starts_at = OLD.starts_at AND s.ends_at = OLD.ends_at
  AND (s.state IN ('booked', 'in_session', 'interrupted', 'resumed', 'completed', 'ended_early')) = OLD.live
  AND (OLD.who = 2 * s.counsellor_id OR EXISTS (
    SELECT 1 FROM session_client AS c
    WHERE c.session_id = s.id AND OLD.who = 2 * c.client_id + 1)))
OR EXISTS (
  SELECT 1 FROM hold AS h WHERE h.id = OLD.hold_id AND OLD.live
  AND h.starts_at = OLD.starts_at AND h.ends_at = OLD.ends_at
  AND OLD.who = 2 * h.counsellor_id)
BEGIN SELECT RAISE(ABORT, 'occupied_is_implied'); END

CREATE TRIGGER session_occupies AFTER INSERT ON session
WHEN TRUE
BEGIN INSERT INTO occupied (who, starts_at, ends_at, live, session_id, hold_id)
VALUES (2 * NEW.counsellor_id, NEW.starts_at, NEW.ends_at, NEW.state IN ('booked', 'in_session', 'interrupted', 'resumed', 'completed', 'ended_early'), NEW.id, NULL); END

CREATE TRIGGER session_client_occupies AFTER INSERT ON session_client
WHEN TRUE
BEGIN INSERT INTO occupied (who, starts_at, ends_at, live, session_id, hold_id)
SELECT 2 * NEW.client_id + 1, s.starts_at, s.ends_at,
  s.state IN ('booked', 'in_session', 'interrupted', 'resumed', 'completed', 'ended_early'), s.id, NULL
FROM session AS s WHERE s.id = NEW.session_id; END

CREATE TRIGGER hold_occupies AFTER INSERT ON hold
WHEN TRUE
BEGIN INSERT INTO occupied (who, starts_at, ends_at, live, session_id, hold_id)
VALUES (2 * NEW.counsellor_id, NEW.starts_at, NEW.ends_at, 1, NULL, NEW.id); END

CREATE TRIGGER session_moves_occupied AFTER UPDATE ON session
WHEN NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
  OR NEW.counsellor_id <> OLD.counsellor_id OR NEW.state <> OLD.state
BEGIN UPDATE occupied SET starts_at = NEW.starts_at, ends_at = NEW.ends_at, live = NEW.state IN ('booked', 'in_session', 'interrupted', 'resumed', 'completed', 'ended_early'),
  who = CASE who WHEN 2 * OLD.counsellor_id THEN 2 * NEW.counsellor_id ELSE who END
WHERE session_id = NEW.id; END

CREATE TRIGGER hold_moves_occupied AFTER UPDATE ON hold
WHEN NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
  OR NEW.counsellor_id <> OLD.counsellor_id
BEGIN UPDATE occupied SET starts_at = NEW.starts_at, ends_at = NEW.ends_at,
  who = CASE who WHEN 2 * OLD.counsellor_id THEN 2 * NEW.counsellor_id ELSE who END
WHERE hold_id = NEW.id; END

CREATE TRIGGER session_client_leaves AFTER DELETE ON session_client
WHEN TRUE
BEGIN DELETE FROM occupied
WHERE session_id = OLD.session_id AND who = 2 * OLD.client_id + 1; END

CREATE TRIGGER session_tells_feed_new AFTER INSERT ON session
WHEN TRUE
BEGIN UPDATE feed SET revision = revision + 1 WHERE staff_id = NEW.counsellor_id; END

CREATE TRIGGER session_tells_feed AFTER UPDATE ON session
WHEN NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
  OR NEW.counsellor_id <> OLD.counsellor_id OR NEW.state <> OLD.state
BEGIN UPDATE feed SET revision = revision + 1
WHERE staff_id IN (OLD.counsellor_id, NEW.counsellor_id); END

CREATE TRIGGER message_begins BEFORE INSERT ON message
WHEN NEW.state <> 'planned'
  OR EXISTS (SELECT 1 FROM message WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'message_begins'); END

CREATE TRIGGER message_moves BEFORE UPDATE ON message
WHEN NEW.state <> OLD.state AND NOT (
  OLD.state = 'planned' AND NEW.state IN ('due', 'cancelled', 'expired', 'withheld')
  OR OLD.state = 'due' AND NEW.state IN ('claimed', 'prompted', 'cancelled', 'expired', 'withheld')
  OR OLD.state = 'prompted' AND NEW.state IN ('due', 'sent_by_hand', 'not_sent', 'uncertain', 'expired', 'cancelled')
  OR OLD.state = 'claimed' AND NEW.state IN ('sending', 'due', 'cancelled', 'expired', 'withheld')
  OR OLD.state = 'sending' AND NEW.state IN ('accepted', 'due', 'failed', 'uncertain')
  OR OLD.state = 'accepted' AND NEW.state IN ('sent', 'delivered', 'undelivered', 'failed')
  OR OLD.state = 'sent' AND NEW.state IN ('delivered', 'undelivered', 'failed')
  OR OLD.state = 'uncertain' AND NEW.state IN ('accepted', 'sent', 'delivered', 'undelivered', 'failed', 'not_sent', 'settled'))
BEGIN SELECT RAISE(ABORT, 'message_moves'); END

CREATE TRIGGER session_begins BEFORE INSERT ON session
WHEN NEW.state <> 'booked'
  OR EXISTS (SELECT 1 FROM session WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'session_begins'); END

CREATE TRIGGER session_moves BEFORE UPDATE ON session
WHEN NEW.state <> OLD.state AND NOT (
  OLD.state = 'booked' AND NEW.state IN ('in_session', 'cancelled', 'not_joined')
  OR OLD.state = 'in_session' AND NEW.state IN ('completed', 'interrupted')
  OR OLD.state = 'interrupted' AND NEW.state IN ('resumed', 'ended_early')
  OR OLD.state = 'resumed' AND NEW.state IN ('interrupted', 'completed', 'ended_early'))
BEGIN SELECT RAISE(ABORT, 'session_moves'); END

CREATE TRIGGER message_fixed BEFORE UPDATE ON message
WHEN NEW.id IS NOT OLD.id
  OR NEW.kind IS NOT OLD.kind
  OR NEW.session_id IS NOT OLD.session_id
  OR NEW.session_version IS NOT OLD.session_version
  OR NEW.client_id IS NOT OLD.client_id
  OR NEW.ordinal IS NOT OLD.ordinal
  OR NEW.attempt IS NOT OLD.attempt
  OR NEW.reference IS NOT OLD.reference
BEGIN SELECT RAISE(ABORT, 'message_fixed'); END

CREATE TRIGGER session_fixed BEFORE UPDATE ON session
WHEN NEW.id IS NOT OLD.id
BEGIN SELECT RAISE(ABORT, 'session_fixed'); END

CREATE TRIGGER session_client_fixed BEFORE UPDATE ON session_client
WHEN NEW.session_id IS NOT OLD.session_id
  OR NEW.client_id IS NOT OLD.client_id
BEGIN SELECT RAISE(ABORT, 'session_client_fixed'); END

CREATE TRIGGER hold_fixed BEFORE UPDATE ON hold
WHEN NEW.id IS NOT OLD.id
BEGIN SELECT RAISE(ABORT, 'hold_fixed'); END

CREATE TRIGGER audit_only_grows_insert BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit_only_grows'); END

CREATE TRIGGER audit_only_grows_update BEFORE UPDATE ON audit
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'audit_only_grows'); END

CREATE TRIGGER audit_only_grows_delete BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'audit_only_grows'); END

CREATE TRIGGER audit_cut_only_grows_insert BEFORE INSERT ON audit_cut
WHEN EXISTS (SELECT 1 FROM audit_cut WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit_cut_only_grows'); END

CREATE TRIGGER audit_cut_only_grows_update BEFORE UPDATE ON audit_cut
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'audit_cut_only_grows'); END

CREATE TRIGGER audit_cut_only_grows_delete BEFORE DELETE ON audit_cut
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'audit_cut_only_grows'); END

CREATE TRIGGER audit_seal_only_grows_insert BEFORE INSERT ON audit_seal
WHEN EXISTS (SELECT 1 FROM audit_seal WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit_seal_only_grows'); END

CREATE TRIGGER audit_seal_only_grows_update BEFORE UPDATE ON audit_seal
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'audit_seal_only_grows'); END

CREATE TRIGGER audit_seal_only_grows_delete BEFORE DELETE ON audit_seal
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'audit_seal_only_grows'); END

CREATE TRIGGER decision_only_grows_insert BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decision_only_grows'); END

CREATE TRIGGER decision_only_grows_update BEFORE UPDATE ON decision
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'decision_only_grows'); END

CREATE TRIGGER decision_only_grows_delete BEFORE DELETE ON decision
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'decision_only_grows'); END

CREATE TRIGGER erasure_only_grows_insert BEFORE INSERT ON erasure
WHEN EXISTS (SELECT 1 FROM erasure WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'erasure_only_grows'); END

CREATE TRIGGER erasure_only_grows_update BEFORE UPDATE ON erasure
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'erasure_only_grows'); END

CREATE TRIGGER erasure_only_grows_delete BEFORE DELETE ON erasure
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'erasure_only_grows'); END

CREATE TRIGGER interruption_log_only_grows_insert BEFORE INSERT ON interruption_log
WHEN EXISTS (SELECT 1 FROM interruption_log WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'interruption_log_only_grows'); END

CREATE TRIGGER interruption_log_only_grows_update BEFORE UPDATE ON interruption_log
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'interruption_log_only_grows'); END

CREATE TRIGGER interruption_log_only_grows_delete BEFORE DELETE ON interruption_log
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'interruption_log_only_grows'); END

CREATE TRIGGER legal_hold_only_grows_insert BEFORE INSERT ON legal_hold
WHEN EXISTS (SELECT 1 FROM legal_hold WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'legal_hold_only_grows'); END

CREATE TRIGGER legal_hold_only_grows_update BEFORE UPDATE ON legal_hold
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'legal_hold_only_grows'); END

CREATE TRIGGER legal_hold_only_grows_delete BEFORE DELETE ON legal_hold
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'legal_hold_only_grows'); END

CREATE TRIGGER interruption_stays BEFORE DELETE ON interruption
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'interruption_stays'); END

CREATE TRIGGER message_stays BEFORE DELETE ON message
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'message_stays'); END

CREATE TRIGGER plan_version_stays BEFORE DELETE ON plan_version
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'plan_version_stays'); END

CREATE TRIGGER session_stays BEFORE DELETE ON session
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'session_stays'); END

CREATE TRIGGER blocked_number_for_good_update BEFORE UPDATE ON blocked_number
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'blocked_number_for_good'); END

CREATE TRIGGER blocked_number_for_good_delete BEFORE DELETE ON blocked_number
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'blocked_number_for_good'); END

CREATE TRIGGER month_counted_for_good_update BEFORE UPDATE ON month_counted
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'month_counted_for_good'); END

CREATE TRIGGER month_counted_for_good_delete BEFORE DELETE ON month_counted
WHEN TRUE
BEGIN SELECT RAISE(ABORT, 'month_counted_for_good'); END

CREATE TRIGGER client_held BEFORE DELETE ON client
WHEN OLD.legal_hold
BEGIN SELECT RAISE(ABORT, 'client_held'); END

CREATE TRIGGER code_word_held BEFORE DELETE ON code_word
WHEN EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'code_word_held'); END

CREATE TRIGGER decision_held BEFORE DELETE ON decision
WHEN EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'decision_held'); END

CREATE TRIGGER identity_check_held BEFORE DELETE ON identity_check
WHEN EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'identity_check_held'); END

CREATE TRIGGER inbound_held BEFORE DELETE ON inbound
WHEN EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'inbound_held'); END

CREATE TRIGGER inbound_held_whole BEFORE UPDATE ON inbound
WHEN NEW.body IS NULL AND OLD.body IS NOT NULL
  AND EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'inbound_held'); END

CREATE TRIGGER interruption_held BEFORE DELETE ON interruption
WHEN EXISTS (SELECT 1 FROM session_client AS s JOIN client AS c ON c.id = s.client_id
  WHERE s.session_id = OLD.session_id AND c.legal_hold)
BEGIN SELECT RAISE(ABORT, 'interruption_held'); END

CREATE TRIGGER interruption_log_held BEFORE DELETE ON interruption_log
WHEN EXISTS (SELECT 1 FROM interruption AS i
  JOIN session_client AS s ON s.session_id = i.session_id
  JOIN client AS c ON c.id = s.client_id
  WHERE i.id = OLD.interruption_id AND c.legal_hold)
BEGIN SELECT RAISE(ABORT, 'interruption_log_held'); END

CREATE TRIGGER legal_hold_held BEFORE DELETE ON legal_hold
WHEN EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'legal_hold_held'); END

CREATE TRIGGER message_held BEFORE DELETE ON message
WHEN EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'message_held'); END

CREATE TRIGGER plan_version_held BEFORE DELETE ON plan_version
WHEN EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'plan_version_held'); END

CREATE TRIGGER plan_version_held_whole BEFORE UPDATE ON plan_version
WHEN NEW.document IS NULL AND OLD.document IS NOT NULL
  AND EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'plan_version_held'); END

CREATE TRIGGER session_client_held BEFORE DELETE ON session_client
WHEN EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)
BEGIN SELECT RAISE(ABORT, 'session_client_held'); END

CREATE TRIGGER legal_hold_in_turn BEFORE INSERT ON legal_hold
WHEN NOT EXISTS (SELECT 1 FROM legal_hold WHERE id = NEW.id)
  AND (NEW.act = 'laid') = EXISTS (SELECT 1 FROM legal_hold AS h WHERE h.act <> 'ended' AND h.id = (
  SELECT max(id) FROM legal_hold WHERE client_id = NEW.client_id))
BEGIN SELECT RAISE(ABORT, 'legal_hold_in_turn'); END

CREATE TRIGGER legal_hold_lasts AFTER INSERT ON legal_hold
WHEN TRUE
BEGIN UPDATE client SET legal_hold = (NEW.act <> 'ended') WHERE id = NEW.client_id; END

CREATE TRIGGER session_client_open BEFORE INSERT ON session_client
WHEN EXISTS (SELECT 1 FROM client WHERE id = NEW.client_id AND state = 'closed')
BEGIN SELECT RAISE(ABORT, 'session_client_open'); END

CREATE TRIGGER client_hold_is_laid_insert BEFORE INSERT ON client
WHEN NEW.legal_hold <> EXISTS (SELECT 1 FROM legal_hold AS h WHERE h.act <> 'ended' AND h.id = (
  SELECT max(id) FROM legal_hold WHERE client_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'client_hold_is_laid'); END

CREATE TRIGGER client_hold_is_laid_update BEFORE UPDATE ON client
WHEN NEW.legal_hold <> OLD.legal_hold AND NEW.legal_hold <> EXISTS (SELECT 1 FROM legal_hold AS h WHERE h.act <> 'ended' AND h.id = (
  SELECT max(id) FROM legal_hold WHERE client_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'client_hold_is_laid'); END

CREATE TRIGGER busy_time_changed_insert AFTER INSERT ON busy_time
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER busy_time_changed_update AFTER UPDATE ON busy_time
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER busy_time_changed_delete AFTER DELETE ON busy_time
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER counsellor_changed_insert AFTER INSERT ON counsellor
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER counsellor_changed_update AFTER UPDATE ON counsellor
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER counsellor_changed_delete AFTER DELETE ON counsellor
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER holiday_changed_insert AFTER INSERT ON holiday
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER holiday_changed_update AFTER UPDATE ON holiday
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER holiday_changed_delete AFTER DELETE ON holiday
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER leave_changed_insert AFTER INSERT ON leave
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER leave_changed_update AFTER UPDATE ON leave
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER leave_changed_delete AFTER DELETE ON leave
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER on_call_changed_insert AFTER INSERT ON on_call
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER on_call_changed_update AFTER UPDATE ON on_call
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER on_call_changed_delete AFTER DELETE ON on_call
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER policy_version_changed_insert AFTER INSERT ON policy_version
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER policy_version_changed_update AFTER UPDATE ON policy_version
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER policy_version_changed_delete AFTER DELETE ON policy_version
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER set_aside_changed_insert AFTER INSERT ON set_aside
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER set_aside_changed_update AFTER UPDATE ON set_aside
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER set_aside_changed_delete AFTER DELETE ON set_aside
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER shut_out_changed_insert AFTER INSERT ON shut_out
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER shut_out_changed_update AFTER UPDATE ON shut_out
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER shut_out_changed_delete AFTER DELETE ON shut_out
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER staff_changed_insert AFTER INSERT ON staff
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER staff_changed_update AFTER UPDATE ON staff
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER staff_changed_delete AFTER DELETE ON staff
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES ('staffing', lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER occupied_changed_insert AFTER INSERT ON occupied
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES (substr(NEW.starts_at, 1, 10), lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER occupied_changed_update AFTER UPDATE ON occupied
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES (substr(OLD.starts_at, 1, 10), lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark;
INSERT INTO changed (what, mark) VALUES (substr(NEW.starts_at, 1, 10), lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER occupied_changed_delete AFTER DELETE ON occupied
WHEN TRUE
BEGIN INSERT INTO changed (what, mark) VALUES (substr(OLD.starts_at, 1, 10), lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END

CREATE TRIGGER session_changed AFTER UPDATE ON session
WHEN NEW.interrupted IS NOT OLD.interrupted
BEGIN INSERT INTO changed (what, mark) VALUES (substr(NEW.starts_at, 1, 10), lower(hex(randomblob(16))))
ON CONFLICT (what) DO UPDATE SET mark = excluded.mark; END
