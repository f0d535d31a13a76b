"""One module a step; its number is its name. A step that was released is never changed."""
