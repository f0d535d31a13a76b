# Thin names for the scripts, which work without make.
.PHONY: run test lint lock clean

run: ## set up, one pass over config/syndicator.toml
	@./scripts/run

test: ## set up, run the tests
	@./scripts/test

lint: ## all linters
	@./scripts/lint

lock: ## resolve the lock files anew (needs uv)
	@./scripts/lock --upgrade

clean: ## take away the environment and caches; data, feeds and models stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
