"""The gate of phase 2: a model that lies on purpose, twenty calls, and none of its lies on the wire."""
