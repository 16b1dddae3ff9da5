"""Pretokens → counts by category and block.

keys.py gives every pretoken a key; block_counter.py counts keys in blocks of documents; blocks.py and counts.py hold
the counts of one category and of all; units.py and jobs.py count samples, with workers and bounds; kept_counts.py and
cache_folder.py keep counts between runs; tally_files.py stores counts; tally.py counts whole corpora into files.
"""
