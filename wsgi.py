"""For a WSGI server: `gunicorn wsgi:app`. It serves pages and never sends."""

import os

from config import settings
from config.wiring import build_app, open_installation

app = build_app(open_installation(settings.load(os.environ)))
