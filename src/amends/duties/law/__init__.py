"""The law as data: rule files read into values; nothing here decides."""
