"""Plugins in the process of Python: used, refused, failing; the same as with the command."""

import json
import os
import shutil
import sys
import subprocess
import unittest
from pathlib import Path

import hipcuff
from support import CINE, STILL, FolderTest, hipcuff_command, without_files

FAULTY = Path(os.environ["HIPCUFF_FAULTY_PLUGINS"])
MISBEHAVING = FAULTY / "misbehaving.plugin.json"


class PluginsTest(FolderTest):
    def test_are_listed_without_loading(self):
        found = {plugin["name"]: plugin for plugin in hipcuff.plugins([FAULTY])}
        self.assertEqual(found["misbehaving"]["version"], "1.2.3")
        self.assertIsNone(found["misbehaving"]["problem"])
        self.assertEqual(found["misbehaving"]["parameters"], ["fault", "stage"])
        self.assertIn("tendon", found["misbehaving"]["stages"])
        self.assertTrue(found["no_mark"]["problem"])
        self.assertEqual(found["no_mark"]["file"], str(FAULTY / "no_mark.plugin.json"))

    def test_results_are_those_of_the_command(self):
        for fault in ("none", "nan"):
            plugin = f"{MISBEHAVING},fault={fault},stage=tendon"
            out = self.folder / fault
            hipcuff_command(
                "analyze", CINE, "--out", out, "--plugin", plugin, "--plugin-fault", "builtin", "--no-overlays", "-q"
            )
            command = json.loads((out / "results.json").read_text())
            (mine,) = hipcuff.analyze(CINE, plugins=plugin, plugin_fault="builtin", jobs=2)
            self.assertEqual(json.dumps(mine), json.dumps(without_files(command["studies"][0]["images"][0])))
            self.assertEqual(mine["stages"][0]["plugin"], "misbehaving")
            study = hipcuff.analyze_study(CINE, out=self.folder / "mine", plugins=[plugin], plugin_fault="builtin")
            self.assertEqual(study["plugins"], command["plugins"])
            self.assertEqual(study["studies"], command["studies"])
            self.assertEqual(
                sorted(file.name for file in (self.folder / "mine/exports/misbehaving").iterdir()),
                sorted(file.name for file in (out / "exports/misbehaving").iterdir()),
            )
        self.assertIn("stood in", " ".join(mine["quality"]["messages"]))

    def test_a_fault_ends_the_analysis(self):
        for fault, words in (("nan", "misbehaving"), ("throws", "the model is"), ("throws_value", "misbehaving")):
            with self.subTest(fault), self.assertRaisesRegex(hipcuff.ConfigError, words) as caught:
                hipcuff.analyze(STILL, plugins=f"misbehaving,fault={fault},stage=tendon", plugin_path=FAULTY)
            self.assertNotIn("--", str(caught.exception))
        with self.assertRaises(hipcuff.ConfigError):
            list(hipcuff.analyze_all(STILL, plugins="misbehaving,fault=nan,stage=cortex", plugin_path=[FAULTY]))
        self.assertEqual(len(hipcuff.analyze(STILL)), 1)

    def test_refused_ones(self):
        for name in ("no_mark", "other_version", "other_headers", "undefined_symbol"):
            with self.subTest(name), self.assertRaisesRegex(hipcuff.ConfigError, name):
                hipcuff.Analyzer(plugins=name, plugin_path=FAULTY)
            with self.assertWarns(hipcuff.PluginWarning) as warned:
                analyzer = hipcuff.Analyzer(plugins=name, plugin_path=FAULTY, plugin_fault="builtin")
            self.assertEqual(warned.filename, __file__)
            (left_out,), (plain,) = analyzer.analyze(STILL), hipcuff.analyze(STILL)
            (remark,) = set(left_out["quality"]["messages"]) - set(plain["quality"]["messages"])
            self.assertRegex(remark, f"plugin '{name}' was asked for and could not be loaded")
            left_out["quality"]["messages"].remove(remark)
            self.assertEqual(left_out, plain)
        with self.assertRaisesRegex(hipcuff.ConfigError, "did you mean 'misbehaving'"):
            hipcuff.Analyzer(plugins="misbehavng", plugin_path=FAULTY)
        with self.assertRaises(hipcuff.ConfigError) as caught:
            hipcuff.Analyzer(plugins="quite_another", plugin_path=FAULTY)
        self.assertIn("(list what is there with hipcuff.plugins(), name its folder with plugin_path,", str(caught.exception))
        with self.assertRaisesRegex(hipcuff.UsageError, "did you mean 'fault'"):
            hipcuff.Analyzer(plugins=["misbehaving,falt=x"], plugin_path=FAULTY)
        with self.assertRaises(hipcuff.UsageError):
            hipcuff.Analyzer(plugins=["misbehaving", "misbehaving"], plugin_path=FAULTY)

    def test_those_installed_beside_the_package_are_found(self):
        package = self.folder / "lib/python3/dist-packages/hipcuff"
        shutil.copytree(Path(hipcuff.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
        plugins = self.folder / "lib/hipcuff/plugins"
        plugins.mkdir(parents=True)
        for name in ("misbehaving.plugin.json", "misbehaving.so"):
            shutil.copy(FAULTY / name, plugins)
        code = "import hipcuff; print(hipcuff.__file__, [plugin['name'] for plugin in hipcuff.plugins()])"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(package.parent), "XDG_DATA_HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=True,
        )
        self.assertEqual(done.stdout, f"{package}/__init__.py ['misbehaving']\n")


if __name__ == "__main__":
    unittest.main()
