"""Letters: pages set once, the personal lines stamped on each copy, and the finished file read back."""
