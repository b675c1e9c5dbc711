"""What a running site keeps of the database: the archive's frame, letters and sets of letters."""
