"""Datasette's own pages of tables, rows and queries in the site's dress."""
