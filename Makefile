# make demo         drafts the example questions, without a key
# make test         runs the tests that take under two minutes together
# make test-slow    runs the others: the review page in a browser, kills, the whole sample
# make check        format, lint, types, all tests with their coverage: what every change must pass
# make docs         writes the reference pages in docs/ from the code
# make bench        measures, beside other tools, and writes benchmarks/RESULTS.md
# make lock         renews the pins

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: docs demo test test-slow check coverage format lint types lock bench clean

demo: .venv/runtime
	@rm -rf output/demo
	@env -u OPENAI_API_KEY -u OPENAI_BASE_URL $(BIN)/generator --config examples/config.yaml draft examples/questions.csv --offline

test: .venv/dev
	$(BIN)/python -m pytest

test-slow: .venv/dev
	$(BIN)/python -m pytest -m "slow or browser" tests

check: format lint types coverage

coverage: .venv/dev
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest tests
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

format: .venv/dev
	$(BIN)/ruff format .

lint: .venv/dev
	$(BIN)/ruff check .

types: .venv/dev
	$(BIN)/mypy

docs: .venv/dev
	GENERATOR_UPDATE_GOLDEN=1 $(BIN)/python -m pytest -n 0 tests/docs

bench: .venv/dev
	$(BIN)/python -m benchmarks --results

lock: .venv/dev
	$(BIN)/uv pip compile --quiet --universal --no-header --no-annotate --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --no-header --no-annotate --upgrade --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*

.venv/runtime: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
	@echo "setting up .venv ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) install -r requirements.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	@$(PIP) install -r requirements-dev.lock
	@touch $@
