"""What is the mixture? From a tokenizer and samples to an estimate.

job.py is the job, step by step; given.py accepts tokenizers and samples, arguments.py checks the other arguments;
evidence_range.py chooses the merges; tracing.py goes from samples to trajectories; notes.py adds what a reader should
know.
"""
