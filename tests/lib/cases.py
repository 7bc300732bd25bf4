#!/usr/bin/env python3
"""Writes docs/security-cases.md from the tests that ran: cases.py LOGS OUTPUT. Fails when a case has no test that passed and no reason."""
import pathlib, re, sys

root = pathlib.Path(__file__).resolve().parents[2]
logs, output = pathlib.Path(sys.argv[1]), root / sys.argv[2]
ID = re.compile(r"\b([A-Z]{2})-(\d\d)\b(?:…(?:[A-Z]{2}-)?(\d\d)\b)?")

def ids(text):
    found = set()
    for kind, first, last in ID.findall(text):
        found.update(f"{kind}-{n:02}" for n in range(int(first), int(last or first) + 1))
    return found

# Tests that passed, by the last part of their name.
passed = set()
rust = (logs / "rust.log").read_text(errors="replace")
passed.update(name.split("::")[-1] for name in re.findall(r"^test (\S+) \.\.\. ok$", rust, re.M))
passed.update(name.split("::")[-1] for name in re.findall(r"^test (\S+)(?: - should panic)? \.\.\. .*ok$", rust, re.M))
titles = set()
for name in ("browser", "peers", "deploy", "cluster"):
    titles.update(t.strip() for t in re.findall(r"^ *ok \d+ - (.+)$", (logs / f"{name}.log").read_text(errors="replace"), re.M))

tests = {}
def note(case, where): tests.setdefault(case, set()).add(where)

for path in sorted(root.glob("**/*.rs")):
    where = path.relative_to(root)
    if {"target", "node_modules"} & set(where.parts): continue
    comment = ""
    for line in path.read_text().splitlines():
        text = line.strip()
        if text.startswith("///"): comment += text + "\n"
        elif match := re.match(r"(?:pub )?(?:async )?fn (\w+)", text):
            name = match[1]
            if name in passed:
                own = {f"{k.upper()}-{n}" for k, n in re.findall(r"(?:^|_)([a-z]{2})_(\d\d)(?=_|$)", name)}
                for case in own | ids(comment): note(case, f"`{name}`")
            comment = ""
        elif text and not text.startswith(("#[", "//")): comment = ""
for path in sorted(root.glob("tests/*/*.test.mjs")):
    comment = ""
    for line in path.read_text().splitlines():
        text = line.strip()
        if text.startswith("//"): comment += text
        elif match := re.match(r"""test\(["'`](.+?)["'`],""", text):
            if match[1] in titles:
                for case in ids(match[1]) | ids(comment): note(case, f"“{match[1]}”")
            comment = ""
        elif text: comment = ""

rows, missing = [], []
for line in (root / "tests/security-cases.tsv").read_text().splitlines():
    case, title, *later = line.split("\t")
    found = sorted(tests.get(case, ()))
    if found: said = "; not yet: ".join([", ".join(found), *later])
    elif later: said = f"no test: {later[0]}"
    else: missing.append(case); said = "no test"
    rows.append(f"| {case} | {title} | {said} |")
more = sorted(case for case in tests if not any(row.startswith(f"| {case} |") for row in rows))
page = ["# Security cases", "", "Written by `tests/run` from the tests that ran and passed. A case without one says why, and one that is proved in part what is missing.", "",
        "| case | what | tests |", "|---|---|---|", *rows, "", "Further cases that tests carry:", "", "| case | tests |", "|---|---|",
        *(f"| {case} | {', '.join(sorted(tests[case]))} |" for case in more), ""]
output.write_text("\n".join(page))
print(f"    {len(rows) - len(missing)} of {len(rows)} cases have a test or a reason; {len(more)} further cases have tests")
if missing:
    print("    without: " + ", ".join(missing)); sys.exit(1)
