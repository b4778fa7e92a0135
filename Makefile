# The course's commands; `make` alone lists them. Needs make, git and Python 3.11 or newer.

PYTHON ?= python3
TORCH_INDEX ?=
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python -m
STAMP := $(VENV)/.installed
TEST_STAMP := $(VENV)/.installed-test
BROWSER_STAMP := $(VENV)/.installed-browser
PINS := pyproject.toml constraints.txt
# An environment knows its own place: one that was moved is installed again.
MOVED := $(shell test "$$(cat $(STAMP) 2>/dev/null)" = "$(CURDIR)" || echo moved)

NOTEBOOKS := $(wildcard notebooks/*.ipynb notebooks/solutions/*.ipynb)
NBVAL := --nbval-lax --nbval-current-env --nbval-cell-timeout=120

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_ROOT_USER_ACTION = ignore

.DEFAULT_GOAL := help
.PHONY: help lab test test-browser build format hooks clean moved

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1@\2/p' Makefile | while IFS=@ read -r target text; \
		do printf '%-18s %s\n' "$$target" "$$text"; done

lab: $(STAMP) ## Install what is missing and open the course in JupyterLab (ARGS="--port 9000")
	@$(RUN) course_utils lab $(ARGS)

# One thread for each process: two processes with two threads each are several times slower.
test: export OMP_NUM_THREADS = 1
test: export OPENBLAS_NUM_THREADS = 1
test: export MKL_NUM_THREADS = 1
test: $(TEST_STAMP) ## Check style, editions, package and every notebook; no network after the set-up
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) course_utils build --check
	$(RUN) pytest -n 2 $(NBVAL) --durations=10 --durations-min=2 tests $(NOTEBOOKS)

test-browser: $(BROWSER_STAMP) ## Try every notebook in JupyterLab with a real Chromium (half an hour)
	$(RUN) pytest --timeout 1200 tests/browser

build: $(STAMP) ## Write the learner's and the solved notebooks from notebooks/source/
	$(RUN) course_utils build $(ARGS)

format: $(TEST_STAMP) ## Put every Python file into the course's style
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

hooks: $(STAMP) ## Check style before each commit
	$(RUN) pip install -c constraints.txt -e ".[dev]"
	$(RUN) pre_commit install

clean: ## Remove the environment and caches; work/ and data/cache/ stay
	rm -rf $(VENV) build .pytest_cache .ruff_cache .hypothesis course_utils.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): $(PINS) $(MOVED)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
		"The course needs Python 3.11 or newer, and $(PYTHON) is %d.%d: install one and say" \
		" `make lab PYTHON=python3.12`, with its name or its path." % sys.version_info[:2])' \
		|| { command -v $(PYTHON) >/dev/null || \
		echo "There is no $(PYTHON): install Python 3.11 or newer, or say \`make lab PYTHON=…\`."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo \
		"$(PYTHON) cannot make environments: its venv package is missing." \
		"On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing into $(VENV): some minutes and gigabytes, this once."
	@$(RUN) pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(if $(TORCH_INDEX),$(RUN) pip install --no-deps --index-url $(TORCH_INDEX) -c constraints.txt torch)
	$(RUN) pip install -c constraints.txt -e .
	@printf '%s' "$(CURDIR)" > $@

$(TEST_STAMP): $(STAMP)
	$(RUN) pip install -c constraints.txt -e ".[test]"
	@touch $@

$(BROWSER_STAMP): $(TEST_STAMP)
	$(RUN) pip install -c constraints.txt -e ".[test,browser]"
	@touch $@
