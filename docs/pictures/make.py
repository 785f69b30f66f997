# noqa: INP001
"""Take the README's pictures anew, from a running demo, with Debian's Chromium.

    make run                                   # in one window
    .venv/bin/python docs/pictures/make.py     # in another

`--address` names another demo than http://127.0.0.1:8000; pages may be named to take
only those. Each page is taken 1280 px and 360 px wide, in light colours, as a PNG of at
most 256 colours and 150 KB.
"""

from __future__ import annotations

import argparse
import base64
import re
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM: Final = "/usr/bin/chromium"
FOLDER: Final = Path(__file__).parent
# Of made-up people; `make run` prints it.
PASSWORD: Final = "only for practice"  # noqa: S105
WIDTHS: Final = {"wide": (1280, 860), "narrow": (360, 780)}
MOST_BYTES: Final = 150_000
BROKEN: Final = 400
A_CALL: Final = "main a[href^='/session/']"
A_FILE: Final = "main a[href^='/people/']:not([href$='/new'])"

# Name of the picture: who looks, where she begins, and what she follows from there: a
# link, an ending of the address, or a button if it is there. To take the picture of a
# session starts that counsellor's next one; where there is none, no picture is taken.
# That of Find a time holds the third of the best six for five minutes.
PAGES: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "today": ("ines", "/today", ()),
    "find": ("ines", "/today", (A_CALL, A_FILE, "main a[href^='/find']", "press 3")),
    "file": ("ines", "/people", (A_FILE,)),
    "plan": ("ines", "/people", (A_FILE, "/plan")),
    "session": ("ines", "/today", ("main a.go[href^='/session/']", "press Start")),
    "attention": ("salma", "/attention", ()),
    "phone": ("wanda", "/phone", ()),
    "health": ("", "/health", ()),
}

# The most frequent colours, and for every other one the nearest of them.
_FEWER_COLOURS: Final = """
async source => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data;
  const counts = new Map();
  const colour = at => pixels[at] << 16 | pixels[at + 1] << 8 | pixels[at + 2];
  for (let at = 0; at < pixels.length; at += 4) {
    counts.set(colour(at), (counts.get(colour(at)) || 0) + 1);
  }
  const often = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256);
  const palette = often.map(each => each[0]);
  const known = new Map(palette.map((each, index) => [each, index]));
  const apart = (a, b) => [16, 8, 0].reduce(
    (sum, bits) => sum + ((a >> bits & 255) - (b >> bits & 255)) ** 2, 0);
  const nearest = wanted => {
    let best = 0;
    palette.forEach((each, index) => {
      if (apart(each, wanted) < apart(palette[best], wanted)) best = index;
    });
    known.set(wanted, best);
    return best;
  };
  const indices = new Uint8Array(pixels.length / 4);
  for (let at = 0; at < pixels.length; at += 4) {
    const found = known.get(colour(at));
    indices[at / 4] = found === undefined ? nearest(colour(at)) : found;
  }
  let text = "";
  for (let at = 0; at < indices.length; at += 32768) {
    text += String.fromCharCode(...indices.subarray(at, at + 32768));
  }
  return {width: image.width, height: image.height, palette, indices: btoa(text)};
}
"""


def palette_png(found: dict[str, Any]) -> bytes:
    """A PNG whose pixels are numbers of colours."""
    width, height = found["width"], found["height"]
    raw = base64.b64decode(found["indices"])
    lines = b"".join(
        b"\0" + raw[row * width : (row + 1) * width] for row in range(height)
    )
    colours = b"".join(each.to_bytes(3, "big") for each in found["palette"])
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", head),
            _chunk(b"PLTE", colours),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


@contextmanager
def opened(browser: Browser, address: str, who: str, size: str) -> Iterator[Page]:
    """A page of somebody who has signed in, or of nobody."""
    width, height = WIDTHS[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="light",
        locale="en-CA",
    )
    page = context.new_page()
    if who:
        page.goto(f"{address}/sign-in")
        page.get_by_label("Sign-in name").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
    yield page
    context.close()


def following(page: Page, address: str, link: str) -> str | None:
    """Where a link of the page leads, or its own address with an ending."""
    if link.startswith("/"):
        return page.url + link
    found = page.locator(link)
    return f"{address}{found.first.get_attribute('href')}" if found.count() else None


def press(page: Page, words: str) -> None:
    """Press a button that begins so, if there is one."""
    found = page.get_by_role("button", name=re.compile(f"^{words}"))
    if found.count():
        found.first.click()


def take(browser: Browser, address: str, name: str, size: str) -> Path | None:
    """One picture, or None where the demo has no such page."""
    who, begins, links = PAGES[name]
    with opened(browser, address, who, size) as page:
        page.set_extra_http_headers({"Accept": "text/html"})
        answer = page.goto(address + begins)
        for each in links:
            if each.startswith("press "):
                press(page, each.removeprefix("press "))
                continue
            target = following(page, address, each)
            if target is None:
                return None
            answer = page.goto(target)
        page.wait_for_load_state("networkidle")
        if answer is None or answer.status >= BROKEN:
            return None
        shot = page.screenshot()
    source = "data:image/png;base64," + base64.b64encode(shot).decode()
    workshop = browser.new_page()
    made = palette_png(workshop.evaluate(_FEWER_COLOURS, source))
    workshop.close()
    target_file = FOLDER / f"{name}-{size}.png"
    if len(made) > MOST_BYTES:
        sys.exit(f"{target_file.name} has {len(made)} bytes: show less of the page.")
    target_file.write_bytes(made)
    return target_file


def main() -> None:
    """Take all pictures, or the named ones."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("names", nargs="*", choices=[*PAGES, []], default=[])
    chosen = parser.parse_args()
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--mute-audio"]
        )
        for name in chosen.names or PAGES:
            for size in WIDTHS:
                made = take(browser, chosen.address, name, size)
                said = f"{made.stat().st_size:7}" if made else "there is no such page:"
                sys.stdout.write(f"{said} {name}-{size}\n")
        browser.close()


if __name__ == "__main__":
    main()
