# `make` alone lists the targets. Every target makes the virtual environment that it needs by itself.
VENV := .venv
PY := $(VENV)/bin/python
SCENARIO ?= booking_with_correction
CALL_ARGS ?=
PROFILE ?= embedded

.DEFAULT_GOAL := help
.PHONY: help demo dashboard test run call lint bench gate smoke unit clean

help: ## this list
	@echo "AVC Phone Agent"; echo
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.runs: requirements.txt scripts/make_venv.sh
	@scripts/make_venv.sh $(VENV) requirements.txt
	@touch $@

$(VENV)/.tests: requirements.txt requirements-dev.txt scripts/make_venv.sh
	@scripts/make_venv.sh $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/.runs

demo: $(VENV)/.runs ## a patient calls: watch the conversation, then the lead; ends by itself
	@$(PY) -m simulator.demo

dashboard: $(VENV)/.runs ## what the calls were like: opens it on sample calls (with a .env: on the practice's own)
	@scripts/dashboard.sh $(PY)

run: $(VENV)/.runs ## the server, with the settings of .env (without one: the embedded engines, for `make call`)
	@scripts/run.sh $(PY)

call: $(VENV)/.runs ## call a server that `make run` started: make call SCENARIO=barge_in (see simulator/scenarios)
	@$(PY) -m simulator.caller $(SCENARIO) --data-dir data $(CALL_ARGS)

test: $(VENV)/.tests ## lint, types and all tests
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy .
	@scripts/run_tests.sh $(VENV)/bin

lint: $(VENV)/.tests ## put the code into the house's form, then check it
	@$(VENV)/bin/ruff check --fix . && $(VENV)/bin/ruff format . && $(VENV)/bin/mypy .

bench: $(VENV)/.runs ## latency, load, leaks, word errors: prints tables of what it measured (PART=latency for one)
	@$(PY) -m bench $(PART)

gate: $(VENV)/.runs ## the owner's gate of phase 1: ten calls, five checks, a table (make gate PROFILE=production)
	@$(PY) scripts/gate.py 1 --profile $(PROFILE)

smoke: $(VENV)/.runs ## does the service answer? (URL=http://127.0.0.1:8200 for one that runs)
	@scripts/smoke_test.sh $(URL)

unit: ## what systemd says of the unit's hardening
	@systemd-analyze security --offline=true avc-phone.service avc-monitor.service

clean: ## remove the virtual environment and caches (no recordings)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
