"""What is the mixture? From a tokenizer and samples to an estimate.

job.py is the job, step by step; given.py takes what is given, arguments.py checks what is asked for; evidence_range.py
chooses the merges; tracing.py goes from samples to trajectories; notes.py says what a reader should know.
"""
