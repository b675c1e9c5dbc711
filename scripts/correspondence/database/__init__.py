"""The database: its tables, how it is built from records, and how records are read back."""
