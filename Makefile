# make run [ADDRESS=0.0.0.0 ALLOWED_HOSTS=name,...] | make test | make passphrase NAME="..."
# make backup TO=file.tar | make restore FROM=file.tar
PYTHON ?= python3
SETUP = "$(PYTHON)" scripts/setup_env.py

.PHONY: run test install backup restore passphrase screenshots

run:
	@command -v "$(PYTHON)" >/dev/null || { echo "Understudy: $(PYTHON) was not found; install Python 3.11 or newer."; exit 1; }
	@PORT="$(or $(PORT),8501)" TORCH_INDEX="$(TORCH_INDEX)" HEADLESS="$(HEADLESS)" \
		UNDERSTUDY_ADDRESS="$(or $(ADDRESS),$(UNDERSTUDY_ADDRESS))" \
		UNDERSTUDY_ALLOWED_HOSTS="$(or $(ALLOWED_HOSTS),$(UNDERSTUDY_ALLOWED_HOSTS))" $(SETUP) run

test:
	@command -v "$(PYTHON)" >/dev/null || { echo "Understudy: $(PYTHON) was not found; install Python 3.11 or newer."; exit 1; }
	@TORCH_INDEX="$(TORCH_INDEX)" $(SETUP) test

install:
	@TORCH_INDEX="$(TORCH_INDEX)" $(SETUP) install

backup: install
	@.venv/bin/python -m storage.backup --to "$(or $(TO),understudy-backup.tar)"

restore: install
	@.venv/bin/python -m storage.backup --restore "$(FROM)"

passphrase: install
	@.venv/bin/python -m storage.passphrase --name "$(NAME)"

screenshots: install
	@.venv/bin/python scripts/screenshots.py
