"""mutmut as it runs inside a copy of the tree, with our changes beside its own.

Run by its path: no package of ours may be imported before mutmut has put the mutated
ones first. Each mutant is tried in a process forked from one that has collected the
tests already, for starting pytest takes longer than most tests of a rule.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import mutmut.__main__ as program
import pytest
from changes import OURS
from mutmut.configuration import config
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.trampoline import get_mutant_under_test as mutant_under_test
from mutmut.runners.harness import PytestRunner
from mutmut.utils.file_utils import change_cwd
from mutmut.workers.isolation import ForkServerRunner

KILLED, SURVIVED = 1, 0


class Collected(PytestRunner):
    """Runs tests of a session that has collected them and is about to begin."""

    def __init__(self, session: pytest.Session, aloud: int) -> None:
        super().__init__()
        self._aloud = aloud
        self._by_name = {each.nodeid: each for each in session.items}
        self._order = {each.nodeid: place for place, each in enumerate(session.items)}
        self._failed = False
        self._folder: Path | None = None
        session.config.pluginmanager.register(self)

    def warm_up(self) -> None:
        """Databases are copies of one: made here once, not again for every mutant."""
        self._run(next(each for each in self._order if "[sqlite" in each), None)
        from scheduler.domain import reach  # noqa: PLC0415 - the mutated one

        reach.forget()
        self._see_all_green()

    def _see_all_green(self) -> None:
        """Without a mutant, and in the very way in which mutants are tried."""
        child = os.fork()
        if not child:
            os._exit(self.run_tests(mutant_name=None, tests=self._order))
        if os.waitpid(child, 0)[1]:
            self._say("The tests are not green without a mutant.")
            os._exit(2)

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """Until one is red."""
        names = sorted(tests, key=self._order.__getitem__)
        for name, following in zip(names, [*names[1:], None], strict=True):
            self._run(name, following)
            if self._failed:
                return KILLED
        return SURVIVED

    def _run(self, name: str, following: str | None) -> None:
        item = self._by_name[name]
        # What belongs to the session stays: it is what was made beforehand.
        after = self._by_name[following] if following else item.session
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if self._failed and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def pytest_runtest_call(self, item: pytest.Function) -> None:
        """pytest keeps the folders of red tests, and here are thousands of them."""
        self._folder = item.funcargs.get("tmp_path")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Red is red, be it in what a test asks for."""
        self._failed = self._failed or report.failed
        if report.failed and not mutant_under_test():
            self._say(f"{report.nodeid}: {report.longreprtext}")

    def _say(self, what: str) -> None:
        os.write(self._aloud, f"\n{what}\n".encode())


class FromOneSession(ForkServerRunner):
    """Forks its workers from within a session of pytest."""

    def _forkserver_main(self, work_fd: int, result_fd: int) -> None:
        aloud, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        serve = super()._forkserver_main

        class InsteadOfTests:
            @pytest.hookimpl(tryfirst=True)
            def pytest_runtestloop(self, session: pytest.Session) -> bool:
                runner.test_runner_class = Collected
                runner.test_runner_args = {"session": session, "aloud": aloud}
                serve(work_fd, result_fd)
                return True

        runner = self
        with change_cwd("mutants"):
            PytestRunner().execute_pytest(
                ["-q", "-s", *config().pytest_add_cli_args_test_selection],
                plugins=[InsteadOfTests()],
            )

    def run_clean_tests(self, tests: Iterable[str]) -> int:
        """Done where the mutants are tried."""
        return SURVIVED


def one_session(max_workers: int = 1) -> ForkServerRunner:
    """What mutmut is to try its mutants with."""
    return FromOneSession(max_workers, PytestRunner, {}, max_restarts=0)


if __name__ == "__main__":
    mutation_operators.extend(OURS)
    program.get_mutant_runner = one_session
    program.cli()
