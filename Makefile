# Quietline. `make run` and `make test` do all set-up themselves: an environment in
# .venv, filled from the hashed locks. Nothing is installed outside this folder.
#
# The checkout may lie at a path with a space in it: so paths here are relative, and
# tools are started as `python -m …`, never by a script whose first line names a path.

SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check

# A stamp is named after all that decides what lies in .venv, place and Python included.
# A changed lock or a moved checkout installs anew; anything else costs nothing.
key = $(shell { pwd -P; readlink -f "$$(command -v $(PYTHON))"; cat pyproject.toml $(1); } \
	| cksum | tr ' ' '-')
RUN_STAMP := .venv/.run-$(call key,requirements-run.lock)
TEST_STAMP := .venv/.test-$(call key,requirements-run.lock requirements.lock)

.PHONY: help run test check coverage lint format bench plant mutants assure contract audit sbom lock clean

help:
	@echo 'make run       a demo agency on http://127.0.0.1:8000'
	@echo 'make test      every test'
	@echo 'make check     format, lint, types, contracts, and every test'
	@echo 'make lint      the same without the tests'
	@echo 'make format    write the format'
	@echo 'make coverage  every test, and which branches none of them took'
	@echo 'make bench     the figures of docs/performance.md'
	@echo 'make plant     put known bugs in, one at a time, and see a test turn red'
	@echo 'make assure    every promise at its full number, for docs/assurance.md (hours)'
	@echo 'make mutants   change the rules a little, thousands of times, and see tests turn red'
	@echo 'make contract  our sender against what Twilio says of itself (needs Node)'
	@echo 'make audit     what is known against the packages of the locks (asks an index)'
	@echo 'make sbom      what an installation is made of, for programs (CycloneDX)'
	@echo 'make lock      choose the newest allowed releases and write the locks'
	@echo 'make clean     remove .venv and what tools left behind'

run: $(RUN_STAMP)
	@$(PY) -m scheduler.cli demo --serve $(ARGS)

# One process a core, and one more while others wait for a clock or a browser.
# `make test ARGS="-n 0 tests/domain"` runs a part in one process.
PROCESSES ?= $$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))
# Bytecode is kept whatever the environment says: every process would compile all anew.
test: $(TEST_STAMP)
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n $(PROCESSES) --maxprocesses=5 --dist=worksteal $(ARGS)

check: lint test

coverage: $(TEST_STAMP)
	@$(PY) -m pytest -n logical --maxprocesses=4 --dist=worksteal --cov $(ARGS)

lint: $(TEST_STAMP)
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo

format: $(TEST_STAMP)
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: $(TEST_STAMP)
	@test -f bench/run.py || { echo 'There is nothing to measure yet: bench/run.py is missing.'; exit 2; }
	@$(PY) bench/run.py $(ARGS)

plant: $(TEST_STAMP)
	@$(PY) -m tests.plant $(ARGS)

mutants: $(TEST_STAMP)
	@$(PY) -m tests.mutants $(ARGS)

# The longer run behind docs/assurance.md: `make assure ARGS="D2 D5"` for some of it.
assure: $(TEST_STAMP)
	@$(PY) -m tests.assure $(ARGS)

# Twilio's own description is not part of this repository: TWILIO_CONTRACT says where.
contract: $(TEST_STAMP)
	@$(PY) -m tests.contract

# Strict: a package that could not be looked up is a failure. Without it an index that
# knows of no advisories at all gives “no known vulnerabilities found”.
AUDIT = $(PY) -m pip_audit --strict --require-hashes --disable-pip --progress-spinner off
audit: $(TEST_STAMP)
	@$(AUDIT) --requirement requirements-run.lock $(ARGS)
	@$(AUDIT) --requirement requirements.lock $(ARGS)

sbom: $(TEST_STAMP)
	@$(PY) -m tests.sbom

# --- Set-up ------------------------------------------------------------------

# A half-made environment (interrupted, or its Python gone) is made again.
define environment
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo 'Quietline needs Python 3.11 or later: make PYTHON=python3.11 …' >&2; exit 2; }
$(PY) -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear .venv \
	|| { echo 'Python could not make an environment. On Debian: apt-get install python3-venv' >&2; exit 2; }
endef

# The build backend is in the lock, so building ourselves needs no network.
define ourselves
$(PIP) install --quiet --no-deps --no-build-isolation --editable .
endef

$(RUN_STAMP):
	@$(environment)
	@rm -f .venv/.run-*
	@echo 'Setting up .venv: once, and again when a lock changes.'
	@$(PIP) install --quiet --require-hashes --requirement requirements-run.lock
	@$(ourselves)
	@touch $@

# The full lock holds every release of the small one, so it stands for both.
$(TEST_STAMP):
	@$(environment)
	@rm -f .venv/.run-* .venv/.test-*
	@echo 'Setting up .venv for tests: once, and again when a lock changes.'
	@$(PIP) install --quiet --require-hashes --requirement requirements.lock
	@$(ourselves)
	@touch $(RUN_STAMP) $@

# --- Locks -------------------------------------------------------------------

# Extras are kept: an older pip looks for `coverage[toml]` apart from `coverage`, finds
# a release that came out since, and refuses it for want of a hash.
COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-strip-extras --no-annotate --no-header --no-emit-index-url --no-emit-find-links

lock: $(TEST_STAMP)
	@$(PIP) install --quiet uv
	@$(COMPILE) --upgrade --extra dev --output-file requirements.lock pyproject.toml
	@echo 'hatchling' | $(COMPILE) --extra postgres --extra gunicorn --constraint requirements.lock \
		--output-file requirements-run.lock pyproject.toml -
	@! grep -nE '://|file:|/' requirements.lock requirements-run.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov test-results
