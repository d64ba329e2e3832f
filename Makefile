# Every target sets up .venv by itself. `make demo` and `make test` are all that a newcomer needs.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
KERNELS := .venv/.kernels
PEOPLE ?= 20000

.DEFAULT_GOAL := setup
.PHONY: setup demo test check bench acceptance docs clean

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "amends needs Python 3.11 or newer: set PYTHON=/path/to/it"; exit 2; }
	@$(PYTHON) -m venv .venv || { echo "no venv module: on Debian, apt-get install python3-venv"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

# Kernels are compiled once, and again after any change: numba's cache does not see a change in a file that a kernel calls.
$(KERNELS): $(READY) $(shell find src -name '*.py' -o -name '*.yaml')
	@find src \( -name '*.nbi' -o -name '*.nbc' \) -delete
	@echo "compiling kernels, a minute or two …"
	@$(BIN)/amends demo --people 1000 --json > /dev/null
	@touch $@

setup: $(KERNELS)

demo: $(KERNELS)
	$(BIN)/amends demo --people $(PEOPLE)

test: $(KERNELS)
	$(BIN)/python -m pytest -n 2

check: $(READY)
	$(BIN)/ruff check src tests bench docs
	$(BIN)/ruff format --check src tests bench docs
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(KERNELS)
	$(BIN)/python -m bench

acceptance: $(KERNELS)
	$(BIN)/python -m tests.acceptance

docs: $(READY)
	$(BIN)/python docs/build_tables.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache bench/.peers
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
