"""For a WSGI server: ``gunicorn wsgi:app``."""
