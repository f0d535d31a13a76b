"""Have browsers show a feed as a page: a CSS style sheet, named by an instruction before the feed (xml-stylesheet).

No XSLT: browsers are giving it up. It works where the feed comes as `application/xml`; feed readers pass over it.
"""

FEED_STYLE = "feed.css"


def styled(feed: bytes, path: str) -> bytes:
    """Return an XML feed that lies at `path` below the directory with the instruction, after its declaration."""
    declaration, end, rest = feed.partition(b"?>\n")
    way_up = "../" * path.count("/")
    return b"".join(
        [declaration, end, f'<?xml-stylesheet type="text/css" href="{way_up}{FEED_STYLE}"?>\n'.encode(), rest]
    )
