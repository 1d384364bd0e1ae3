"""How fast Foredesk is: `make bench` seeds a desk, loads it as people and mail do, and measures.

The figure to trust is processor time per operation, of all of Foredesk's processes and of
PostgreSQL's, since other work on the machine changes it least. The bench stands outside the
package: it may look into every room, and nothing imports it.
"""
