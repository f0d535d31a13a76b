"""Read, translate, publish: three straight lines through the steps of the packages below.

Each is idempotent and keyed, and finds what is left to do in the store: killed at any point and started again, it comes
to the same end.
"""

from syndicator.pipeline.bench import Bench, TranslateReport, made_with
from syndicator.pipeline.byhand import compose_text, plain, translate_article
from syndicator.pipeline.discovering import Prospect, Prospects, prospects
from syndicator.pipeline.notifying import NotifyReport, notify
from syndicator.pipeline.publishing import PublishReport, is_outdated, publish
from syndicator.pipeline.reading import Preview, ReadReport, preview, read
from syndicator.pipeline.translating import translate

__all__ = [
    "Bench",
    "NotifyReport",
    "Preview",
    "Prospect",
    "Prospects",
    "PublishReport",
    "ReadReport",
    "TranslateReport",
    "compose_text",
    "is_outdated",
    "made_with",
    "notify",
    "plain",
    "preview",
    "prospects",
    "publish",
    "read",
    "translate",
    "translate_article",
]
