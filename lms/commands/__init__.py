"""The subcommands of ``lms``, one module each; ``lms.cli`` parses and calls them."""
