"""For a WSGI server: `gunicorn wsgi:app`. It serves pages and never sends to a client;
it tells staff when no worker looks round."""

import os

from config import settings
from config.wiring import build_app, open_installation
from scheduler.services.watching.dead_man import DeadMan
from scheduler.web import server_log
from scheduler.web.app import stay

server_log.quiet()
installation = open_installation(settings.load(os.environ))
app = build_app(installation)
DeadMan(installation.house).start()
stay()
