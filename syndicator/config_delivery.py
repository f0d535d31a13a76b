"""The tables of the config file on who is told of what is published, and where it is copied to.

Refuses to know, as `config_tables`, where the file is and what is done with the settings.
"""

from typing import Self

from pydantic import Field, field_validator, model_validator

from syndicator.config_tables import Section
from syndicator.config_values import PLACE, Language, Place, check_written


class WebSubSettings(Section):
    """Who is told at once when a feed changed, for readers that do not want to wait (WebSub)."""

    hubs: tuple[str, ...] = Field(
        (),
        description="URLs of hubs: named in every feed, told of each that changed; [feeds] base_url must be set, since "
        "hubs fetch the feeds there",
    )

    @field_validator("hubs")
    @classmethod
    def _are_addresses(cls, hubs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(check_written, hubs)))


class MirrorSettings(Section):
    """An S3-compatible store that is kept equal to the folder of feeds, if any."""

    url: str | None = Field(
        None,
        pattern=f"^{PLACE}$",
        description="where, as s3://bucket/prefix; nothing else may be there. Unset: there is no mirror",
    )
    endpoint: str | None = Field(None, description="URL of the store; unset: Amazon's of the region")
    region: str = Field("us-east-1", pattern=r"^[a-z0-9-]+$", description="as the store wants it")
    credentials_file: Place | None = Field(
        None,
        description="file with aws_access_key_id = … and aws_secret_access_key = …, readable for us alone; unset: "
        "these variables, in capitals, of the environment",
    )
    gzip: bool = Field(
        default=False,
        description="true: text is stored compressed (Content-Encoding: gzip), which every reader and browser takes; "
        "but whoever asks for it plain does not get it so",
    )

    @field_validator("endpoint")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        return url if url is None else check_written(url)


class WebhookSettings(Section):
    """A program that is told at once when an edition changed: exactly one of `secret_file` and `secret_env`."""

    url: str = Field(description="where it is told, by POST; shown in status and logs, but for what follows a ?")
    secret_file: Place | None = Field(
        None, description="file with the secret that messages are signed with: whsec_… a line; readable for us alone"
    )
    secret_env: str | None = Field(
        None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="environment variable with the secret; its name does not begin with SYNDICATOR_",
    )
    languages: tuple[Language, ...] = Field((), description="the editions that it is told of; none: all")

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        return check_written(url)

    @model_validator(mode="after")
    def _has_a_secret(self) -> Self:
        if (self.secret_file is None) == (self.secret_env is None):
            raise ValueError(
                "a webhook needs exactly one of secret_file and secret_env: receivers check who tells them"
            )
        if (self.secret_env or "").upper().startswith("SYNDICATOR_"):
            raise ValueError("secret_env can't begin with SYNDICATOR_: such variables set keys of the config")
        return self
