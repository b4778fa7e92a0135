"""Companion package of the course on classical neural networks."""
