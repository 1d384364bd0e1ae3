"""Channels: the wire on one side, a message on the other.

Nouns: Mailbox (an address with the servers behind it), Envelope (the raw bytes of something that
arrived, kept for good), Dispatch (one mail that leaves, with the evidence of what became of it).
Announces: MailboxFailed, MailboxRecovered and the changes of mailboxes.
"""
