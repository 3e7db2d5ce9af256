"""What follows from records: pure functions over documents and links."""
