"""Read sources: a Source becomes Items. Knows protocols and formats; refuses to know what an article is good for."""
