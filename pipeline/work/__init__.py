"""Chunks of work, executors that do them (here and on a cluster), and the cache."""
