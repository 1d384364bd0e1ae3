"""People: agents, teams, customers, organisations, and what each may do.

Nouns: Agent (staff, signs in), Team, Customer, Identity (an address that a customer is reached by),
Organisation, Workspace (the one organisation that runs this desk).
"""
