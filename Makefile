# The commands that developers use and .ci/run calls. `make setup` comes first; `make check` runs everything that has to pass.

BIN := .venv/bin
export OMP_NUM_THREADS ?= 1

# Runs that measure add to one file.
measured := COVERAGE_FILE=$(CURDIR)/.coverage $(BIN)/pytest --cov --cov-append --cov-report= --cov-fail-under=0

.PHONY: help setup format lint types contracts test integration coverage page docs golden slow gpu cluster check coverage-report

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' Makefile

setup: ## Make .venv with all that tests need, and install the page's linters, ipfs-car and onnxruntime-web.
	python3 -m venv .venv
	$(BIN)/pip install --quiet -e '.[test]'
	npm ci --no-audit --no-fund
	$(BIN)/python -c 'from mint.collection.ipfs.car_packer import find_packer; find_packer()'
	$(BIN)/python -c 'from mint.browser.bundle.web_runtime import find_web_runtime; find_web_runtime(print)'

format: ## Format the Python code.
	$(BIN)/ruff format .

lint: ## Check format and style of the Python code, and that the drawing of tokens can be translated to JavaScript.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mint.browser.drawing

types: ## Check types with mypy (strict), tests included.
	$(BIN)/mypy

contracts: ## Check which package may import which.
	$(BIN)/lint-imports

test: ## Run the tests of every package, without those that take long.
	$(BIN)/pytest -n 2

integration: ## Run long trainings, real browsers and whole matrices; adds to the coverage of the last run.
	$(measured) -n 2 -m 'integration and not slow and not gpu and not cluster'

coverage: ## Run the tests and the integration tests, and measure which lines and branches they reach, also in child processes.
	rm -f .coverage .coverage.*
	$(measured) -n 2
	$(MAKE) integration coverage-report

coverage-report: ## Print what the last run with coverage missed; fail below the gate.
	$(BIN)/coverage report

page: ## Check types and style of all JavaScript.
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
	$(measured) -m 'cluster and not slow'

check: lint types contracts page coverage ## Run everything that has to pass before a change lands.
