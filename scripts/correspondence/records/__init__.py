"""The records: what a letter is, how its YAML file is read, and what must hold."""
