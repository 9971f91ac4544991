# Kaochang. `make run` and `make test` do all set-up on a fresh machine with Python >= 3.11 and make.
PYTHON ?= python3
PORT ?= 8000
DATA ?= data
VENV := .venv
PY := $(VENV)/bin/python
export KAOCHANG_DATA ?= $(DATA)

.DEFAULT_GOAL := help
.PHONY: help setup venv run serve test check typescript bench lock clean

help:
	@echo "make run     start the demonstration exam point at http://localhost:$(PORT)"
	@echo "make test    style, types, import contracts and all tests"
	@echo "make check   style, types (Python and page scripts) and import contracts"
	@echo "make bench   benchmarks (NAME=ingest for one)"
	@echo "make setup   only install"

setup: venv
	@$(PY) -m proctor models install --data $(DATA)

venv:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=..."; exit 1; }
	@$(PYTHON) scripts/install.py

run: setup
	@$(PY) -m app.cli demo --port $(PORT) $(if $(FACES),--faces "$(FACES)")

serve: setup
	@$(PY) -m app.cli serve

check: venv
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports
	@$(PY) scripts/typescript.py

# The compiler of the page scripts' type check: fetched once, by `make check` too.
typescript: venv
	@$(PY) scripts/typescript.py --install

test: setup check
	@$(PY) -m pytest --numprocesses auto --maxprocesses 4

bench: setup
	@$(PY) -m tests.bench $(NAME)

lock: venv
	@$(VENV)/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --upgrade --no-header --no-annotate --no-emit-index-url --no-emit-find-links --only-binary :all: \
	  --quiet -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info
