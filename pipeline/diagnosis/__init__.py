"""A diagnosis of data, as a table and as a page."""
