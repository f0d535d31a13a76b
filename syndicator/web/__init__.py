"""Serve what is published over HTTP, and take a few orders. Nothing here renders an edition or reads a source.

::

    server.py       the process and its signals    sockets.py connection.py (deadlines for slow clients)
    app.py          one request: who may ask, and who answers it
      files.py      the published files     shelf.py paths.py conditions.py negotiation.py
      v1/           what programs read: stories, editions, sources, status (docs/api.md)
      api.py        orders, behind orders.py: token and same origin    tokens.py hosts.py site.py
      notices.py    what is said when there is nothing else to show     messages.py
"""
