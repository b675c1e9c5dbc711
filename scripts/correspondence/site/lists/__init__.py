"""Letters, statements and exchanges as lists, with their counts, waits and names."""
