"""One file per experiment: `run(rig, scale)` gives an Outcome."""
