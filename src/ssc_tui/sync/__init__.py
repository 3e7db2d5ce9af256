"""Carries the differences between the local copy and a remote catalogue."""
