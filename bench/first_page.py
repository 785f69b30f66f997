"""bench-W1: what a browser loads for the first page on a cold cache: Today, with all
that its HTML names. Target 60 KB in all and four requests, without a script needed.

Counted as it goes over the wire: bodies as they are sent, compressed if they are.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import agency, measuring, serving
from bench.measuring import Spread

TARGET, TARGET_REQUESTS = 60, 4
NAMED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"[^>]*>')
_SCRIPT = re.compile(r"<script\b")


def main() -> None:
    """Load it once: it is the same each time."""
    with agency.on_sqlite(20, past=0, ahead=20 * 64) as office:
        browser = office.browser()
        accepts = {"Accept-Encoding": "gzip, br"}
        path = f"/today?who={office.counsellors[0].id}&day=2026-12-01"
        page = browser.get(path, headers=accepts)
        assert page.status_code == serving.OK
        html = browser.get(path).text
        sizes = {"the page": len(page.data)}
        for each in dict.fromkeys(NAMED.findall(html)):
            answer = browser.get(each, headers=accepts)
            assert answer.status_code == serving.OK, each
            name = Path(each).name.partition("?")[0]
            sizes[re.sub(r"[.-][0-9a-f]{8,}", "", name)] = len(answer.data)
    whole = sum(sizes.values()) / 1000
    shown = {f"KB, {name}": round(size / 1000, 2) for name, size in sizes.items()}
    shown[f"requests, target ≤ {TARGET_REQUESTS}"] = len(sizes)
    measuring.Figure(
        id="bench-W1",
        what="the first page on a cold cache",
        unit="KB",
        target=TARGET,
        more_is_better=False,
        ours=Spread(whole, whole, whole),
        yardstick="its HTML alone",
        theirs=Spread(*[sizes["the page"] / 1000] * 3),
        ratio=round(whole / sizes["the page"] * 1000, 2),
        rounds=1,
        parts={name: Spread(each, each, each) for name, each in shown.items()},
    ).show()


if __name__ == "__main__":
    main()
