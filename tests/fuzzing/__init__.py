"""Bad input, in large numbers: what a client may send and no sane one does."""
