"""Drawings as SVG: timeline, exchanges, the schema and share cards."""
