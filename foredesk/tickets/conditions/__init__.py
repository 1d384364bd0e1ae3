"""Conditions on tickets, as data: promises, rules and lists choose their tickets by them.

A condition is a leaf `{"field": "priority", "is": "any_of", "value": ["3", "4"]}` or a group
`{"all": […]}`, `{"any": […]}`, `{"none": […]}`, three levels deep at most. An empty `all` fits
every ticket. Evaluating is pure: a Picture of the ticket goes in, a Verdict with its grounds comes
out. Rooms above add fields of their own by handing them to `check`, `evaluate` and `sentence`.
"""
