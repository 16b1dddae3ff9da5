# `make check` runs linters, types and all tests in the environment that `PYTHON` belongs to: CI's parts lint, tests and
# long. `.ci/run` makes environments of its own and adds quickstart, docs, lowest, newest and pythons (CONTRIBUTING.md).
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
