"""Make a Translation of an Article with models on this machine. Knows the engine; refuses to know feeds and files."""
