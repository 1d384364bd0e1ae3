"""Faces for machines: the live stream, readiness, reports of browsers."""
