"""A dashboard on paper: how its cards lie on the pages, and how each kind is drawn."""
