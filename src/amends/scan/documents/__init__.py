"""Readers of documents: one file a format, all streaming passages of text and the files attached."""
