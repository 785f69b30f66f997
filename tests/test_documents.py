"""What is written beside the code is true of it: commands, links, settings, claims."""

from __future__ import annotations

import re
import shlex
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from config import settings
from scheduler.cli import main
from tests.contracts import ROOT

README: Final = ROOT / "README.md"
DOCS: Final = ROOT / "docs"
DECISIONS: Final = sorted((DOCS / "decisions").glob("*.md"))
PICTURES: Final = sorted((DOCS / "pictures").glob("*.png"))
PAGES: Final = [
    README,
    *sorted(DOCS.rglob("*.md")),
    ROOT / "scheduler" / "web" / "README.md",
    ROOT / "tests" / "oracle" / "README.md",
]
PRODUCT: Final = ("scheduler", "config", "integrations", "docs")
KINDS: Final = frozenset({".py", ".html", ".js", ".css", ".md", ".toml", ".sql"})

# A decision is read in a minute. The few that gather many small ones are the longest.
LONGEST_DECISION: Final = 50
HEAVIEST_PICTURE: Final = 150_000
PALETTE: Final = 3


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def commands(page: Path) -> Iterator[str]:
    """What the indented lines and the words in backticks of a page tell to type."""
    for line in page.read_text().splitlines():
        if line.startswith("    "):
            yield line.partition(" #")[0].strip()
        yield from re.findall(r"`([^`]+)`", line)


def told(beginning: str) -> list[str]:
    found = {
        each for page in PAGES for each in commands(page) if each.startswith(beginning)
    }
    return sorted(found)


# --- Commands ----------------------------------------------------------------------


def test_every_target_that_is_told_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    asked = {each.split()[1] for each in told("make ") if " " in each}
    assert {"run", "test", "check"} <= asked
    assert asked <= targets


def test_the_readme_gives_the_two_commands() -> None:
    lines = [each.split("#")[0].strip() for each in README.read_text().splitlines()]
    assert lines.count("make run") == lines.count("make test") == 1


@pytest.mark.parametrize("line", told("quietline "))
def test_every_command_that_is_told_is_one(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(line)[1:]
    if words[0].isupper():
        return  # `quietline COMMAND --help`
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    said = capsys.readouterr()
    assert ended.value.code == 0, said.err
    options = [each for each in words if each.startswith("--")]
    assert [each for each in options if each not in said.out] == []


def test_the_readme_tells_of_each_command_for_real_use() -> None:
    given = {shlex.split(each)[1] for each in commands(README) if "quietline " in each}
    assert {"init", "user", "run", "backup", "restore", "migrate", "stop"} <= given


def test_the_readme_names_every_setting_and_no_other() -> None:
    table = README.read_text().partition("### Settings")[2].partition("\n## ")[0]
    named = set()
    for row in table.splitlines():
        found = re.findall(r"`(QUIETLINE_[A-Z_]+|…_FILE)`", row)
        named |= {found[0] + "_FILE" if each == "…_FILE" else each for each in found}
    assert named == settings.NAMES


# --- Links and pictures ------------------------------------------------------------


def links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", page.read_text())


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in heads}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        target, _, anchor = link.partition("#")
        assert "://" not in target, f"{link} leaves this folder"
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), link
        assert there.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(there), link


def test_every_decision_that_code_leans_on_is_there() -> None:
    numbers = {each.name[:4] for each in DECISIONS}
    for path, text in product_texts():
        for number in re.findall(r"docs/decisions/(\d{4})", text):
            assert number in numbers, f"{path} names decision {number}"


def test_every_file_the_threat_model_leans_on_is_linked() -> None:
    text = (DOCS / "threat-model.md").read_text()
    parts = re.split(r"^## \d+\. ", text, flags=re.MULTILINE)[1:]
    assert len(parts) == 18
    for part in parts:
        assert all(f"- **{each}:**" in part for each in ("Does", "Shown by", "Cannot"))
        shown = part.partition("**Shown by:**")[2].partition("- **Cannot")[0]
        assert "](" in shown, part.splitlines()[0]


