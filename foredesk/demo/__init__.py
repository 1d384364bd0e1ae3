"""The demo workspace: Halden, an outdoor shop, and two years of its help desk.

Its stories are scripts of acts (acts.py) that are played into rows and facts as the abilities of
the rooms below would write them (playing.py), and copied in bulk. Everything carries `is_demo`, so
that removing.py takes away the demo and nothing else. It announces nothing and owns no tables.
"""
