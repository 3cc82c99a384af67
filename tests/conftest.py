import os

pytest_plugins = ["lms.testing"]

# What a test starts, a server or a command, starts as quickly as on a user's machine: with its modules compiled once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
