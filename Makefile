# Kaochang. `make run` and `make test` do all set-up on a fresh machine with Python >= 3.11 and make.
PYTHON ?= python3
PORT ?= 8000
DATA ?= data
VENV := .venv
PY := $(VENV)/bin/python
LOCK_STAMP := $(VENV)/.locked
export KAOCHANG_DATA ?= $(DATA)

.DEFAULT_GOAL := help
.PHONY: help setup run serve test check bench lock clean

help:
	@echo "make run     start the demonstration exam point at http://localhost:$(PORT)"
	@echo "make test    style, types, import contracts and all tests"
	@echo "make check   style, types and import contracts"
	@echo "make bench   benchmarks (NAME=ingest for one)"
	@echo "make setup   only install"

setup: $(LOCK_STAMP)
	@$(PY) -m proctor models install --data $(DATA)

$(LOCK_STAMP): requirements.lock
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "The Python module venv is needed: install it (Debian: apt install python3-venv)."; exit 1; }
	@test -x $(PY) || { echo "Creating the virtual environment..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the pinned packages (under two minutes)..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r requirements.lock || { echo "The packages could not be installed: the package registry has to be reachable."; exit 1; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation --editable . || { echo "The project could not be installed into $(VENV)."; exit 1; }
	@touch $(LOCK_STAMP)

run: setup
	@$(PY) -m app.cli demo --port $(PORT) $(if $(FACES),--faces "$(FACES)")

serve: setup
	@$(PY) -m app.cli serve

check: $(LOCK_STAMP)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

test: setup check
	@$(PY) -m pytest

bench: setup
	@$(PY) -m tests.bench $(NAME)

lock: $(LOCK_STAMP)
	@$(VENV)/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --upgrade --no-header --no-annotate --no-emit-index-url --no-emit-find-links --only-binary :all: \
	  --quiet -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info
