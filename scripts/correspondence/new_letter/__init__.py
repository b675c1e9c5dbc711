"""A new letter, asked for in plain words and written down: the work of ``letters new``."""
