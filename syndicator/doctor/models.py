"""The models: there, whole, and small enough for this machine's memory."""

from collections.abc import Collection, Iterator
from itertools import permutations
from pathlib import Path

from syndicator.config import Settings
from syndicator.doctor.finding import Finding, fine, problem, warning
from syndicator.errors import ModelError
from syndicator.translation.models import installed, verify
from syndicator.translation.routes import reachable


def models(settings: Settings, *, is_thorough: bool) -> Iterator[Finding]:
    """Check the models; `is_thorough`, every byte of them against its checksum."""
    directory = settings.models.directory
    try:
        checked = verify(directory) if is_thorough else [(one, one.problem) for one in installed(directory)]
    except ModelError as error:
        yield problem("models", str(error), f"make {directory} readable for this user")
        return
    how = "every byte as installed" if is_thorough else "all files there; --thorough reads every byte"
    for one, found in checked:
        name = f"{one.ref.from_language}>{one.ref.to_language} {one.ref.version}"
        if found:
            pair = f"{one.ref.from_language}-{one.ref.to_language}"
            yield problem("models", f"{name}: {found}", f"`syndicator models install {pair}`, or `models import FILE`")
        else:
            yield fine("models", f"{name}: {how}")
    usable = [one for one, found in checked if not found]
    carried = len(list(directory.glob("*.argosmodel"))) if directory.is_dir() else 0
    if not usable and carried:
        yield fine(
            "models", f"{carried} packages in {directory}, not looked into yet; the first run checks and installs them"
        )
    else:
        yield from _routes(settings, reachable(one.ref for one in usable))
    yield _memory(settings)


def _routes(settings: Settings, pairs: Collection[tuple[str, str]]) -> Iterator[Finding]:
    for pair in permutations(settings.languages, 2):
        if pair not in pairs:
            yield warning(
                "models",
                f"none leads from {pair[0]} to {pair[1]}: such articles wait",
                f"`syndicator models install {pair[0]}-{pair[1]}`",
            )


def _memory(settings: Settings) -> Finding:
    limit = settings.translation.memory_limit_mb
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) // 1024
    except (OSError, StopIteration, ValueError):
        return fine("memory", f"the translating process may take {limit} MB")
    text = f"{free} MB free; the translating process may take {limit} MB"
    if free < limit // 4:
        return warning(
            "memory", text, "two small models need some 530 MB; lower [translation] memory_limit_mb, or add memory"
        )
    return fine("memory", text)
