"""The bell: what somebody should know of tickets, kept for them until they have read it.

Nouns: Notice (one sentence for one agent about one ticket). It hears who was given a ticket and
whose customer wrote; rules and escalations put in what they are told to. Nobody hears of a ticket
that they may not see, and nobody of what their own page says they don't want. Screens are poked by
the topic `notices-7`.
"""
