"""Check that the drawing of tokens can be translated: print what is outside the subset, one construct a line, and exit with 1."""

import sys

from mint.browser.drawing import SubsetError, drawing_module

try:
    drawing_module()
except SubsetError as error:
    sys.exit(str(error))
