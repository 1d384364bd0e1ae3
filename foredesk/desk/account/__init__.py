"""An agent's own account: signing in, a second factor, passkeys, sessions, invitation, profile.

django-allauth holds the rules of signing in; this package gives it our screens, words and limits.
"""
