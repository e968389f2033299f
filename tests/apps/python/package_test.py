"""The package as a whole: its notice, its types, and that stubs, module and results agree."""

import ast
import json
import os
import subprocess
import sys
import tempfile
import typing
import unittest
from pathlib import Path

import hipcuff
from hipcuff import _hipcuff
from support import CINE, TESTDATA, TORN, FolderTest

PACKAGE = Path(hipcuff.__file__).parent
HERE = Path(__file__).parent


CACHE = tempfile.TemporaryDirectory(prefix="hipcuff-mypy-")  # NumPy's types are read once, not in each test


def python(*arguments, cwd):
    environment = {**os.environ, "MYPYPATH": f"{PACKAGE.parent}", "MYPY_CACHE_DIR": CACHE.name}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


class NoticeTest(unittest.TestCase):
    def test_says_what_it_is_not_for(self):
        self.assertIn("not a medical device", hipcuff.notice)
        self.assertIn(hipcuff.notice, hipcuff.__doc__.replace("\n", " "))

    def test_everything_is_documented(self):
        for name in hipcuff.__all__:
            if not name.startswith("__") and name != "notice":
                self.assertTrue(getattr(hipcuff, name).__doc__, name)


class InstallTest(FolderTest):
    def test_an_installed_copy_works(self):
        subprocess.run(
            ["cmake", "--install", os.environ["HIPCUFF_BUILD_DIR"], "--component", "python", "--prefix", self.folder],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        installed = self.folder / "lib/python3/dist-packages"
        self.assertEqual(
            {file.name for file in (installed / "hipcuff").iterdir()},
            {file.name for file in PACKAGE.iterdir()} - {"__pycache__"},
        )
        code = f"import hipcuff; print(hipcuff.__file__, len(hipcuff.analyze({os.fspath(TORN)!r})))"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": os.fspath(installed)},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.stdout, f"{installed}/hipcuff/__init__.py 1\n", done.stderr)


class TypesTest(FolderTest):
    def test_a_program_that_uses_everything_is_typed(self):
        """mypy --strict over the package and over sample.py, which must name all that is public."""
        done = python("-m", "mypy", "--strict", "--no-error-summary", "-p", "hipcuff", cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        done = python("-m", "mypy", "--strict", "--no-error-summary", HERE / "sample.py", cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        used = {node.attr for node in ast.walk(ast.parse((HERE / "sample.py").read_text()))
                if isinstance(node, ast.Attribute)}  # fmt: skip
        self.assertEqual(set(hipcuff.__all__) - used, set())

    def test_wrong_use_is_told_by_types(self):
        wrong = self.folder / "wrong.py"
        lines = [
            'hipcuff.open(3)',
            'hipcuff.analyze("a.dcm")[0]["grade"]["clas"]',
            'hipcuff.analyze("a.dcm", frames=None)',
            'x: int = hipcuff.open("a.dcm").frame_times',
            'hipcuff.analyze_array("a.dcm", mm_per_px=1.0)',
        ]  # fmt: skip
        wrong.write_text("import hipcuff\n" + "\n".join(lines) + "\n")
        done = python("-m", "mypy", "--strict", "--no-error-summary", wrong, cwd=self.folder)
        told = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
        self.assertEqual(told, set(range(2, 2 + len(lines))), done.stdout)

    def test_that_program_runs(self):
        done = python(HERE / "sample.py", CINE, TORN, self.folder / "out", cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("done", done.stdout)

    def test_stubs_and_module_agree(self):
        allowed = HERE / "stubtest-allowlist.txt"
        done = python("-m", "mypy.stubtest", "--allowlist", allowed, "hipcuff._hipcuff", cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # stubtest cannot look into compiled functions; their doc strings say what they take.
        stub = ast.parse((PACKAGE / "_hipcuff.pyi").read_text())
        checked = 0
        for node in stub.body:
            if isinstance(node, ast.FunctionDef):
                checked += self.agrees(node, getattr(_hipcuff, node.name))
            elif isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef):
                        checked += self.agrees(method, getattr(getattr(_hipcuff, node.name), method.name))
                members = {name for name in vars(getattr(_hipcuff, node.name)) if not name.startswith("_")}
                stubbed = {getattr(item, "name", None) or item.target.id for item in node.body}
                self.assertEqual(members, stubbed - {"__init__"}, node.name)
        self.assertGreater(checked, 20)
        public = {name for name in vars(_hipcuff) if not name.startswith("_")}
        named = {getattr(node, "name", None) or getattr(getattr(node, "target", None), "id", "") for node in stub.body}
        self.assertEqual(public - named, set())

    def agrees(self, node, function):
        signature = function.__doc__.splitlines()[0]
        arguments = signature[signature.index("(") + 1 : signature.rindex(")")]
        wanted = [argument.arg for argument in node.args.args]
        # "self: ..., cine: hipcuff._hipcuff.Cine, region: Optional[str]": names stand before ": " outside of brackets.
        names, depth, word = [], 0, ""
        for letter in arguments + ",":
            depth += letter in "[(" or -(letter in "])")
            if letter == "," and depth == 0:
                names.append(word.split(":")[0].strip())
                word = ""
            else:
                word += letter
        names = ["self" if name == "arg0" and "self" in wanted else name for name in names if name]
        self.assertEqual(names, wanted, signature)
        return 1


class ShapeTest(FolderTest):
    """Results hold what their types say."""

    def check(self, value, kind, where):
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if kind is typing.Any:
            return
        if typing.is_typeddict(kind):
            self.assertIsInstance(value, dict, where)
            self.assertEqual(set(value) - {"label_mask"}, set(kind.__required_keys__), where)
            hints = typing.get_type_hints(kind)
            for key in kind.__required_keys__:
                self.check(value[key], hints[key], f"{where}.{key}")
        elif origin is list:
            self.assertIsInstance(value, list, where)
            for index, one in enumerate(value):
                self.check(one, arguments[0], f"{where}[{index}]")
        elif origin is dict:
            for key, one in value.items():
                self.check(one, arguments[1], f"{where}.{key}")
        elif origin is typing.Literal:
            self.assertIn(value, arguments, where)
        elif arguments:  # a union
            failures = []
            for one in arguments:
                try:
                    return self.check(value, one, where)
                except AssertionError as failure:
                    failures.append(str(failure))
            self.fail(f"{where}: {failures}")
        else:
            self.assertIsInstance(value, {float: (int, float), None: type(None)}.get(kind, kind), where)

    def test_a_study(self):
        results = hipcuff.analyze_study(TESTDATA, out=self.folder)
        self.check(results, hipcuff.results.Results, "results")
        self.assertEqual(len(json.dumps(results)) > 100_000, True)
        for image in hipcuff.analyze(TORN, label_mask=True):
            self.check(image, hipcuff.results.Image, "image")


if __name__ == "__main__":
    unittest.main()
