"""Promises and hours: when we are here, what we promise, whom we tell before it breaks.

Forms on this page are drawn by the server in every state: a button that adds or removes something
posts what the form says and gets the form back with it, and nothing is saved until somebody saves.
"""
