"""The mixture problem and its solvers: `MixtureProblem` → `solve` → `Solution`.

problem.py writes the program; objective.py (with isotonic.py) gives the exact objective of a mixture;
interior_point.py is the engine and solver.py the door to it; referees/ solves the same programs by other means;
highs.py is the only door to the LP engine.
"""

from bpeinfer.solving.interior_point import Path
from bpeinfer.solving.objective import Evaluation, evaluate
from bpeinfer.solving.problem import Form, MixtureProblem, Normalization, Trajectories
from bpeinfer.solving.solver import METHODS, Solution, SolveStatus, solve

__all__ = [
    "METHODS",
    "Evaluation",
    "Form",
    "MixtureProblem",
    "Normalization",
    "Path",
    "Solution",
    "SolveStatus",
    "Trajectories",
    "evaluate",
    "solve",
]
