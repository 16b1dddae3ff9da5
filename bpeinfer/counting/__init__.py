"""Pretokens → counts by category and block.

keys.py gives every pretoken a key; blocks.py counts keys in blocks of documents; counts.py holds the counts and makes
them, with workers and a cache; tally_files.py stores them; tally.py counts whole corpora into files.
"""
