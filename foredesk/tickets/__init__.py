"""Tickets: the work. A ticket is a thread of messages with one requester.

Nouns: Ticket, Message (public or internal note; in or out), Attachment, Participant, Draft, Seen.
Announces everything that happens to a ticket as facts (events.py). Wires come to this room by the
door type InboundMessage (arrivals.py); outgoing messages wait in QUEUED until a channel takes them.
"""
