"""Plumbing: environment, clock, ids, secrets at rest, door to the network, database, jobs."""
