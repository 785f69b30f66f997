"""What a planted bug is: one piece of text in one file, what it is made into, and the
test that notices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plant:
    """`old` stands once in `file`; with `new` in its place `test` has to fail.

    `test` may name one case of several: `file::test_name[sqlite]`.
    """

    what: str
    file: str
    old: str
    new: str
    test: str


def within(area: str, what: str, module: str, old: str, new: str, test: str) -> Plant:
    """A bug in `scheduler/<area>/<module>.py`; `test` is `file::name` without `test_`,
    in `tests/<area>`, unless it begins with a folder of its own: `web/people::name`."""
    folder, _, rest = test.rpartition("/")
    where, name = rest.split("::")
    return Plant(
        what,
        f"scheduler/{area}/{module}.py",
        old,
        new,
        f"tests/{folder or area}/test_{where}.py::test_{name}",
    )


def of(what: str, module: str, old: str, new: str, test: str) -> Plant:
    """A bug in a module of the rules."""
    return within("domain", what, module, old, new, test)


def service(what: str, module: str, old: str, new: str, test: str) -> Plant:
    """A bug in something somebody does."""
    return within("services", what, module, old, new, test)


def stored(what: str, module: str, old: str, new: str, test: str) -> Plant:
    """A bug in how it is kept."""
    return within("storage", what, module, old, new, test)
