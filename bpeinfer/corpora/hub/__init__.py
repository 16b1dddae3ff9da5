"""Samples from data sets on the hub: what is wanted, which files have it, random parts of them, and their storage.

sample.py (what is wanted) → dataset.py (its files) → parts.py (parts in random order) → drawing.py and
journal.py (until there is enough text) → fetch.py (into a folder).
counts_pack.py finds counts that others have shared.
"""
