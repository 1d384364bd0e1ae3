"""The right person: who is here, who can what, and who gets the next ticket.

Nouns: Availability (online, away, transfers only, offline), Skill, Need (which tickets ask for a
skill), Desk rules of a team (Distribution: how its tickets are given out), Capacity (how many open
tickets of a channel somebody holds at most). Announces AvailabilityChanged, TicketRouted, and
TicketReturned. Who gets a ticket is decided by a pure function that also says why.
"""
