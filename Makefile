# The commands that developers use and .ci/run calls. `make setup` comes first; `make check` runs everything that has to pass.

BIN := .venv/bin
export OMP_NUM_THREADS ?= 1

.PHONY: help setup format lint types contracts test coverage page docs golden slow gpu cluster check coverage-report

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' Makefile

setup: ## Make .venv with all that tests need, and install the page's linters and ipfs-car.
	python3 -m venv .venv
	$(BIN)/pip install --quiet -e '.[test]'
	npm ci --no-audit --no-fund
	$(BIN)/python -c 'from mint.collection.ipfs.car_packer import find_packer; find_packer()'

format: ## Format the Python code.
	$(BIN)/ruff format .

lint: ## Check format and style of the Python code.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: ## Check types with mypy (strict), tests included.
	$(BIN)/mypy

contracts: ## Check which package may import which.
	$(BIN)/lint-imports

test: ## Run the tests, without slow and GPU tests.
	$(BIN)/pytest -n 2

coverage: ## Run the tests and measure which lines and branches they reach, also in child processes.
	COVERAGE_FILE=$(CURDIR)/.coverage $(BIN)/pytest -n 2 --cov --cov-report=
	$(MAKE) coverage-report

coverage-report: ## Print what the last run with coverage missed; fail below the gate.
	$(BIN)/coverage report

page: ## Check types and style of the page's JavaScript.
	npm run --silent types
	npm run --silent lint

docs: ## Write the current help texts into the documents.
	$(BIN)/pytest -q tests/test_documents.py --update-docs

golden: ## Store golden pictures anew; look at what changed before you commit it.
	$(BIN)/pytest -q tests/token tests/art --update-golden

slow: ## Run the tests that take minutes, and print what they measure.
	$(BIN)/pytest -s -m slow

gpu: ## Run the tests that need a CUDA device.
	$(BIN)/pytest -s -m gpu

cluster: ## Install Ray, and run the tests that start a cluster on this machine; adds to the coverage of the last run.
	$(BIN)/pip install --quiet -e '.[test,cluster]'
	COVERAGE_FILE=$(CURDIR)/.coverage $(BIN)/pytest -m 'cluster and not slow' --cov --cov-append --cov-report=

check: lint types contracts page coverage ## Run everything that has to pass before a change lands.
