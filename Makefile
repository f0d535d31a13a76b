# Thin names for the scripts, which work without make.
.PHONY: run test faults fuzz soak lint lock clean

run: ## set up, one pass over config/syndicator.toml
	@./scripts/run

test: ## set up, run the tests
	@./scripts/test

faults: ## every crash, damage and full disk that docs/reliability.md counts; some hours
	@FAULTS=all ./scripts/test tests/faults -n 2 --dist load -rP

soak: ## a daemon at work for an hour: memory, handles, threads and log stay as they are
	@./scripts/setup --dev
	@LC_ALL=C.UTF-8 .venv/bin/python benchmarks/soak.py

lint: ## all linters
	@./scripts/lint

fuzz: ## fuzz what strangers' bytes go through, for FUZZ_SECONDS (an hour)
	@./scripts/fuzz

lock: ## resolve the lock files anew (needs uv)
	@./scripts/lock --upgrade

clean: ## take away the environment and caches; data, feeds and models stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
