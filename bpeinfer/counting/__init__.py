"""Pretokens → counts by category and block.

keys.py gives every pretoken a key; block_counter.py counts keys in blocks of documents; blocks.py and counts.py hold
the counts of one category and of all; units.py and jobs.py count samples, with workers and bounds; kept_counts.py and
cache_folder.py keep counts between runs; tally_files.py and tally_writing.py store counts; tally.py counts whole
corpora into files, finished.py notes which are done; packs.py shares them through the hub.

In bounded memory (memory.py), counts become runs.py on disk (spill_folder.py), which spilling.py joins, one range of
keys after another, into spilled_counts.py or, by spilled_tally.py, into tally files.
"""
