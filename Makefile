# One command that runs what CI runs: `make check` (in the environment that `PYTHON` belongs to).
PYTHON ?= .venv/bin/python

.PHONY: check lint types tests docs

check: lint types tests

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

tests:
	$(PYTHON) -m pytest -n auto -m "long or not long"

docs:
	NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build --quiet --strict
