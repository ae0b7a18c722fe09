"""Files that placement problems are read from, and plans written to; nothing here knows of IR."""
