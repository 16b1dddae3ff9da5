"""Samples: files, folders, archives and memory → categories of documents.

sources.py reads documents from files of every format; corpus.py names categories and their groups.
"""
