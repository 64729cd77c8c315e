"""Finished calls are read, what is wrong becomes a suggestion, and staff apply it with a click.

Nothing in here is imported by the service that answers the phone, and nothing in here is in its process.
"""
