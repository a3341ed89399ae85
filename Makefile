# The commands of the book; `make` alone lists them. Python 3.11 to 3.13 and make are all that has to be there before.

PYTHON    ?= python3
PROFILE   ?= full
SEEDS     ?= 10
WORKERS   ?= 2
BIN       := .venv/bin
NOTEBOOKS := $(wildcard book/*.ipynb)
NBVAL     := --nbval-lax --nbval-current-env --nbval-cell-timeout=300

# What is set in the caller's shell must not reach the book's own environment.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.PHONY: help book test test-site test-colab links lint lab execute benchmarks claims weights stale address requirements clean

help: ## list these commands
	@echo "Images In, Images Out: make COMMAND"
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  %-14s %s\n", $$1, $$2 }'

# The set-up runs again only when the stamp is older than the lock or the set-up itself.
.venv/ready: pyproject.toml uv.lock tools/setup.py tools/install.py
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { echo "There is no $(PYTHON) here. Install Python 3.11, 3.12 or 3.13"; \
	  echo "(python.org, or your system's packages); PYTHON=/path/to/python3 names one that is not on the PATH."; exit 1; }
	@"$(PYTHON)" tools/setup.py

book: .venv/ready ## build the book, strictly, into _build/html
	@$(BIN)/python -m tools.build

test: .venv/ready ## check everything: the code, every chapter in the quick profile, the built pages
	@$(BIN)/python -m tools.build
	@$(BIN)/python -m pytest tests $(NOTEBOOKS) $(NBVAL) -n $(WORKERS) --dist loadscope -rs $(ARGS)

test-site: book ## look at every built page in Chromium: layout, requests, accessibility, explorers, JupyterLab
	@$(BIN)/python -m pytest tests/site -m "site or lab" -rs $(ARGS)

test-colab: .venv/ready ## rehearse changed chapters as Colab runs them; REHEARSE=all: every one (downloads TensorFlow)
	@$(BIN)/python -m pytest tests/test_colab.py -m colab -n $(WORKERS) -rs $(ARGS)

links: .venv/ready ## ask every address in the book whether it still answers; needs a network
	@$(BIN)/jupyter-book build book --config _config.yml --toc "$(CURDIR)/_toc.yml" --path-output . --builder linkcheck

lint: .venv/ready ## check the style of the code, notebooks included
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

lab: .venv/ready ## open the chapters in JupyterLab
	@$(BIN)/jupyter lab --notebook-dir=book $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

execute: .venv/ready ## run chapters and store their outputs [CHAPTER=autoencoders] [PROFILE=quick]
	@$(BIN)/python -m tools.execute $(CHAPTER) --profile $(PROFILE)

benchmarks: .venv/ready ## run benchmarks/NAME.py, stoppable at any moment: NAME=autoencoders
	@test -f "benchmarks/$(NAME).py" || { echo "Say which one, NAME=…:" $(notdir $(basename $(wildcard benchmarks/*.py))); exit 1; }
	@BOOK_PROFILE=full $(BIN)/python -m benchmarks.$(NAME) $(ARGS)

claims: .venv/ready ## run the chapters' claims with several seeds [SEEDS=10] [CHAPTER=autoencoders]
	@$(BIN)/python -m tools.claims $(CHAPTER) --seeds $(SEEDS)

weights: .venv/ready ## collect the trained networks of the full profile for a release
	@$(BIN)/python -m tools.weights

stale: .venv/ready ## list stored results whose code has changed since
	@$(BIN)/python -m tools.stale

address: .venv/ready ## set where the book lives, everywhere: OWNER=… REPO=…
	@$(BIN)/python -m tools.address --owner "$(OWNER)" --repo "$(REPO)"

requirements: .venv/ready ## write the lock and requirements.txt again from pyproject.toml
	@$(BIN)/uv lock && $(BIN)/uv export --frozen --no-hashes --no-emit-project --no-annotate --no-header -q -o requirements.txt

clean: ## remove what was built; the installed packages stay in .venv
	rm -rf _build .pytest_cache .ruff_cache
