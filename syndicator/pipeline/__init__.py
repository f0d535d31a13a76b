"""Read, translate, publish: three straight lines through the steps of the packages below.

Each is idempotent and keyed, and finds what is left to do in the store: killed at any point and started again, it comes
to the same end.
"""

from syndicator.pipeline.bench import Bench, Tally, TranslateReport, made_with
from syndicator.pipeline.byhand import compose_text, plain, translate_article
from syndicator.pipeline.discovering import Prospect, Prospects, prospects
from syndicator.pipeline.mirroring import Mirroring, mirror, mirror_state
from syndicator.pipeline.notifying import KINDS, Hubs, NotifyReport, Programs, Receivers, notify
from syndicator.pipeline.picturing import Gathering, PictureReport, gather
from syndicator.pipeline.publishing import PublishReport, publish
from syndicator.pipeline.reading import Preview, ReadReport, preview, read
from syndicator.pipeline.translating import translate

__all__ = [
    "KINDS",
    "Bench",
    "Gathering",
    "Hubs",
    "Mirroring",
    "NotifyReport",
    "PictureReport",
    "Preview",
    "Programs",
    "Prospect",
    "Prospects",
    "PublishReport",
    "ReadReport",
    "Receivers",
    "Tally",
    "TranslateReport",
    "compose_text",
    "gather",
    "made_with",
    "mirror",
    "mirror_state",
    "notify",
    "plain",
    "preview",
    "prospects",
    "publish",
    "read",
    "translate",
    "translate_article",
]
