"""Gate 4: twenty calls with planted faults, one run of monitoring, and a fix that is applied with a click."""
