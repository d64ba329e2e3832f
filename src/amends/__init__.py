"""amends, the open breach-response system: from the first suspicion to the last person told and protected.

One breach is one case, a folder; each step is a verb; verbs speak to each other only through tables.
"""

__version__ = "0.1.0"
