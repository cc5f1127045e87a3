"""How fast, side by side: `python -m benchmarks`."""
