"""`python -m tests.fake_provider FOLDER [PORT]`: serves on loopback until stopped."""

import sys
from pathlib import Path

from tests.fake_provider.book import Book
from tests.fake_provider.server import serve

serve(Book(Path(sys.argv[1]) / "taken.jsonl"), int(sys.argv[2]))
