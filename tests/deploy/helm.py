"""Renders the chart with Helm's own library and checks each object against the schema of its kind: helm.py VALUES, where VALUES is a file of JSON.

Prints the objects as JSON. What Helm or a schema refuses ends it with 1 and says why.
"""

import json
import sys
from pathlib import Path

CHART = Path(__file__).resolve().parents[2] / "deploy/helm/homeward"
