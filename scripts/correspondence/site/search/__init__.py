"""Help with searching: explanations, suggestions, examples and exact ids."""
