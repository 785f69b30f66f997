"""What the tests of pages may ask for."""

from tests.web.desk import desk

__all__ = ["desk"]
