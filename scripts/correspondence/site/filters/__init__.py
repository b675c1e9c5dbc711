"""Which letters a request chooses, read from its arguments and the words of its search."""
