"""Taken files as bytes: which there are, what each is by its bytes, what is packed within it, and the bounds on all."""
