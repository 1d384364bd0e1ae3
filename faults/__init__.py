"""Faults, with real parts: kill, cut, fill, repeat; then count what was promised and what is there.

`make faults` runs every experiment and prints a line for each. FAULTS_SCALE multiplies the rounds
(1 takes some ten minutes on two cores), FAULTS="a1 f2" chooses.
"""
