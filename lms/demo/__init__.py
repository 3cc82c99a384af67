"""A demonstration: a fictional class of three hundred that is on today. Nothing in the system rests on it."""
