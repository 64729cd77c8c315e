"""The owner's gate of a phase, measured: ten calls, five figures, one verdict. `scripts/gate.py` is its command."""
