"""Name segment translations in the memory: the same sentence is translated once, and a stale one is never recalled."""

import json
from hashlib import sha256

from syndicator.model import Route, normalise


def memory_key(text: str, *, route: Route, decoding: str) -> str:
    """Return a SHA-256 in hexadecimal over all that decides how a segment is translated.

    Those are the normalised text, the models of the route in order (by digest, so that another model under the same
    version is another one) and the decoding settings as `Translator.decoding` gives them.
    """
    models = [[model.from_language, model.to_language, model.version, model.digest] for model in route.models]
    return sha256(json.dumps([normalise(text), models, decoding]).encode()).hexdigest()
