"""docs/python.md: runs every ```python block in order, and what it prints must be the ```text block below it.

guide_test.py --update writes what is printed now into the guide.
"""

import contextlib
import io
import os
import re
import sys
import unittest

from support import SOURCE, FolderTest

GUIDE = SOURCE / "docs" / "python.md"
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)


def run_guide(text, told):
    """The guide's text with the output blocks as they are now. told(code, then, now) for each block."""
    names = {"__name__": "__main__"}

    def block(found):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(found[1], str(GUIDE), "exec"), names)  # the guide is ours
        now = printed.getvalue()
        told(found[1], found[2] or "", now)
        return f"```python\n{found[1]}```\n" + (f"\n```text\n{now}```\n" if now else "")

    return BLOCK.sub(block, text)


class GuideTest(FolderTest):
    def test_prints_what_it_says(self):
        os.chdir(self.folder)
        self.addCleanup(os.chdir, SOURCE)
        blocks = []
        run_guide(GUIDE.read_text(encoding="utf-8"), lambda *one: blocks.append(one))
        self.assertGreater(len(blocks), 8)
        for code, then, now in blocks:
            self.assertEqual(now, then, f"after\n{code}\nguide_test.py --update mends docs/python.md")


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            updated = run_guide(GUIDE.read_text(encoding="utf-8"), lambda *one: None)
            os.chdir(SOURCE)
        GUIDE.write_text(updated, encoding="utf-8")
    else:
        unittest.main()
