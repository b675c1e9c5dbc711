"""What records must hold, beyond the types of their values."""
