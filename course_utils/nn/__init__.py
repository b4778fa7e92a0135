"""Reference implementations in NumPy: the mathematics of the lectures, written to be read."""
