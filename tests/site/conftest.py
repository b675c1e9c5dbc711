"""The site without a server; its fixtures are shared with other tests."""

from ..sites import PATIENT, Site

__all__ = ["PATIENT", "Site"]
