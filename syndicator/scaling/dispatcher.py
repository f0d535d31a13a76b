"""What the store calls: jobs for new data, in the transaction of that data."""

from collections.abc import Collection, Sequence

from syndicator.model import UNDETERMINED, Article, primary
from syndicator.scaling.jobs import Task, pairs_between, publish_job, side_job, translate_job
from syndicator.scaling.queue import defer_within, served_within


class QueueDispatcher:
    """A `ports.Dispatcher` on the queue in the store's own PostgreSQL.

    An article gets jobs only for languages that some worker has models for just now: a queue that nobody serves would
    grow and slow down all others. When such a worker comes, the schedule hands out what waits.
    """

    def __init__(self, languages: Collection[str]) -> None:
        self._languages = sorted({primary(language) for language in languages})

    def articles_saved(self, transaction: object, articles: Sequence[Article]) -> None:
        """See `ports.Dispatcher`."""
        known = [article for article in articles if primary(article.language) != UNDETERMINED]
        served = served_within(transaction) if known else set()
        defer_within(
            transaction,
            [
                translate_job(article.id, pair, published=article.published)
                for article in known
                for pair in pairs_between(primary(article.language), self._languages, served)
            ],
        )

    def editions_changed(self, transaction: object) -> None:
        """See `ports.Dispatcher`."""
        defer_within(transaction, [publish_job()])

    def effects_wanted(self, transaction: object) -> None:
        """See `ports.Dispatcher`."""
        defer_within(transaction, [side_job(Task.NOTIFY)])
