"""Samples: files, folders, archives and memory → categories of documents.

corpus.py names categories and their groups, and load.py finds them under paths; text_files.py and sources.py read
documents; word_lists.py, words_to_text.py, joining.py and spelling.py turn word lists into text; layout.py rewrites
line ends and indentation.
"""
