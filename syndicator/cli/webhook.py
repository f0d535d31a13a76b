"""`syndicator webhook`: see whether the programs that are told of editions can be reached."""

import secrets
from typing import Annotated

import typer

from syndicator.cli.shared import ConfigOption, settings

app = typer.Typer(name="webhook", no_args_is_help=True, help="Programs that are told when an edition changed.")


@app.callback()
def top() -> None:
    """Have `test` be a command of its own, though it is the only one."""


@app.command("test")
def send_trial(
    url: Annotated[str | None, typer.Argument(help="Only the webhook with this url.", show_default=False)] = None,
    config: ConfigOption = None,
) -> None:
    """Send each webhook a signed message of the type webhook.test, and say whether it was taken; 6 if one was not.

    Example: `syndicator webhook test`
    """
    from syndicator.errors import FetchError
    from syndicator.publishing.webhook import headers, trial
    from syndicator.wiring import SystemClock, fetching, load_webhooks

    loaded = settings(config)
    hooks = [one for one in load_webhooks(loaded) if url in (None, one.url)]
    if not hooks:
        raise typer.BadParameter("there is no such webhook in the configuration: write [[webhooks]]")
    now = SystemClock().now()
    failed = []
    with fetching(loaded) as fetcher:
        for hook in hooks:
            content = trial(at=now)
            name = f"msg_test_{secrets.token_hex(16)}"
            try:
                fetcher.post_json(hook.url, content, headers=headers(name, content, hook.secrets, at=now))
            except FetchError as error:
                failed.append(error)
                print(error)
            else:
                print(f"{hook.url.partition('?')[0]} took it")
    if failed:
        raise typer.Exit(6)
