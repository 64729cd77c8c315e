"""The pages over finished calls, suggestions, facts and settings (a process of its own)."""
