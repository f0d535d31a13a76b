"""`syndicator store`: the database that the store is in."""

from typing import Annotated

import typer

from syndicator.cli.backup import progress_bar
from syndicator.cli.shared import ConfigOption, settings

app = typer.Typer(name="store", help="The database that the store is in.", no_args_is_help=True)


@app.command()
def migrate(
    to: Annotated[str, typer.Option("--to", help="An empty database, such as postgresql://desk@db.example/desk.")],
    config: ConfigOption = None,
) -> None:
    """Copy the store into another database, from SQLite to PostgreSQL or back, and compare every row.

    Stop the daemon before. Cut off, it goes on where it was when called again. The old store stays as it is.

    Example: `syndicator store migrate --to postgresql://desk@db.example/desk`
    """
    from syndicator.store.moving import move

    loaded = settings(config)
    with progress_bar() as progress:
        moved = move(loaded.database.url, to, progress=progress)
    for name, count in moved.rows.items():
        print(f"{name}: {count}")
    print("Every row was compared. To work on the new one, write into the config, with options if it needs them:")
    print(f'[database]\nurl = "{moved.url}"')
