"""Files: content-addressed, outside any served root, handed out by signed links.

Nouns: Blob (bytes known by their SHA-256). The name and the type that somebody gave a file belong
to whoever attaches it, never to the storage.
"""
