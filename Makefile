# Every task of the project. `make help` lists them; the README gives the same steps without make.
.DEFAULT_GOAL := help
VENV ?= .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
RELEASE_STAMP := $(VENV)/.installed-release
# Without browsers, other runtimes and servers, and without what takes long: minutes less.
QUICK := not slow and not browser and not java and not postgresql
# The tests of a file share what it makes; tests/conftest.py says which files come first.
SPREAD := --dist loadfile --no-loadscope-reorder
# Three for each processor of a small machine: a test in a browser also waits for its pages.
WORKERS := -n 6 $(SPREAD)
# Tests run next to each other: two threads for the sums of one small matrix would only wait for each other.
test quick coverage journeys: export OPENBLAS_NUM_THREADS := 1
# Compiled code is kept where a machine says it should not be: the tests start hundreds of processes, and each would compile it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-dev run demo demo-data test quick coverage check javascript format strings docs pictures hashes audit sbom release bench way journeys tie-study tie-proof interval-study borrowing-study referee clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -e 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed: apt-get install python3'; exit 1; }
	@python3 -m venv $(VENV) || { echo 'The venv module is missing: apt-get install python3-venv'; rm -rf $(VENV); exit 1; }

$(STAMP): requirements.txt | $(VENV)/bin/python
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(STAMP)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(RELEASE_STAMP): requirements-release.txt $(DEV_STAMP)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-release.txt
	@touch $@

translations/.compiled: $(wildcard translations/*/LC_MESSAGES/messages.po) | $(STAMP)
	@$(PYTHON) -m babel.messages.frontend compile --directory translations --statistics 2>/dev/null || $(PYTHON) -m babel.messages.frontend compile --directory translations
	@touch $@

setup: $(STAMP) translations/.compiled ## Create .venv, install what the survey runs on, compile the catalogues

setup-dev: setup $(DEV_STAMP) ## The same, with the tools of tests and checks

run: setup ## Start the survey on 127.0.0.1:8000
	@$(PYTHON) -m survey run

demo: setup ## Start a separate demonstration: two made-up rounds that are released, one in the field
	@$(PYTHON) -m survey demo

demo-data: setup-dev ## Work out again the two releases that the demonstration ships (some minutes)
	@$(PYTHON) -m tools.demonstration_data

test: setup-dev ## Run all tests, six files at a time; what needs Chromium, Java, Node or PostgreSQL is skipped where they are missing
	@$(PYTHON) -m pytest $(WORKERS)

quick: setup-dev ## Format, lint, types and the quick tests: a minute, before each commit
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy & types=$$!; $(PYTHON) -m pytest -q -n 2 $(SPREAD) -m "$(QUICK)" --most-seconds 3; tests=$$?; wait $$types && exit $$tests

coverage: setup-dev ## Which lines and branches the tests reach, without browsers: docs/coverage.md, htmlcov/index.html
	$(PYTHON) -m pytest -q $(WORKERS) -m "not browser" --cov --cov-report=html --cov-report=json:htmlcov/coverage.json
	$(PYTHON) -m tools.coverage_map htmlcov/coverage.json "all tests but those in a browser"

check: setup-dev ## Format, lint, types, import contracts and strings, of Python and of JavaScript
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) -m pytest -q tests/test_architecture.py tests/test_strings.py
	$(MAKE) javascript

JAVASCRIPT := tools/javascript
$(JAVASCRIPT)/node_modules/.package-lock.json: $(JAVASCRIPT)/package-lock.json
	@command -v npm >/dev/null || { echo 'npm is missing: apt-get install nodejs npm'; exit 1; }
	@npm ci --silent --prefix $(JAVASCRIPT)
	@touch $@

javascript: $(JAVASCRIPT)/node_modules/.package-lock.json ## Types and habits of the app on the phone
	@npm run --silent --prefix $(JAVASCRIPT) check

format: setup-dev ## Rewrite the code in the project's format
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

strings: setup-dev ## Collect the interface texts and merge them into the catalogues
	$(PYTHON) -m babel.messages.frontend extract -F translations/babel.cfg -k N_ -k _ --no-location --sort-output --omit-header -w 110 -o translations/messages.pot .
	$(PYTHON) -m babel.messages.frontend update -N --ignore-obsolete --ignore-pot-creation-date -w 110 -i translations/messages.pot -d translations

docs: setup-dev ## Write docs/reference.md again from the code
	@$(PYTHON) -m tests.documents.reference

pictures: setup-dev ## Take the pictures of the guides again, by going the journeys of the tests in Chromium
	@$(PYTHON) -m tests.documents.guide_pictures

hashes: $(RELEASE_STAMP) ## Write the hashes of all files of each release that requirements*.txt pin (after a pin was changed)
	$(PYTHON) -m tools.hashes

audit: $(RELEASE_STAMP) ## Ask for known weaknesses of what the survey runs on
	$(VENV)/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements.txt

sbom: setup-dev ## Write the list of parts (CycloneDX) to dist/
	@mkdir -p dist
	$(PYTHON) -m tools.sbom > dist/parts.cdx.json

release: setup-dev ## Tag what is committed; wheels, source and list of parts in dist/
	$(PYTHON) -m tools.release

bench: setup-dev ## Measure the ratios that docs/performance.md reports
	@for name in intake sign_in tabulation start form_page pages.results estimation disclosure; do $(PYTHON) -m benchmarks.$$name || exit 1; done

way: setup-dev ## The way of 12,000 interviews from all districts, counted again at its end (half an hour)
	@SURVEY_TEST_WAY=12000 $(PYTHON) -m pytest -q tests/test_way_of_an_answer.py

journeys: setup-dev ## Every journey in a browser whole: each page judged by axe in every language, a day of twelve interviews, over a slow line … (twelve minutes)
	@SURVEY_TEST_JOURNEYS=whole $(PYTHON) -m pytest $(WORKERS) -m browser tests/browser

tie-study: setup-dev ## Attack made-up rounds of four sizes question by question and together (an hour)
	@$(PYTHON) -m benchmarks.tied_rounds

tie-proof: setup-dev ## Prove that nothing is missing from what ties five and six pairs of answers (ten minutes)
	@SURVEY_TEST_TIES=1 $(PYTHON) -m pytest -q tests/survey/publication/protection/test_completeness.py

interval-study: setup-dev ## How often published intervals hold the truth, by who interviews whom (ten minutes of one processor)
	@$(PYTHON) -m benchmarks.intervals.study
	@$(PYTHON) -m benchmarks.intervals.pooled_means

borrowing-study: setup-dev ## Whether figures borrowed from published cells are better than the province's, on surveys that R's packages ship (ten minutes)
	@$(PYTHON) -m benchmarks.borrowing

referee: setup-dev ## Figures of random designs by R's survey and by ours, with a new seed each time; needs R (a minute and a half)
	@$(PYTHON) -m benchmarks.referee

clean: ## Remove the environment and compiled files (never data)
	rm -rf $(VENV) $(JAVASCRIPT)/node_modules translations/.compiled .mypy_cache .ruff_cache .pytest_cache .coverage* htmlcov
	find translations -name '*.mo' -delete
