"""Readers of tables: one file a format, all streaming batches of text columns with the number of each row."""
