"""Hold what must survive: sources, articles, translations, memory. The only package that knows SQL."""
