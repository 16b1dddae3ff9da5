"""Known mixtures: train tokenizers on mixtures that we drew, infer the mixtures, and score the answers.

design.py defines what an experiment varies and draws its trials; trial.py runs one; running.py runs many and can
resume; results.py reads their files; summary.py turns rows of results into the numbers of a table.
"""

from bpeinfer.experiments.design import Design
from bpeinfer.experiments.results import read_results
from bpeinfer.experiments.running import count_texts, run_experiment
from bpeinfer.experiments.summary import Summary, summarise
from bpeinfer.experiments.trial import Texts, log10_mse, run_trial

__all__ = [
    "Design",
    "Summary",
    "Texts",
    "count_texts",
    "log10_mse",
    "read_results",
    "run_experiment",
    "run_trial",
    "summarise",
]
