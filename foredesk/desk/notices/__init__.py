"""The bell and the page behind it."""
