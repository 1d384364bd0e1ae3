"""Keeping the desk well: health, backup and restore. Owns no tables."""
