# Foredesk. `make run` starts a desk, `make test` checks everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is installed is compiled when it is first used: written down, that happens once.
unexport PYTHONDONTWRITEBYTECODE

run: $(VENV)/.runtime
	@FOREDESK_DEMO=$${FOREDESK_DEMO:-1} exec $(BIN)/python -m foredesk.cli.main up

test: $(VENV)/.runtime $(VENV)/.development
	@exec $(BIN)/python -m checks.run $(ONLY)

bench: $(VENV)/.runtime
	@for part in run promising acting dealing figuring; do $(BIN)/python -m bench.$$part || exit 1; done

faults: $(VENV)/.runtime $(VENV)/.development
	@exec $(BIN)/python -m faults.run

score: $(VENV)/.runtime $(VENV)/.development
	@DJANGO_SETTINGS_MODULE=foredesk.config.settings exec $(BIN)/python -m score.run

screenshots: $(VENV)/.runtime $(VENV)/.development
	@$(BIN)/python -m checks.screenshots

# What files on S3 and Amazon SES need besides.
s3: $(VENV)/.runtime
	@$(INSTALL) requirements-s3.lock

# What numbers as Parquet need besides.
parquet: $(VENV)/.runtime
	@$(INSTALL) requirements-parquet.lock

fmt: $(VENV)/.development
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format .

# The lock files hold every package with its hashes; run this after changing a requirement.
lock: $(VENV)/bin/uv
	$(BIN)/uv pip compile $(LOCKING) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCKING) pyproject.toml --extra s3 -c requirements.lock -o requirements-s3.lock
	$(BIN)/uv pip compile $(LOCKING) pyproject.toml --extra parquet -c requirements.lock -o requirements-parquet.lock
	$(BIN)/uv pip compile $(LOCKING) requirements-dev.in -o requirements-dev.lock
	$(BIN)/uv pip compile $(LOCKING) requirements-uv.in -o requirements-uv.lock
LOCKING := --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock'

INSTALL = $(BIN)/python checks/install.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Foredesk needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + ". Name another with make PYTHON=python3.12.")'
	@echo 'Making a virtual environment in $(VENV) …'
	@$(PYTHON) -m venv $(VENV)

# Where uv is, pip and what came with it only take room.
$(VENV)/bin/uv: requirements-uv.lock | $(VENV)/bin/python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock \
		&& $(BIN)/uv pip uninstall --quiet --python $(BIN)/python pip setuptools 2>/dev/null \
		|| echo 'uv is not to be had here; pip will do the work.'

$(VENV)/.runtime: requirements.lock $(VENV)/bin/uv
	@$(INSTALL) requirements.lock && touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	@$(INSTALL) requirements-dev.lock && touch $@

.PHONY: run test faults bench score screenshots s3 parquet fmt lock
