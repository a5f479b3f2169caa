# What can be done with this repository: make help. Python 3.11 or newer and git are all it needs.

.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
WORKERS ?= 2
SIZE ?= full
LAYERS := $(patsubst %/,%,$(sort $(dir $(wildcard $(addsuffix /*.py,rules models services exports imports jobs admin_views portal)))))
TYPED := $(LAYERS) $(wildcard app.py)
LANGUAGES := fi sv
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

.PHONY: access-report security axe-all lighthouse help install fmt lint test test-fast run bench screenshots docs babel compiled

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing ..." && $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what tests need ..." && $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

install: .venv/installed-dev  ## everything that run and test need

%.mo: %.po .venv/installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

compiled: $(CATALOGUES)

fmt: .venv/installed-dev  ## mend what ruff can mend by itself
	$(BIN)/ruff check --fix .

lint: .venv/installed-dev  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy $(TYPED)

test: lint compiled  ## everything that this machine can run; REQUIRE_ALL=1: a missing browser or PostgreSQL fails
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-fast: .venv/installed-dev compiled  ## tests without the browser and without linters
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not browser" $(ARGS)

run: .venv/installed compiled  ## the console with demo data on http://127.0.0.1:8000 (PORT=... for another)
	@bin/run

bench: .venv/installed-dev compiled  ## measure what benchmarks/ claims, beside two other admins (SIZE=small for a quick look)
	@for script in benchmarks/matching*.py; do echo "$$script" && PYTHONPATH=. $(BIN)/python "$$script" || exit 1; done
	@PYTHONPATH=. $(BIN)/python -m benchmarks.compare --size $(SIZE) $(ARGS)

screenshots: .venv/installed-dev compiled  ## pictures of the main pages into docs/screenshots/
	$(BIN)/python bin/screenshots

axe-all: .venv/installed-dev compiled  ## every page of every role in Chromium; ROLES="finance steering" for some
	$(BIN)/python bin/axe_all $(ROLES)

lighthouse: .venv/installed-dev compiled  ## Lighthouse on a list page; needs npm
	$(BIN)/python bin/lighthouse

access-report: .venv/installed-dev compiled  ## who gets what: every address x role x row x method as a table; ROLES="finance" for some
	@WORKERS=$(WORKERS) $(BIN)/python bin/access_report $(ROLES)

.venv-security/installed: requirements-security.txt
	@test -x .venv-security/bin/python || $(PYTHON) -m venv .venv-security
	@echo "Installing the scanners ..." && .venv-security/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-security.txt
	@touch $@

security: .venv/installed-dev .venv-security/installed compiled  ## bandit, pip-audit and wapiti on a demo signed in as each role; SECONDS=60 for longer
	@SECONDS=$${SECONDS:-20} $(BIN)/python bin/security $(ROLES)

docs: .venv/installed  ## write docs/permissions.md and docs/states.md from the tables in rules/
	$(BIN)/python bin/documents

babel: .venv/installed-dev  ## gather messages into translations/; then translate the .po files
	@mkdir -p translations
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keywords "lazy_gettext N_ ngettext:1,2" \
		--add-location file --sort-output --no-wrap --project Kokemussilta --copyright-holder "the authors of Kokemussilta" --output-file translations/messages.pot .
	@for language in $(LANGUAGES); do \
		test -f translations/$$language/LC_MESSAGES/messages.po && verb="update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date" || verb=init; \
		$(BIN)/pybabel --quiet $$verb --no-wrap --input-file translations/messages.pot --output-dir translations --locale $$language || exit 1; \
	done
