# Needs make and Python 3.11 or newer, nothing else: every target makes what it uses in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

EXAMPLE := inception_structure
PASSES := usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory,usmp-verify-plan

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format bench docs dev clean

help:
	@echo 'make demo    plan the memory of a network, and run it'
	@echo 'make test    run all tests'
	@echo 'make lint    check style and types'
	@echo 'make format  put the sources into shape'
	@echo 'make bench   measure the passes against xDSL'
	@echo 'make docs    build the documentation in site/'
	@echo 'make dev     install all of it, and the pre-commit hooks'
	@echo 'make clean   remove everything that was made'

demo: $(VENV)/.installed-report
	@mkdir -p build
	$(BIN)/usmp-opt examples/$(EXAMPLE).mlir -p $(PASSES) -o build/$(EXAMPLE).mlir
	$(BIN)/usmp-opt build/$(EXAMPLE).mlir -o build/$(EXAMPLE)_on_pools.mlir \
	  -p usmp-convert-pool-allocations-to-offsets,usmp-verify-plan
	$(BIN)/python examples/run_network.py examples/$(EXAMPLE).mlir
	$(BIN)/python examples/demo.py build/$(EXAMPLE).mlir

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright --pythonpath $(BIN)/python

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.installed-test
	$(BIN)/python benchmarks/run.py

docs: $(VENV)/.installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

dev: $(VENV)/.installed-dev
	$(BIN)/pre-commit install

clean:
	rm -rf $(VENV) build dist site .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, and the stamps of what is installed in it.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'usmp needs Python 3.11 or newer, which $(PYTHON) is not: make PYTHON=...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-%: pyproject.toml | $(BIN)/python
	$(PIP) install --editable '.[$*]'
	@touch $@ $(VENV)/.installed
