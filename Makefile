# Everything sets itself up in .venv: nothing but Python >= 3.11 and make is needed beforehand.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: sheets test lint golden schema bench clean

sheets: .venv/ready  ## make the default exam's sheets in out/
	$(BIN)/worksheetgen generate --replace

test: .venv/ready-dev  ## run the tests
	$(BIN)/pytest -n 2 --dist loadfile $(PYTEST_ARGS)

lint: .venv/ready-dev  ## style, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

golden: .venv/ready-dev  ## renew the pictures of pages in tests/golden/, to be looked at
	$(BIN)/python -m tests.golden.renew

schema: .venv/ready-dev  ## write the JSON Schemas of specs and manifests anew from the models
	$(BIN)/python -m tests.schemas

bench: .venv/ready-dev  ## measure speed, as ratios; BENCH="pages pair" measures those rows alone
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[torch]'
	$(BIN)/python -m tests.benchmarks $(BENCH)

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find out -mindepth 1 ! -name .gitignore -delete

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "worksheetgen needs Python 3.11 or later")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/ready-dev: .venv/ready
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
