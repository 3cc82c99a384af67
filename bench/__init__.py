"""Measurements of the promises: each as a ratio to a floor in the same run. ``make bench``."""
