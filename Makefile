# Needs make, Python 3.11 or newer, and the package registries; everything else is fetched.
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := $(or $(shell command -v uv 2>/dev/null),$(CURDIR)/.pavilion/uv/bin/uv)
RUN := $(UV) run --frozen
COVERAGE := COVERAGE_FILE=$(CURDIR)/.pavilion/coverage/data COVERAGE_RCFILE=$(CURDIR)/pyproject.toml $(RUN) coverage
LOCKED := mkdir -p .pavilion && $(UV) export --frozen --quiet --no-emit-project --format requirements.txt --output-file .pavilion/locked.txt
AUDIT := $(RUN) python -m tests.audit .pavilion/locked.txt
FILE ?=
PAVILION_RACES ?= 10000

.DEFAULT_GOAL := help
.PHONY: help demo test seasons races bench up down lint fmt docs audit

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/ready ## Start everything and play a tournament (FILE=match.json plays a real match)
	@$(RUN) pavilion demo $(FILE)

test: lint ## Check style, types, imports and known vulnerabilities, then run every test with coverage
	@$(LOCKED) && { $(AUDIT) || [ $$? -eq 2 ]; } # a list that cannot be reached fails nobody
	@$(RUN) python -m tests.fetch
	@mkdir -p .pavilion/coverage
	@$(COVERAGE) erase
	@$(COVERAGE) run -m pytest -n auto --maxprocesses 4
	@$(COVERAGE) combine --quiet
	@$(COVERAGE) report

seasons: .venv/ready ## Play five whole seasons of the IPL as tournaments, each to its official table
	@PAVILION_SEASONS="2019 2020 2021 2022 2023" $(RUN) python -m pytest -q -s tests/e2e/test_season.py -k ipl

races: .venv/ready ## Race ten thousand payments while processes are killed; PAVILION_RACES=200 fewer
	@PAVILION_RACES=$(PAVILION_RACES) $(RUN) python -m pytest -q -s tests/e2e/races/whole.py

bench: .venv/ready ## Measure and write benchmarks/results/latest.json
	@$(RUN) python -m benchmarks

up: .venv/ready ## Start the servers and Pavilion's processes
	@$(RUN) pavilion up

down: .venv/ready ## Stop everything that was started here
	@$(RUN) pavilion down

lint: .venv/ready ## Check style, types and who imports whom
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(RUN) pyright
	@$(RUN) lint-imports

fmt: .venv/ready ## Format the code and fix what can be fixed
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

docs: .venv/ready ## Write what the documentation says about the code from the code
	@$(RUN) python -m docs.generate

audit: .venv/ready ## Look the locked packages up in PyPI's list of vulnerabilities
	@$(LOCKED) && $(AUDIT)

# The locked packages, installed again whenever the lock changes.
.venv/ready: uv.lock pyproject.toml | $(UV)
	@$(UV) sync --frozen
	@touch $@

# uv itself, where the machine has none: from PyPI, into this checkout. Debian's Python comes without pip or
# without venv, so the one stands in for the other.
$(CURDIR)/.pavilion/uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pavilion needs Python 3.11 or newer, and this is " + sys.version.split()[0] + "; name one with PYTHON=…")'
	@echo "fetching uv $(UV_VERSION) from PyPI" >&2
	@$(PYTHON) -m pip install --quiet --target .pavilion/uv uv==$(UV_VERSION) 2>/dev/null \
	  || { $(PYTHON) -m venv .pavilion/uv && .pavilion/uv/bin/pip install --quiet uv==$(UV_VERSION); } \
	  || { echo "uv could not be fetched: check the network and the package index, and that Python has pip or venv" >&2; exit 1; }
