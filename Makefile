# Everything that one does with this repository. `make help` lists the targets; each brings the tools that it needs.
#
# The first run installs uv (when it is missing) into .local/, the locked dependencies into .venv/, and downloads what
# the servers need. Nothing is installed outside this folder.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Whether uv works is asked, not whether a file of that name exists: shims outlive what they point to.
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .local/bin/uv)
RUN := $(UV) run --no-sync
TESTS ?= tests
# The publishers' test documents, where they lie beside this repository.
OFFICIAL := $(patsubst %,--official %,$(wildcard ../shared/data))
# As many processes as there are processors, at most four: each starts servers of its own.
PYTEST := pytest --numprocesses logical --maxprocesses 4 --no-loadscope-reorder
CODE := shared services deploy tests $(wildcard bench)

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.local/bin/uv:
	@echo "uv is missing: installing it into .local/uv"
	@mkdir -p .local/bin
	@{ python3 -m venv .local/uv 2>/dev/null && .local/uv/bin/python -m pip install --disable-pip-version-check uv; } \
	  || { rm -rf .local/uv; python3 -m pip install --disable-pip-version-check --target .local/uv uv; } \
	  || { rm -rf .local/uv; echo "uv could not be installed. It needs Python 3 with venv or pip (Debian: apt-get install python3-venv)," \
	         "or install uv yourself: it is a single program." >&2; exit 1; }
	@ln -sf ../uv/bin/uv .local/bin/uv

# Synchronized again only when a manifest or the lock is newer than the last time.
.venv/.synchronized: uv.lock pyproject.toml $(wildcard shared/pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml) | $(filter .local/bin/uv,$(UV))
	@$(UV) sync --frozen --all-packages
	@touch $@

.PHONY: packages
packages: .venv/.synchronized

.PHONY: setup
setup: packages ## Install tools and dependencies, download Kafka, Prometheus and the validation rules
	@$(RUN) koerier fetch
	@$(RUN) python -m documents.rules_command fetch

.PHONY: rules
rules: packages ## Bring a release of the validation rules: fetch, compile, pass the gate, only then activate
	@$(RUN) python -m documents.rules_command release $(OFFICIAL)
	@$(RUN) python -m documents.rules_command verify

.PHONY: rules-gate
rules-gate: packages ## The long gate: 20,000 mutants against the reference (SEED= repeats a run)
	@$(RUN) python -m documents.rules_command fetch
	@$(RUN) python -m documents.rules_command gate --long $(OFFICIAL) $(if $(SEED),--seed $(SEED))

# --- the platform on this machine

.PHONY: demo
demo: packages ## Start everything and play one invoice's whole story, checking every step
	@$(RUN) koerier demo

.PHONY: up
up: packages ## Start the platform in the background and wait until it is healthy
	@$(RUN) koerier up

.PHONY: foreground
foreground: packages ## Start the platform in this terminal, with all logs; Ctrl-C stops it
	@$(RUN) koerier up --foreground

.PHONY: down
down: packages ## Stop the platform; its data stays
	@$(RUN) koerier down

.PHONY: reset
reset: packages ## Stop the platform and delete its data
	@$(RUN) koerier reset

.PHONY: status
status: packages ## Show what runs: pid, port, health, restarts, memory, uptime
	@$(RUN) koerier status || [ $$? -eq 3 ] # 3: not up, which is no error of make's

.PHONY: logs
logs: packages ## Follow the logs of all processes
	@$(RUN) koerier logs --follow

.PHONY: observe
observe: packages ## Run Prometheus with the alert rules on the platform that is up, until Ctrl-C
	@$(RUN) koerier observe

.PHONY: events
events: packages ## Show every event as it passes, until Ctrl-C
	@$(RUN) koerier events

# --- development

.PHONY: test
test: setup ## Run the whole suite (TESTS=path for a part of it)
	@$(RUN) $(PYTEST) $(TESTS)

.PHONY: check
check: packages ## Format, lint, types, import rules, contracts, unit tests: before every commit
	@$(RUN) ruff format --check $(CODE)
	@$(RUN) ruff check $(CODE)
	@$(RUN) mypy shared/src services deploy bench
	@$(RUN) lint-imports
	@$(RUN) $(PYTEST) -q tests/architecture tests/contract tests/unit

.PHONY: contracts
contracts: packages ## Write event schemas, OpenAPI, AsyncAPI and the generated pages of docs/ anew from the code
	@$(RUN) koerier contracts

.PHONY: dashboards
dashboards: packages ## Write the Grafana dashboards anew from their code
	@$(RUN) python -m dashboards

.PHONY: fmt
fmt: packages ## Format the code and repair what the linter can
	@$(RUN) ruff format $(CODE)
	@$(RUN) ruff check --fix $(CODE)

.PHONY: lint
lint: packages ## Lint, types and import rules only
	@$(RUN) ruff check $(CODE)
	@$(RUN) mypy shared/src services deploy bench
	@$(RUN) lint-imports

.PHONY: unit
unit: packages ## Run the unit tests only
	@$(RUN) $(PYTEST) -q tests/unit

.PHONY: chaos
chaos: setup ## Break parts of a platform under load, and check that nothing is lost or doubled (MINUTES=, SEED=, STORIES=)
	@PYTHONPATH=tests $(RUN) python -m chaos $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(STORIES),--stories $(STORIES))

.PHONY: fuzz
fuzz: setup ## Fuzz documents, events, identifiers and every OpenAPI (EXAMPLES= for each, new ones each time)
	@KOERIER_FUZZ=$(or $(EXAMPLES),500) $(RUN) $(PYTEST) $(wildcard tests/security/test_*_fuzz.py)

.PHONY: audit
audit: uv.lock | $(filter .local/bin/uv,$(UV)) ## Look the locked dependencies up among the known vulnerabilities (asks osv.dev)
	@$(UV) audit --preview-features audit-command --frozen

.PHONY: bench
bench: setup ## Measure, beside floors and rivals (ONLY=scenario, QUICK=1, REPEAT=runs)
	@$(UV) sync --quiet --frozen --all-packages --group bench
	@$(RUN) python -m bench $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick) $(if $(REPEAT),--repeat $(REPEAT))

.PHONY: compose
compose: ## Start the same platform with Docker
	@docker compose up --build --detach --wait

.PHONY: clean
clean: ## Delete caches of tools (not .venv, not .local)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find $(CODE) -type d -name __pycache__ -prune -exec rm -rf {} +
