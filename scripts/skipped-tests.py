"""Says how many tests of a CTest JUnit file were skipped and why.  usage: skipped-tests.py tests.xml"""
import collections
import re
import sys
import xml.etree.ElementTree as ET


def reason(output):
    """GoogleTest prints 'FILE:LINE: Skipped' and then the message; our scripts print 'SKIPPED: message'."""
    found = re.search(r"^SKIPPED: (.+)$", output, re.M) or re.search(r": Skipped\n(.+)$", output, re.M)
    # Which file it was stands in the test's name; one reason for a folder of files is one line.
    return re.sub(r"\s*(at|in|:)?\s*\"[^\"]*/[^\"]*\"", "", found.group(1)).strip() if found else "no reason given"


skipped = collections.defaultdict(list)
for case in ET.parse(sys.argv[1]).getroot().iter("testcase"):
    if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
        out = case.find("system-out")
        skipped[reason(out.text or "" if out is not None else "")].append(case.get("name"))

print(f"Skipped: {sum(map(len, skipped.values()))} tests" + (":" if skipped else "."))
for why, names in sorted(skipped.items(), key=lambda item: -len(item[1])):
    print(f"  {len(names)} x {why}  ({names[0]}{', ...' if len(names) > 1 else ''})")
