"""Realtime: pokes to the live screens, and who is looking at what.

Nothing rendered crosses the stream: a poke names a topic, the screen asks again, and permissions
are checked where they always are. Nouns: Topic ("ticket-42"), Presence.
"""
