# make run | make test | make backup TO=file.tar | make restore FROM=file.tar
PYTHON ?= python3
SETUP = "$(PYTHON)" scripts/setup_env.py

.PHONY: run test install backup restore screenshots

run:
	@command -v "$(PYTHON)" >/dev/null || { echo "Understudy: $(PYTHON) was not found; install Python 3.11 or newer."; exit 1; }
	@PORT="$(or $(PORT),8501)" TORCH_INDEX="$(TORCH_INDEX)" HEADLESS="$(HEADLESS)" $(SETUP) run

test:
	@command -v "$(PYTHON)" >/dev/null || { echo "Understudy: $(PYTHON) was not found; install Python 3.11 or newer."; exit 1; }
	@TORCH_INDEX="$(TORCH_INDEX)" $(SETUP) test

install:
	@TORCH_INDEX="$(TORCH_INDEX)" $(SETUP) install

backup: install
	@.venv/bin/python -m storage.backup --to "$(or $(TO),understudy-backup.tar)"

restore: install
	@.venv/bin/python -m storage.backup --restore "$(FROM)"

screenshots: install
	@.venv/bin/python scripts/screenshots.py
