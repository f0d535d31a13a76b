"""Make editions: entries become Atom, RSS, pages and OPML, as files that are replaced whole."""
