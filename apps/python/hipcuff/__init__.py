"""HipCuff in Python: reads B-mode ultrasound of the lateral hip, finds the gluteus medius tendon at the greater
trochanter, measures it, grades its tears.

Research software, not a medical device: not for diagnosis or treatment decisions.

    import hipcuff
    cine = hipcuff.open("scan.dcm")
    for result in hipcuff.analyze(cine):
        print(result["grade"]["class"], result["thickness"]["mean_mm"])

docs/python.md leads through all of it in ten minutes.
"""

from . import results
from ._analysis import Analyses, Analyzer, Borders, analyze, analyze_all, analyze_array, borders, mask, plugins
from ._cine import Cine, Frames, Inputs, from_array, open, open_all
from ._errors import ConfigError, Error, InputError, InputWarning, NotForUs, OutputError, PluginWarning, UsageError
from ._hipcuff import notice
from ._hipcuff import version as __version__
from ._simulation import Simulated, draw_recipe, simulate, simulate_exams
from ._studies import analyze_study, load_results
from ._validation import validate

__all__ = [
    "Analyses",
    "Analyzer",
    "Borders",
    "Cine",
    "ConfigError",
    "Error",
    "Frames",
    "InputError",
    "InputWarning",
    "Inputs",
    "NotForUs",
    "OutputError",
    "PluginWarning",
    "Simulated",
    "UsageError",
    "__version__",
    "analyze",
    "analyze_all",
    "analyze_array",
    "analyze_study",
    "borders",
    "draw_recipe",
    "from_array",
    "load_results",
    "mask",
    "notice",
    "open",
    "open_all",
    "plugins",
    "results",
    "simulate",
    "simulate_exams",
    "validate",
]
