"""The fonts that documents are set in. ``build.py`` makes them from the distribution's sources; OFL.txt is their licence."""
