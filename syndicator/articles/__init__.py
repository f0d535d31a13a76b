"""Make an Article of an Item: extract, clean, detect its language, identify it. Everything past here is trusted."""
