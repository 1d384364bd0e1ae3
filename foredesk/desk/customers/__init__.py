"""Screens of the people who ask for help."""
