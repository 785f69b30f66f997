"""Style sheet, scripts and icon: names that change with their content, nothing foreign,
nothing that a browser of a few years ago cannot read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scheduler.web.assets import CORE, FOLDER, Assets
from tests.web import kit

SCRIPTS = sorted(FOLDER.glob("*.js"))
SHEET = (FOLDER / "quietline.css").read_text()


def test_a_file_is_sent_whole_under_the_name_of_its_content() -> None:
    assets = Assets()
    browser = kit.client(kit.app())
    for name in ("quietline.css", "quietline.js", "icon.svg", "week.js", "live.js"):
        got = browser.get(assets.url(name))
        assert re.fullmatch(r"/static/\w+\.[0-9a-f]{12}\.\w+", assets.url(name))
        assert got.status_code == 200
        assert got.data == assets.find(assets.url(name).rpartition("/")[2]).body  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("quietline.css", "text/css; charset=utf-8"),
        ("quietline.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_a_file_says_what_it_is(name: str, kind: str) -> None:
    got = kit.client(kit.app()).get(Assets().url(name))
    assert got.headers["Content-Type"] == kind


def test_no_address_names_the_product() -> None:
    html = kit.client(kit.app()).get("/sign-in").text
    assert "quietline" not in html.lower()
    assert re.search(r'href="/static/page\.[0-9a-f]{12}\.css"', html)


def test_a_changed_file_has_a_new_name(tmp_path: Path) -> None:
    for each in FOLDER.iterdir():
        (tmp_path / each.name).write_bytes(each.read_bytes())
    before = Assets(tmp_path).url("quietline.js")
    (tmp_path / "keys.js").write_text("// other\n")
    assert Assets(tmp_path).url("quietline.js") != before
    assert Assets(tmp_path).url("icon.svg") == Assets().url("icon.svg")


@pytest.mark.parametrize(
    "name",
    [
        "quietline.css",
        "quietline.000000000000.css",
        "keys.js",
        "../app.py",
        "%2e%2e/app.py",
    ],
)
def test_no_other_name_finds_anything(name: str) -> None:
    assert kit.client(kit.app(loud=False)).get(f"/static/{name}").status_code == 404


def test_an_unknown_asset_is_an_error_in_the_template() -> None:
    with pytest.raises(KeyError):
        Assets().url("nothing.js")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda each: each.name)
def test_a_script_is_clean_for_trusted_types_and_asks_nobody_else(script: Path) -> None:
    text = script.read_text()
    for sink in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "DOMParser",
        "createContextualFragment",
        "srcdoc",
        "javascript:",
        ".style",
        'setAttribute("style',
        "import ",
        "http:",
        "https:",
    ):
        assert sink not in text, f"{sink} in {script.name}"


def test_every_core_script_is_there_and_stands_alone() -> None:
    for name in CORE:
        text = (FOLDER / name).read_text()
        assert "export " not in text
        assert text.endswith("\n")


def test_the_sheet_needs_nothing_foreign_and_nothing_new() -> None:
    for part in ("http", "//", "@import", "url(", "subgrid", "color-mix", ":has("):
        assert part not in SHEET, part
    assert SHEET.count("{") == SHEET.count("}")


def test_every_place_on_the_five_minute_grid_has_its_class() -> None:
    for letter, figures in {
        "h": range(24),
        "e": range(25),
        "m": range(5, 60, 5),
        "n": range(5, 60, 5),
        "f": range(24),
        "t": range(1, 25),
    }.items():
        for figure in figures:
            assert SHEET.count(f".{letter}{figure}{{") == 1, f"{letter}{figure}"


def test_nothing_is_set_below_thirteen_pixels_on_a_screen() -> None:
    screen = SHEET.split("@media print {\n  @page")[0]
    sizes = [
        float(each)
        for each in re.findall(r"(?:font-size: |--\w+: )([\d.]+)rem", screen)
    ]
    type_sizes = re.findall(r"--(?:tiny|small|big|head): ([\d.]+)rem", screen)
    assert sizes
    assert min(float(each) for each in type_sizes) * 16 >= 13
    assert not re.search(r"font-size: 0?\.[0-7]\d*rem", screen)


def luminance(colour: str) -> float:
    def part(figure: int) -> float:
        share = figure / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    written = colour.lstrip("#")
    if len(written) == 3:
        written = "".join(each * 2 for each in written)
    red, green, blue = (part(int(written[at : at + 2], 16)) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens(dark: bool) -> dict[str, str]:
    blocks = SHEET.split("@media (prefers-color-scheme: dark)")
    text = blocks[1].split("/* 2.")[0] if dark else blocks[0]
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", text))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(dark: bool) -> None:
    found = tokens(dark)
    grounds = ("paper", "sheet", "wash")
    for word in ("ink", "soft", "teal"):
        for ground in grounds:
            assert contrast(found[word], found[ground]) >= 7, (word, ground)
    for word, ground in (("amber", "glow"), ("stop", "blush"), ("ink", "glow")):
        assert contrast(found[word], found[ground]) >= 4.5, (word, ground)
    assert contrast(found["on"], found["teal"]) >= 7
    for ground in grounds[:2]:
        assert contrast(found["edge"], found[ground]) >= 3
