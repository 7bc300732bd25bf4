"""Renders the chart with Helm's own library (no cluster, no helm) and checks each object against the schema of its kind.

helm.py VALUES: a file of JSON. Prints the objects as JSON. What Helm, the chart's own schema or a kind's schema refuses ends it with 1, and says why.
"""

import json
import sys
from pathlib import Path

import helm_python
import kubernetes_validate
import yaml

CHART = Path(__file__).resolve().parents[2] / "deploy/helm/homeward"
# The oldest that Chart.yaml names, and the newest that the schemas know.
VERSIONS = ["1.25.0", kubernetes_validate.latest_version()]


def main() -> None:
    values = json.loads(Path(sys.argv[1]).read_text())
    chart = helm_python.Chart.load(CHART)
    try:
        chart.validate_schema(values)
        rendered = chart.render(values, name="signin", namespace="signin")
    except helm_python.HelmError as refused:
        sys.exit(str(refused))
    objects = []
    for path, text in rendered.items():
        if path.endswith(".txt"):
            continue
        objects += [one for one in yaml.safe_load_all(text) if one]
    for one in objects:
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(one, version, strict=True)
            except kubernetes_validate.ValidationError as refused:
                sys.exit(f"{one['kind']} for {version}: {'.'.join(str(step) for step in refused.path)}: {refused.message}")
    found = helm_python.lint(CHART, values, strict=True, namespace="signin")
    print(json.dumps({"helm": helm_python.helm_sdk_version(), "kubernetes": VERSIONS, "lint": found, "objects": objects}))


main()
