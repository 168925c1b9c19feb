# Every command a contributor needs. Run `make` alone to see them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=
DEMO_ARGS ?=
DATA ?= digits
WORKERS ?= auto
npm := $(BIN)/python _build_backend/page.py

.PHONY: help
help: ## Show this list
	@echo "dotscape: the commands of this project"
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# --- for users -----------------------------------------------------------------------------------

.PHONY: demo
demo: $(VENV)/demo.stamp ## Install, log real data, serve it and open the browser (DATA=digits|words|sentences, DEMO_ARGS="--no-browser --port N")
	@$(BIN)/dotscape demo --data $(DATA) --install $(DEMO_ARGS)

.PHONY: test
test: $(VENV)/dev.stamp web-ready chromium ## Run the Python, web and real-browser tests
	$(npm) run test
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow" $(PYTEST_ARGS)

# --- for contributors ----------------------------------------------------------------------------

.PHONY: lint
lint: $(VENV)/dev.stamp web-ready ## Check style: ruff, eslint, prettier
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(npm) run lint

.PHONY: types
types: $(VENV)/dev.stamp web-ready ## Check types: pyright (strict), svelte-check
	$(BIN)/pyright
	$(npm) run check

.PHONY: test-slow
test-slow: $(VENV)/dev.stamp web-ready chromium ## Run what takes longer or installs something: wheels, the real wandb, a sentence encoder
	$(BIN)/python -m pytest -n 2 -m slow $(PYTEST_ARGS)

.PHONY: format
format: $(VENV)/dev.stamp web-ready ## Rewrite the sources in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(npm) run format

.PHONY: wire
wire: $(VENV)/dev.stamp ## Generate the page's types from the server's
	$(BIN)/python -m dotscape.server.typescript > web/src/wire/types.ts

.PHONY: pictures
pictures: $(VENV)/dev.stamp chromium ## Make the pictures of the docs
	$(BIN)/python docs/pictures.py

.PHONY: bench
bench: $(VENV)/bench.stamp chromium ## Measure, side by side with the peers; rows go to bench/out (BENCH_ARGS="projection --data digits")
	$(VENV)-bench/bin/python -m bench $(BENCH_ARGS)

.PHONY: bench-web
bench-web: $(VENV)/dev.stamp chromium ## Measure drawing, side by side with the peers
	$(npm) --in web/bench ci --no-audit --no-fund
	$(npm) --in web/bench run bench

.PHONY: page
page: $(VENV)/dev.stamp ## Build the web page into the package, if its sources changed
	$(BIN)/python _build_backend/page.py build

.PHONY: clean
clean: ## Remove what was built (not the virtual environment)
	rm -rf build dist web/dist src/dotscape/server/page bench/out test-results

# --- how things get there ------------------------------------------------------------------------

kernel_sources := $(wildcard kernels/*.* kernels/bindings/*) CMakeLists.txt pyproject.toml
python_sources := $(shell find src -name '*.py' -o -name '*.pyi')
web_sources := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path 'web/bench/*')

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("dotscape needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 $(MAKECMDGOALS)" if sys.version_info < (3, 11) else 0)'
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

# The demo installs the package as a user would.
$(VENV)/demo.stamp: $(VENV)/bin/python $(kernel_sources) $(python_sources) $(web_sources)
	@echo "Installing dotscape: kernels and page are built, about a minute the first time"
	@$(BIN)/python -m pip install --quiet ".[demo]"
	@rm -f $(VENV)/dev.stamp && touch $@

# Contributors get an editable install: Python changes need nothing, others run this again.
$(VENV)/dev.stamp: $(VENV)/bin/python $(kernel_sources) $(web_sources)
	@echo "Installing dotscape and the tools to work on it"
	@$(BIN)/python -m pip install --quiet --group test --group lint --group build
	@$(BIN)/python -m pip install --quiet --editable ".[demo]"
	@rm -f $(VENV)/demo.stamp && touch $@

# Benchmarks measure a real wheel: an editable install imports more slowly.
$(VENV)/bench.stamp: $(VENV)/dev.stamp $(python_sources)
	test -x $(VENV)-bench/bin/python || $(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(VENV)-bench/bin/python -m pip install --quiet --group bench .
	$(VENV)-bench/bin/python -m bench.peers.install
	@touch $@

.PHONY: web-ready
web-ready: web/node_modules/.package-lock.json

web/node_modules/.package-lock.json: web/package-lock.json | $(VENV)/dev.stamp
	$(npm) ci --no-audit --no-fund
	@touch $@

.PHONY: chromium
chromium: $(VENV)/dev.stamp
	@$(BIN)/python tests/browser/chromium.py
