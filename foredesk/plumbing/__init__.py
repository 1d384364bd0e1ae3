"""Plumbing: environment, clock, ids, secrets at rest, the door to the network, the database engine, jobs."""
