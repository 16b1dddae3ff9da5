"""What a merge list says by itself: its account, its origin, its composition, and whether its pre-tokenizer fits."""
