# Everything a newcomer needs is `make dev` and `make test`; both set themselves up.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= .fanwire
SOAK_SEEDS ?= 50

.PHONY: help install install-test dev test check soak bench clean pins

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

install: $(VENV)/.server ## the environment in .venv, with the command .venv/bin/fanwire

install-test: $(VENV)/.test $(VENV)/.node $(VENV)/.browser

dev: $(VENV)/.server ## the whole platform with the demo page on http://127.0.0.1:8000
	@exec $(BIN)/fanwire dev --host $(HOST) --port $(PORT) --data-dir $(DATA)

# Three at once on two cores: most tests wait for real processes. A file stays whole, for its shared server.
test: install-test check ## every test: unit, integration, real clients, real browser
	$(BIN)/pytest -q -n 3 --dist loadfile

check: $(VENV)/.test ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: install-test ## the long runs: every crash point 50 times, many seeds
	FANWIRE_SOAK=$(SOAK_SEEDS) $(BIN)/pytest -q -m "soak or not soak" --timeout 3600 tests/faults
	FANWIRE_SOAK=$(SOAK_SEEDS) $(BIN)/pytest -q -m soak --timeout 3600 tests/unit tests/integration

bench: $(VENV)/.test ## speed and memory, side by side with what people use today
	$(BIN)/python -m benchmarks

pins: ## renew requirements/*.txt (names, versions, hashes)
	PATH="$(abspath $(BIN)):$$PATH" requirements/compile

clean: ## remove what make made, but no data
	rm -rf $(VENV) tests/clients/node/node_modules clients/typescript/node_modules clients/typescript/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# python3 -m venv needs a package of its own on Debian; root gets it, others are told its name.
$(VENV)/bin/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Fanwire needs Python >= 3.11; say which one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
	  else echo "Python has no ensurepip here; install it first: apt-get install python3-venv" >&2; exit 1; fi; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.server: $(VENV)/bin/uv requirements/server.txt pyproject.toml
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/server.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.server requirements/test.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/.node: tests/clients/node/package-lock.json clients/typescript/package-lock.json $(VENV)/bin/uv
	@command -v npm >/dev/null || { echo "The tests drive the npm client: install Node.js 20 with npm first" >&2; exit 1; }
	cd tests/clients/node && npm ci --silent --no-audit --no-fund
	cd clients/typescript && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

$(VENV)/.browser: $(VENV)/bin/uv
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	  else echo "The browser tests need Chromium; install it first: apt-get install chromium" >&2; exit 1; fi; }
	@touch $@
