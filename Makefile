# `make check` runs linters, types and all tests in the environment that `PYTHON` belongs to (CI's parts lint, tests and
# long) and fails below 95 % of lines covered; `make tests` does without the measurement, which takes its time. `.ci/run` makes environments of its own and adds quickstart, docs, lowest, newest and pythons (CONTRIBUTING.md).
PYTHON ?= .venv/bin/python

.PHONY: check lint types tests coverage docs

check: lint types coverage

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

tests:
	$(PYTHON) -m pytest -n auto -m "long or not long"

coverage:
	$(PYTHON) -m pytest -n auto -m "long or not long" --cov --cov-report=term

docs:
	NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build --quiet --strict
