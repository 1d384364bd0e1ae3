"""Files: content-addressed, outside any served root, handed out by those who know the rights.

Nouns: Blob (bytes known by their SHA-256), Scan (what a virus scanner says of them). The name and
the type that somebody gave a file belong to whoever attaches it, never to the storage.
"""
