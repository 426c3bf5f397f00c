# Every target sets up what it needs in .venv; nothing else is touched.
PYTHON ?=
HOST ?= 127.0.0.1
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
CLIENTS := tests/clients/node_modules/.package-lock.json
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
# In parallel, one file a process, so that what a test file builds is built once.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help serve test check soak lint format conformance bench bench-scale lock wheel \
  screenshots clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s  %s\n", $$1, $$2 }' Makefile

serve: $(VENV)/serve.stamp ## build and serve the graph (PORT=8000 HOST=127.0.0.1)
	@exec $(BIN)/tgkg serve --host $(HOST) --port $(PORT)

test: $(VENV)/dev.stamp $(CLIENTS) ## run every test
	@$(PYTEST) -m 'not alone and not soak'
	@$(BIN)/python -m pytest -m 'alone and not soak'

check: lint ## lint, check types and run the fast tests
	@$(PYTEST) -m 'not system and not soak'

soak: $(VENV)/dev.stamp ## run for longer: a hundred killed builds, lost power (root), switches under load
	@$(BIN)/python -m pytest -m soak

lint: $(VENV)/dev.stamp ## check style, format and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: $(VENV)/dev.stamp ## format the code and mend what can be mended
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

conformance: $(VENV)/dev.stamp ## run W3C's tests of SPARQL and write what /conformance shows
	@PYTHONPATH=tests $(BIN)/python -m conformance.report

# SIZES=10k,100k ONLY=point,group ROUNDS=3: less of it (bench/run.py --help has the names)
bench: $(VENV)/bench.stamp ## compare with other servers, into bench/RESULTS.md (SIZES=10k ONLY=point)
	@$(BIN)/python bench/run.py $(if $(SIZES),--sizes '$(SIZES)') $(if $(ONLY),--only '$(ONLY)') \
	  $(if $(ROUNDS),--rounds $(ROUNDS))

bench-scale: $(VENV)/bench.stamp ## build graphs of 1M and 10M triples, into bench/SCALE.md (SIZES=1000000)
	@$(BIN)/python bench/scale.py $(if $(SIZES),--sizes '$(SIZES)')

# The hashes are those of every platform and Python version; no registry is named.
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --no-config --upgrade --universal \
  --python-version 3.11 --generate-hashes --no-header --annotation-style line \
  --no-emit-index-url --no-emit-find-links
lock: $(VENV)/dev.stamp ## renew the locked dependencies
	@$(LOCK) --group dev --output-file requirements/dev.txt
	@$(LOCK) --group bench --constraint requirements/dev.txt --output-file requirements/bench.txt
	@$(LOCK) --group build --constraint requirements/dev.txt --output-file requirements/serve.txt

wheel: $(VENV)/dev.stamp ## build the sdist and the wheel into dist/
	@$(BIN)/python -m hatchling build --clean

screenshots: $(VENV)/dev.stamp ## take the pictures in docs/ anew
	@$(BIN)/python docs/screenshots.py

clean: ## remove what these targets made, .venv included
	rm -rf $(VENV) dist tests/clients/node_modules .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests bench -name __pycache__ -prune -exec rm -rf {} +

# Clients of the endpoint that are written in JavaScript; their tests say what is absent.
$(CLIENTS): tests/clients/package-lock.json
	@! command -v npm >/dev/null || { echo "Installing $<"; \
	  npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund --silent || true; }

# Installed anew whenever the lock or the project's own description changes.
$(VENV)/%.stamp: requirements/%.txt pyproject.toml $(VENV)/made.stamp
	@echo "Installing $<"
	@$(PIP) install --only-binary :all: --require-hashes --requirement $<
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/made.stamp:
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$$python cannot make a virtual environment: install its venv module" \
	      "(on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }; \
	  echo "Making $(VENV) with $$("$$python" --version)"; \
	  "$$python" -m venv --clear $(VENV) && touch $@; exit; \
	done; \
	echo "tgkg needs Python 3.11 or later, and $(or $(PYTHON),python3) is not:" \
	  "install one, or name it, as in make serve PYTHON=python3.12" >&2; exit 1
