"""The logbook: every fact of the house, append-only, and who listens to it.

Nouns: Fact (a frozen dataclass of ids and plain values), Entry (the stored fact: who, when, why),
Actor (customer, agent, bot, rule or system). Abilities record; rooms above listen with `@on`.
"""
