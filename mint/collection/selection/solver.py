"""SciPy's solvers, by which tokens are chosen. They are an extra, so a sentence says how to install them."""

from mint.errors import CollectionError

try:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack
    from scipy.sparse.csgraph import maximum_flow
except ImportError as error:
    raise CollectionError("SciPy, which chooses by rules, is not installed; run: pip install 'pixelmint[collection]'") from error

__all__ = ["Bounds", "LinearConstraint", "csr_array", "hstack", "maximum_flow", "milp"]
