"""Trains the app's frozen backbone; the scripts beside this package are its doors (see ../README.md)."""
