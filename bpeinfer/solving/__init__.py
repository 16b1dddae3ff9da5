"""The mixture problem and its solvers: `MixtureProblem` → `solve` → `Solution`.

problem.py writes the program; oracle.py (with isotonic.py) gives the exact objective of a mixture;
interior_point.py is the engine; bundle.py, row_generation.py and whole_lp.py solve the same programs by other
means, as referees; highs.py is the only door to the LP engine.
"""

from bpeinfer.solving.identified import Identified, identify
from bpeinfer.solving.interior_point import Path
from bpeinfer.solving.oracle import Evaluation, evaluate
from bpeinfer.solving.problem import Form, MixtureProblem, Normalization, Trajectories
from bpeinfer.solving.solve import METHODS, Solution, SolveStatus, solve

__all__ = [
    "METHODS",
    "Evaluation",
    "Form",
    "Identified",
    "MixtureProblem",
    "Normalization",
    "Path",
    "Solution",
    "SolveStatus",
    "Trajectories",
    "evaluate",
    "identify",
    "solve",
]
