"""When counsellors work, who is on call: hours, leave, holidays, other calendars."""
