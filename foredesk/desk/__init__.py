"""The agents' screens. No rules here: a view calls one query or one ability."""
