"""What staff open in the morning: the pages over finished calls, suggestions, facts and settings (a process of its own)."""
