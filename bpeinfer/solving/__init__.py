"""The mixture problem and its solvers: `MixtureProblem` → `solve` → `Solution`.

problem.py writes the program; objective.py (with isotonic.py) gives the exact objective of a mixture;
newton_system.py, newton.py, central_path.py and interior_point.py are the engine, solver.py is its entry point;
proximal_bundle.py (with proximal_point.py) solves programs close to a solved one;
referees/ solves the same programs by other means; only highs.py calls the LP engine.
"""

from bpeinfer.solving.objective import Evaluation, evaluate, rivals_near
from bpeinfer.solving.problem import Form, MixtureProblem, Normalization
from bpeinfer.solving.proximal_bundle import curvature, minimise_nearby, objective_scale
from bpeinfer.solving.solver import METHODS, Method, Solution, SolveStatus, solve

__all__ = [
    "METHODS",
    "Evaluation",
    "Form",
    "Method",
    "MixtureProblem",
    "Normalization",
    "Solution",
    "SolveStatus",
    "curvature",
    "evaluate",
    "minimise_nearby",
    "objective_scale",
    "rivals_near",
    "solve",
]
