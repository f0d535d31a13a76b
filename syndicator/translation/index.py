"""Read the Argos package index. Knows its format; refuses to know how it was fetched."""

import json
import re
from dataclasses import dataclass
from typing import Any

from syndicator.errors import ModelError
from syndicator.translation.packages import argos_package, described

SHA256 = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A package that the index names."""

    from_code: str
    to_code: str
    version: str
    urls: tuple[str, ...]
    """Where it can be had, in the order to try; `https` before `http`. Never empty."""
    sha256: str | None
    """Lower case; None where the index names none, as Argos's own does."""
    size_bytes: int | None

    @property
    def name(self) -> str:
        """Return the name of the folder that it will be unpacked to: `ru_de-1.9`."""
        return f"{self.from_code}_{self.to_code}-{self.version}"


def available(index_json: bytes) -> list[Offer]:
    """Return the translation packages that an index offers, sorted by pair, newest version first.

    Entries of other kinds, and entries that make no sense, are left out. Raises `ModelError` if it is no index at all.
    """
    try:
        entries = json.loads(index_json)
    except (ValueError, RecursionError) as error:
        raise ModelError("The package index is not JSON: check [models] index_url.") from error
    if not isinstance(entries, list):
        raise ModelError("The package index is not a list of packages: check [models] index_url.")
    offers = [offer for entry in entries if isinstance(entry, dict) and (offer := _offer(entry))]
    offers.sort(key=lambda offer: version_key(offer.version), reverse=True)
    return sorted(offers, key=lambda offer: (offer.from_code, offer.to_code))


def version_key(version: str) -> tuple[list[int], str]:
    """Return what versions are ordered by, so that `1.10` is newer than `1.9`."""
    return [int(part) for part in re.findall("[0-9]+", version)], version


def _offer(entry: dict[str, Any]) -> Offer | None:
    package = argos_package(entry)
    links = [link for link in package.links if link.startswith(("https://", "http://"))]
    try:
        metadata = described(package)
    except ModelError:
        return None
    if not links:
        return None
    sha256 = entry.get("sha256")
    size = entry.get("size")
    return Offer(
        from_code=metadata.from_code,
        to_code=metadata.to_code,
        version=metadata.version,
        urls=tuple(sorted(links, key=lambda link: not link.startswith("https://"))),
        sha256=sha256.lower() if isinstance(sha256, str) and SHA256.fullmatch(sha256) else None,
        size_bytes=size if isinstance(size, int) and size > 0 else None,
    )
