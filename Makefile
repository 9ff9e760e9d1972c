# Two commands for a fresh machine with Python 3.11: `make demo` and `make test`. All work from any folder, twice in a row.
HERE := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
PYTHON ?= python3
VENV := $(HERE).venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo test proof bench lint check lock docs messages wheel clean
.DEFAULT_GOAL := setup

setup: $(STAMP)

$(STAMP): $(HERE)requirements.lock $(HERE)pyproject.toml
	@cd $(HERE) && $(PYTHON) -c 'import sys; sys.exit("crmcli needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@cd $(HERE) && $(PYTHON) -m venv $(VENV)
	@cd $(HERE) && $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@cd $(HERE) && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup
	@cd $(HERE) && PATH="$(BIN):$$PATH" sh sample_data/demo.sh

test: setup
	@cd $(HERE) && PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist worksteal

proof: setup
	@cd $(HERE) && $(BIN)/python -m pytest -n 2 -m hypothesis --hypothesis-profile=wide
	@cd $(HERE) && $(BIN)/python -m pytest tests/proof -rs

bench: setup
	@cd $(HERE) && $(BIN)/python -m tests.bench

lint: setup
	@cd $(HERE) && $(BIN)/ruff check .
	@cd $(HERE) && $(BIN)/ruff format --check .
	@cd $(HERE) && $(BIN)/mypy
	@cd $(HERE) && $(BIN)/lint-imports

check: lint
	@cd $(HERE) && $(BIN)/python -m docs.make --check
	@cd $(HERE) && $(BIN)/python -m crmcli.locale.messages check
	@cd $(HERE) && $(BIN)/python -m tests.structure.lock

docs: setup
	@cd $(HERE) && $(BIN)/python -m docs.make

messages: setup
	@cd $(HERE) && $(BIN)/python -m crmcli.locale.messages extract && $(BIN)/python -m crmcli.locale.messages compile

lock: setup
	@cd $(HERE) && $(BIN)/python -m piptools compile --quiet --all-extras --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --output-file requirements.lock pyproject.toml requirements.build.in

wheel: setup
	@cd $(HERE) && $(BIN)/python -m build --no-isolation --wheel --outdir $(HERE)dist

clean:
	@rm -rf $(VENV) $(HERE)dist
