"""The steps that build the tables, oldest first. Shipped with the package and run by `store.opening`."""
