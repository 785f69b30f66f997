"""`quietline integration`: a token is printed once, and taken back by name."""

from tests.cli.conftest import Place, Run


def test_a_program_is_let_in_listed_and_shut_out(place: Place, run: Run) -> None:
    made = run(place, "integration", "add", "Case files")
    assert made.code == 0
    token = made.out.strip()
    assert token.startswith("ql_")
    listed = run(place, "integration", "list")
    assert listed.out == "Case files: intake, asked last never\n"
    assert token not in listed.out
    assert run(place, "integration", "revoke", "Case files").code == 0
    assert "taken back" in run(place, "integration", "list").out


def test_who_is_no_counsellor_has_no_program(place: Place, run: Run) -> None:
    refused = run(place, "integration", "add", "Diary", "--for", "maia")
    assert refused.code == 1
    assert "holds no sessions" in refused.err


def test_a_name_that_is_nobodys_is_said(place: Place, run: Run) -> None:
    assert run(place, "integration", "revoke", "Case files").code == 1
