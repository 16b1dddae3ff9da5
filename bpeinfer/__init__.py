"""Infer the training mixture of a BPE tokenizer from its merge list.

tokenizer file or hub id ─► MergeList + Pretokenizer ──┐
                                                       ├─► PairTrajectories ─► MixtureProblem ─► MixtureEstimate
category samples ─► PretokenCounts (per category) ─────┘
"""

__version__ = "0.1.0"
