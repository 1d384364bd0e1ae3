"""Foredesk: the help desk that acts before the customer has to ask."""

__version__ = "0.1.0"
