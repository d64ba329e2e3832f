"""Cases that nobody here wrote, run from start to end; `make acceptance` prints what came of them."""
