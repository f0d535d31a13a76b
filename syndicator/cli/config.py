"""`syndicator config`: check it, show it."""

import re

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, config_path, print_json

app = typer.Typer(name="config", no_args_is_help=True, help="Check or show the configuration.")


@app.command()
def check(config: ConfigOption = None) -> None:
    """Check the configuration, the environment, terms and names; tell everything that is wrong at once.

    Example: `syndicator config check --config config/newsroom.toml`
    """
    from syndicator.config import load
    from syndicator.wiring import load_rules, make_fetcher

    path = config_path(config)
    loaded = load(path)
    load_rules(loaded)
    make_fetcher(loaded)
    print(f"{path}: no problem found; {len(loaded.sources)} sources, editions in {', '.join(loaded.languages)}")


@app.command()
def show(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Show every setting in force: defaults, the file and the environment together. Passwords are left out.

    Example: `SYNDICATOR_FEEDS__WINDOW=50 syndicator config show`
    """
    from syndicator.config import load

    loaded = load(config_path(config))
    values = loaded.model_dump(mode="json")
    values["database"]["url"] = re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", values["database"]["url"])
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        if name in {"sources", "topics"}:
            for table in value:
                print(f"\n[[{name}]]")
                _print_table({key: one for key, one in table.items() if one is not None})
        elif isinstance(value, dict):
            print(f"\n[{name}]")
            _print_table(value)
        else:
            _print_table({name: value})


def _print_table(values: dict[str, object]) -> None:
    import tomlkit

    for key, value in values.items():
        item = value
        if isinstance(value, dict):
            item = tomlkit.inline_table()
            item.update(value)
        print(f"# {key} is not set" if value is None else f"{key} = {tomlkit.item(item).as_string()}")
