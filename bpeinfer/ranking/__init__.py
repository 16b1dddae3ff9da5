"""Which of several texts a tokenizer was trained on."""

from bpeinfer.ranking.job import rank_texts
from bpeinfer.ranking.result import Candidate, Likeness, TextRanking

__all__ = ["Candidate", "Likeness", "TextRanking", "rank_texts"]
