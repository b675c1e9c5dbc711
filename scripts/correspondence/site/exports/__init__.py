"""Letters in the formats of others, and the reconciliation service."""