def shape(picture: Path) -> tuple[int, int]:
    """Width, and the kind of colours, from the head of a PNG."""
    head = picture.read_bytes()[:26]
    assert head.startswith(b"\x89PNG")
    width, _, _, kind = struct.unpack(">IIBB", head[16:26])
    return width, kind


@pytest.mark.parametrize("picture", PICTURES, ids=lambda each: each.name)
def test_a_picture_is_light_and_as_wide_as_its_name(picture: Path) -> None:
    wide = {"wide": 1280, "narrow": 360}[picture.stem.rpartition("-")[2]]
    assert shape(picture) == (wide, PALETTE)
    assert picture.stat().st_size <= HEAVIEST_PICTURE


def test_the_readme_shows_pictures_and_says_what_is_on_them() -> None:
    shown = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README.read_text())
    assert len(shown) >= 3
    assert all(len(words) > 15 for words, _ in shown)


# --- Claims --------------------------------------------------------------------------

CLAIMS: Final = re.compile(
    r"""\bundetect(able|ed)\b | \bcomplian(t|ce)\b | \bHIPAA\b | \buntrace?able\b
    | \bsafe[ ](app|software|system|tool|platform|way|to[ ]use)\b | \bsafely\b
    | \b(completely|totally|fully|perfectly|100[ ]?%)[ ](safe|secure|private)\b
    | \bmilitary[- ]grade\b | \bunbreakable\b | \bunhackable\b | \bbullet-?proof\b
    | \b(keeps?|keeping)[ ](her|you|them)[ ]safe\b
    | \b(Quietline|this|she|everything)[ ]is[ ](now[ ])?(safe|secure)\b""",
    re.VERBOSE | re.IGNORECASE,
)


def product_texts() -> Iterator[tuple[str, str]]:
    yield name(README), README.read_text()
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in KINDS and "__pycache__" not in path.parts:
                yield name(path), path.read_text(encoding="utf-8")


def test_nothing_in_product_or_documents_claims_what_nobody_can_hold() -> None:
    found = {
        path: [each[0] for each in CLAIMS.finditer(text)]
        for path, text in product_texts()
        if not path.startswith("config/phrases/")  # what a phrase must not say
    }
    assert {path: claims for path, claims in found.items() if claims} == {}


@pytest.mark.parametrize(
    "claim",
    [
        "Quietline is safe.",
        "The safe app for survivors",
        "an undetectable text",
        "HIPAA",
        "fully secure, and compliant",
        "It keeps her safe",
    ],
)
def test_a_claim_is_seen_where_it_stands(claim: str) -> None:
    assert CLAIMS.search(claim)


@pytest.mark.parametrize(
    "sentence",
    ["a safe-contact plan", "Not safe now", "never a safety control", "unsafe methods"],
)
def test_a_word_of_the_field_is_no_claim(sentence: str) -> None:
    assert not CLAIMS.search(sentence)


def test_the_limits_stand_in_the_readme() -> None:
    text = " ".join(README.read_text().split())
    for limit in (
        "A carrier can deliver late",
        "A phone can be spied on",
        "A coerced person can give a correct code word",
        "A reminder is a convenience, never a safety control",
    ):
        assert limit in text


# --- Decisions -----------------------------------------------------------------------


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda each: each.name)
def test_a_decision_is_short_and_says_context_choice_and_what_follows(
    decision: Path,
) -> None:
    lines = decision.read_text().splitlines()
    number = int(decision.name[:4])
    assert lines[0].startswith(f"# {number}. ")
    heads = [each for each in lines if each.startswith("## ")]
    assert heads == ["## Context", "## Decision", "## What follows"]
    assert len(lines) <= LONGEST_DECISION


def test_no_two_decisions_have_one_number() -> None:
    numbers = [each.name[:4] for each in DECISIONS]
    assert len(numbers) == len(set(numbers))
