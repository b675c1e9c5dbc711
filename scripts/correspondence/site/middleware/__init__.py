"""What every request passes through: headers, kept answers, limits, logs and errors."""
