# make run         a demonstration: make run PORT=8123 DATA=/some/folder
# make test        all tests; make bench, make test-faults: the long ones; make lint; make messages; make dist
PORT ?= 8000
DATA ?= demo-data
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
# Windows has no make; there it is three lines of pip and lms (README.md).
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))

.PHONY: run test bench test-faults lint messages pictures dist clean
.DEFAULT_GOAL := run

run: $(VENV)/.installed
	@$(BIN)/lms demo --data '$(DATA)' --port '$(PORT)' $(ARGS)

test: $(VENV)/.installed-for-tests
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

test-faults: $(VENV)/.installed-for-tests
	LMS_TEST_LONG=1 $(BIN)/python -m pytest -m fault $(ARGS)

bench: $(VENV)/.installed-for-tests
	$(BIN)/python -m bench $(ARGS)

lint: $(VENV)/.installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/mypy

messages: $(VENV)/.installed-for-tests
	$(BIN)/python lms/locale/build.py

pictures: $(VENV)/.installed-for-tests
	$(BIN)/python docs/pictures/take.py

dist: $(VENV)/.installed-for-tests
	rm -rf build dist
	$(BIN)/python -m build

clean:
	rm -rf build dist $(VENV) *.egg-info

# Installed again only when the dependencies may have changed.
$(VENV)/.installed: setup.cfg pyproject.toml | $(BIN)/python
	@echo '正在安装（首次约需一分钟）… / installing, about a minute the first time…'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-for-tests: setup.cfg pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo '需要 Python 3.11 或更新的版本，本机没有找到。安装后再运行 make；或指明位置：make PYTHON=/路径/python3.12' >&2; \
		echo 'Python 3.11 or newer is needed and was not found. Install it, or name it: make PYTHON=/path/to/python3.12' >&2; exit 1; }
	@'$(PYTHON)' -m venv $(VENV) || { rm -rf $(VENV); echo '不能建立虚拟环境。Debian/Ubuntu 请先运行：apt install python3-venv' >&2; \
		echo 'The virtual environment could not be made. On Debian/Ubuntu first run: apt install python3-venv' >&2; exit 1; }
