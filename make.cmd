@echo off
rem Windows: "make demo" and "make test" without make. Needs Python 3.11 or newer (py launcher or python on the PATH).
setlocal
cd /d "%~dp0"
set PY=.venv\Scripts\python.exe
if "%1"=="clean" (
    rmdir /s /q .venv maps\demo 2>nul
    exit /b 0
)
if not exist .venv\.ready (
    where py >nul 2>nul && (py -3 -m venv .venv) || (python -m venv .venv)
    if errorlevel 1 exit /b 1
    %PY% -m pip install --quiet --disable-pip-version-check -r requirements.lock || exit /b 1
    type nul > .venv\.ready
)
if "%1"=="demo" (
    %PY% -m landuse run data\demo\landuse.toml -o maps\demo || exit /b 1
    echo open: maps\demo\map.html  maps\demo\ledger.xlsx  maps\demo\results.gpkg
    exit /b 0
)
if "%1"=="test" (
    %PY% -m ruff check . || exit /b 1
    %PY% -m mypy || exit /b 1
    %PY% -m pytest -n logical --dist worksteal || exit /b 1
    exit /b 0
)
if "%1"=="bench-map" (
    %PY% benchmarks\map.py %2 %3 %4 %5 || exit /b 1
    exit /b 0
)
if "%1"=="bench-print" (
    %PY% benchmarks\sheets.py || exit /b 1
    %PY% benchmarks\atlas.py || exit /b 1
    %PY% benchmarks\dossiers.py || exit /b 1
    exit /b 0
)
if "%1"=="corpus" (
    %PY% tests\corpus\corpus_table.py || exit /b 1
    exit /b 0
)
if "%1"=="bench-read" (
    %PY% benchmarks\reading.py %2 || exit /b 1
    exit /b 0
)
if "%1"=="bench-names" (
    %PY% benchmarks\names.py %2 %3 %4 %5 || exit /b 1
    exit /b 0
)
if "%1"=="bench-plans" (
    %PY% benchmarks\plans.py %2 %3 %4 %5 || exit /b 1
    exit /b 0
)
if "%1"=="bench" (
    %PY% benchmarks\bench.py %2 %3 %4 %5 || exit /b 1
    exit /b 0
)
echo make demo ^| make test ^| make bench ^| make clean
exit /b 2
