"""What a record is: kinds, documents, code lists and the query language, without input or output."""
