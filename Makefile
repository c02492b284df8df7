# make demo: environment and the whole analysis of the demonstration district. make test: every check.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready

.PHONY: demo test check bench bench-map bench-print bench-plans bench-read bench-names corpus clean

demo: $(READY)
	$(PY) -m landuse run data/demo/landuse.toml -o maps/demo
	@echo "打开 / open: maps/demo/map.html  maps/demo/ledger.xlsx  maps/demo/report.docx  maps/demo/sheets/  maps/demo/atlas.pdf  (中文名 / Chinese names: maps/demo/成果/)"

test: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	$(PY) -m pytest -n logical --dist worksteal --cov --cov-report=json:.coverage.json
	$(PY) tests/pure_coverage.py .coverage.json

bench: $(READY)
	$(PY) benchmarks/bench.py $(ARGS)

bench-map: $(READY)
	$(PY) benchmarks/map.py $(ARGS)

bench-print: $(READY)
	$(PY) benchmarks/sheets.py
	$(PY) benchmarks/atlas.py
	$(PY) benchmarks/dossiers.py

corpus: $(READY)
	$(PY) tests/corpus/corpus_table.py

bench-read: $(READY)
	$(PY) benchmarks/reading.py $(ARGS)

bench-names: $(READY)
	$(PY) benchmarks/names.py $(ARGS)

bench-plans: $(READY)
	$(PY) benchmarks/plans.py $(ARGS)

clean:
	rm -rf $(VENV) maps/demo benchmarks/data benchmarks/out .coverage .coverage.json .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): requirements.lock
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed, this is ' + sys.version)"
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $(READY)
