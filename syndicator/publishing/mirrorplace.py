"""Where the mirror of the published folder is, and what opens it. Secrets come from a file or the environment alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from syndicator.config_values import PLACE
from syndicator.errors import ConfigError, ConfigProblem

_NAMES = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
_LARGEST_FILE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorPlace:
    """A place in an S3-compatible store."""

    bucket: str
    prefix: str
    """Without slashes at its ends; may be empty."""
    endpoint: str
    region: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Return how people call it."""
        return f"s3://{self.bucket}/{self.prefix}"

    def without_secrets(self, text: str) -> str:
        """Return a text without what opens it, which the store may have said back to us."""
        for secret in filter(None, [self.key, self.secret, self.token]):
            text = text.replace(secret, "***")
        return text


def load_place(
    url: str, *, endpoint: str | None, region: str, file: Path | None, environment: Mapping[str, str]
) -> MirrorPlace:
    """Return the place that a URL names, with its keys; raise `ConfigError` without them, showing none.

    They are `aws_access_key_id`, `aws_secret_access_key` and, of temporary ones, `aws_session_token`: lines of the
    file, else variables in capitals. Nothing else is asked for keys, a machine's metadata service least of all.
    """
    found = re.fullmatch(PLACE, url)
    assert found is not None, "the config has checked it"  # noqa: S101 - no other URL gets here
    given = _lines(file) if file else {name: environment.get(name.upper(), "") for name in _NAMES}
    if missing := [name for name in _NAMES[:2] if not given.get(name)]:
        names = missing if file else [name.upper() for name in missing]
        where = str(file) if file else "environment"
        raise _wrong(where, f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} missing")
    return MirrorPlace(
        bucket=found[1],
        prefix=(found[2] or "").strip("/"),
        endpoint=(endpoint or f"https://s3.{region}.amazonaws.com").rstrip("/"),
        region=region,
        key=given[_NAMES[0]],
        secret=given[_NAMES[1]],
        token=given.get(_NAMES[2]) or None,
    )


def _lines(file: Path) -> dict[str, str]:
    try:
        text = file.read_bytes()[:_LARGEST_FILE].decode("ascii")
    except OSError as error:
        raise _wrong(str(file), f"can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _wrong(str(file), "holds something that is no key") from error
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, _, value = (part.strip() for part in line.partition("="))
        if not name or name.startswith(("#", "[default]")):
            continue
        if name not in _NAMES or name in found or not value:
            raise _wrong(f"{file}:{number}", "is none of the keys, or one of them a second time")
        found[name] = value
    return found


def _wrong(where: str, message: str) -> ConfigError:
    hint = "write aws_access_key_id = … and aws_secret_access_key = …, one a line, or set these variables in capitals"
    return ConfigError([ConfigProblem(file=None, line=None, key=where, message=message, suggestion=hint)])
