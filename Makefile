# Everything starts with one command; each brings up what it needs. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
# Extra arguments: make test ARGS='-k sandbox', make run ARGS=--json
ARGS ?=
# Folders of your own that a bench is to run on as well: make bench-gate PROJECT='dir other-dir'; QUICK=1 takes samples.
PROJECT ?=
REPOS ?=
export PYTHON ?= python3
VENV := .venv/bin

.PHONY: help setup run test check bench bench-gate bench-checker bench-repos engine images lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## virtual environment, TypeScript toolchain, container engine, images, the examples' dependencies
	@sh images/setup/setup.sh all

run: setup ## set up, then run the example order: four specialists on examples/shop-worker
	@$(VENV)/patchgate run examples/shop-worker/order.json $(ARGS)

test: setup ## set up, then all tests
	@$(VENV)/python -m pytest --numprocesses 2 --dist loadfile --cov $(ARGS)

check: setup ## set up, then lint, format, types, imports between rooms
	@$(VENV)/ruff check
	@$(VENV)/ruff format --check
	@$(VENV)/mypy
	@$(VENV)/lint-imports

bench: bench-gate bench-checker ## set up, then every benchmark but bench-repos (PROJECT='dir dir' for your own projects, QUICK=1 for samples)

bench-gate: setup ## the gate: real history as every format, honest and corrupted; its cost; TextEdits beside the reference
	@$(VENV)/python -m tests.bench.gate $(foreach project,$(PROJECT),--project $(project)) $(ARGS)

bench-checker: setup ## the checker: its cost, its memory and its verdicts beside cold compilers; the releases of zod and effect
	@$(VENV)/python -m tests.bench.checker $(foreach project,$(PROJECT),--project $(project)) $(ARGS)

bench-repos: setup ## real repositories (REPOS='dir dir', dependencies installed), each edit judged beside their own compilers
	@$(VENV)/python -m tests.bench.repos $(REPOS) $(ARGS)

engine: ## a container engine that answers: found, or installed and started (as root on Debian and Ubuntu)
	@sh images/setup/setup.sh engine

images: ## the container images, rebuilt where their inputs changed
	@sh images/setup/setup.sh images

lock: ## requirements.lock anew, from pyproject.toml
	@sh images/setup/lock.sh

clean: ## remove what setup made in this folder (not the engine, not the images)
	rm -rf .venv build *.egg-info images/toolchain/node_modules tests/oracle/node_modules examples/shop-worker/node_modules
	rm -rf examples/zod/project
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find runner lsp_bridge tests -name __pycache__ -type d -prune -exec rm -rf {} +
