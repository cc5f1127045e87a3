"""Work in pieces: what they are, who does them, where they are kept."""
