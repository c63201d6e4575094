"""The drawing of tokens in a browser: mint.token, translated to one JavaScript module.

``drawing_module`` returns the text of the module. It is translated from the syntax trees of mint.token (``python_modules``,
``statements``, ``expressions``, ``functions``, ``classes``) and runs on a hand-written runtime in ``static/``: the types of Python
and the part of NumPy that drawing needs. ``subset`` states which Python is translated; everything else is refused with its place.
"""

from mint.browser.drawing.drawing_module import drawing_module
from mint.browser.drawing.subset import SubsetError, Violation

__all__ = ["SubsetError", "Violation", "drawing_module"]
