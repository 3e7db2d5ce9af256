"""The other end: serves a catalogue with Kinto, and writes one into it."""
