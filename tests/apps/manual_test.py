#!/usr/bin/python3
"""Manual pages and completion of the built programs: python3 manual_test.py /path/to/hipcuff /path/to/hipcuff-render ...

Pages must pass groff and mandoc without a warning and hold every option of the help and every example as it is typed.
Completion is asked of bash and zsh themselves.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

from shell import Bash, Zsh

PROGRAMS = {os.path.basename(path): path for path in sys.argv[1:]}


def output(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout


def commands():
    """The commands of hipcuff, as its reference lists them."""
    return re.findall(r"^## hipcuff (.+)$", output(PROGRAMS["hipcuff"], "help", "--markdown"), re.M)


def page_name(command):
    return "hipcuff-" + command.replace(" ", "-")


def plain(page):
    """As a terminal shows it, wide enough that no line is broken, without bold and underlining."""
    shown = subprocess.run(["mandoc", "-Tutf8", "-Owidth=400", page], check=True, stdout=subprocess.PIPE, text=True)
    return re.sub(".\b", "", shown.stdout)


class ManualPages(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.pages = {}
        for name, program in PROGRAMS.items():
            if name == "hipcuff":
                output(program, "help", "--man-pages", cls.folder.name)
            else:
                with open(f"{cls.folder.name}/{name}.1", "w", encoding="utf-8") as page:
                    page.write(output(program, "--man"))
        for file in os.listdir(cls.folder.name):
            cls.pages[file.removesuffix(".1")] = os.path.join(cls.folder.name, file)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_every_command_has_a_page(self):
        self.assertGreaterEqual(len(commands()), 10)
        self.assertEqual(sorted(self.pages), sorted([*PROGRAMS, *map(page_name, commands())]))

    def test_groff_has_no_warning(self):
        for name, page in self.pages.items():
            with self.subTest(name):
                checked = subprocess.run(["groff", "-ww", "-man", "-Kutf8", "-Tutf8", "-z", page], text=True,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
                self.assertEqual((checked.returncode, checked.stdout), (0, ""))

    def test_mandoc_has_no_warning(self):
        for name, page in self.pages.items():
            with self.subTest(name):
                checked = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], text=True, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, check=False)
                # A page says no date: the same sources make the same page on any day.
                said = [line for line in checked.stdout.splitlines() if "missing date" not in line]
                self.assertEqual(said, [])

    def test_whatis_is_found(self):
        for name, page in self.pages.items():
            with self.subTest(name):
                self.assertIn(f'"{name} - ', output("lexgrog", page))

    def test_options_are_those_of_the_help(self):
        helps = {name: output(program, "--help") for name, program in PROGRAMS.items()}
        helps |= {page_name(c): output(PROGRAMS["hipcuff"], *c.split(), "--help") for c in commands()}
        for name, page in self.pages.items():
            listed = set(re.findall(r"^ {2,}(?:-\w(?:, | \[ ))?(--[a-z][a-z0-9-]+)", helps[name], re.M))
            with self.subTest(name):
                self.assertTrue(listed)
                shown = set(re.findall(r"^ +(?:-\w, )?(--[a-z0-9-]+)", plain(page), re.M))
                self.assertEqual(listed - shown, set())

    def test_examples_can_be_copied(self):
        reference = output(PROGRAMS["hipcuff"], "help", "--markdown")
        count = 0
        for command in commands():
            section = reference.split(f"\n## hipcuff {command}\n")[1].split("\n## ")[0]
            shown = plain(self.pages[page_name(command)])
            for line in re.findall(r"^    (.+)$", section.partition("\nExamples:\n")[2], re.M):
                count += 1
                self.assertIn(line, shown, command)
        self.assertGreater(count, 10)

    def test_one_page_on_standard_output(self):
        with open(self.pages["hipcuff-validate-compare"], encoding="utf-8") as page:
            self.assertEqual(output(PROGRAMS["hipcuff"], "help", "--man", "validate", "compare"), page.read())

    def test_an_unknown_shell_is_refused(self):
        for name, program in PROGRAMS.items():
            words = [program, *(["help"] if name == "hipcuff" else []), "--completion", "fish"]
            asked = subprocess.run(words, text=True, capture_output=True, check=False)
            self.assertEqual(asked.returncode, 2, name)
            self.assertIn("fish", asked.stderr)


class Completion:
    """What both shells must offer; a line is what stands before the cursor."""

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        folder = cls.place.name
        os.makedirs(f"{folder}/completions")
        scripts = []
        for name, program in PROGRAMS.items():
            words = [program, *(["help"] if name == "hipcuff" else []), "--completion", cls.shell_name]
            scripts.append(f"{folder}/completions/{cls.prefix}{name}")
            with open(scripts[-1], "w", encoding="utf-8") as script:
                script.write(output(*words))
            subprocess.run([cls.shell_name, "-n", scripts[-1]], check=True)
        cls.work = f"{folder}/work"
        os.makedirs(f"{cls.work}/exam one")
        os.makedirs(f"{cls.work}/examples")
        for file in ["exam.dcm", "criteria.json"]:
            with open(f"{cls.work}/{file}", "w", encoding="utf-8"):
                pass
        # Two plugins that are there by name; nothing of them is looked at but their descriptors.
        plugins = f"{folder}/plugins"
        os.makedirs(plugins)
        for plugin in ["first", "second"]:
            with open(f"{plugins}/{plugin}.plugin.json", "w", encoding="utf-8") as file:
                json.dump({"schema": "hipcuff.plugin/1", "name": plugin, "version": "1.0.0", "summary": "Nothing",
                           "author": "A", "license": "Apache-2.0", "stages": ["cortex"]}, file)
        with open(f"{plugins}/wrong.plugin.json", "w", encoding="utf-8") as file:
            file.write("no JSON")
        path = os.path.dirname(PROGRAMS["hipcuff"]) + ":" + os.environ["PATH"]
        cls.shell = cls.kind(scripts, cls.work, {"PATH": path, "HIPCUFF_PLUGIN_PATH": plugins})
        cls.shell.run("cd .")

    @classmethod
    def tearDownClass(cls):
        cls.shell.__exit__()
        cls.place.cleanup()

    def offered(self, line):
        """Completions of the last word: all words but those that stand before it."""
        before = len(line[:line.rindex(" ")].split())
        return [word.rstrip("/") for word in self.shell.offers(line)[before:]]

    def test_commands(self):
        first = {command.split()[0] for command in commands()}
        self.assertEqual(set(self.offered("hipcuff ")) - {"--help", "--version"}, first)
        self.assertEqual(self.offered("hipcuff ana"), ["analyze"])

    def test_second_words(self):
        self.assertIn("compare", self.offered("hipcuff validate "))
        self.assertEqual(self.offered("hipcuff validate pl"), ["plan"])

    def test_every_option_of_every_command(self):
        for command in commands():
            with self.subTest(command):
                listed = set(re.findall(r"^  (?:-\w, )?(--[a-z][a-z0-9-]+)",
                                        output(PROGRAMS["hipcuff"], *command.split(), "--help"), re.M))
                offered = {word.rstrip("=") for word in self.offered(f"hipcuff {command} --")}
                self.assertEqual(listed, offered & {w for w in offered if w.startswith("--")})

    def test_choices(self):
        self.assertEqual(set(self.offered("hipcuff analyze --region ")), {"lateral-hip", "other"})
        self.assertEqual(self.offered("hipcuff analyze --out x --view sh"), ["short"])
        self.assertEqual(set(self.offered("hipcuff analyze --frames a")), {"all", "auto"})
        self.assertEqual(set(self.offered("hipcuff validate plan --interval ")), {"wilson", "exact"})
        self.assertEqual(self.offered("hipcuff validate plan non"), ["noninferiority"])

    def test_choices_behind_an_equals_sign(self):
        self.assertEqual(self.shell.offers("hipcuff analyze --region=oth")[-1].removeprefix("--region="), "other")

    def test_values_that_nobody_can_guess(self):
        self.assertEqual([w for w in self.offered("hipcuff analyze --jobs ") if w], [])

    def test_plugins(self):
        lines = output(PROGRAMS["hipcuff"], "help", "--markdown")
        if "## hipcuff plugins\n" not in lines:
            self.skipTest("without plugins")
        files = {"exam.dcm", "exam one", "examples", "criteria.json"}  # a plugin may be a file, too
        self.assertEqual(set(self.offered("hipcuff analyze --plugin ")) - files, {"first", "second"})
        self.assertEqual(self.offered("hipcuff analyze --plugin se"), ["second"])
        self.assertEqual(self.offered("hipcuff plugins show cri"), ["criteria.json"])

    def test_inputs_are_files_and_folders(self):
        self.assertEqual(set(self.offered("hipcuff analyze ex")), {"exam.dcm", "exam one", "examples"})
        self.assertEqual(set(self.offered("hipcuff analyze --jobs 4 ex")), {"exam.dcm", "exam one", "examples"})

    def test_folders(self):
        self.assertEqual(set(self.offered("hipcuff analyze --out ex")), {"exam one", "examples"})
        self.assertEqual(set(self.offered("hipcuff analyze -o ex")), {"exam one", "examples"})

    def test_files(self):
        self.assertEqual(self.offered("hipcuff analyze --criteria cri"), ["criteria.json"])

    def test_help_of_a_command(self):
        self.assertEqual(self.offered("hipcuff help ana"), ["analyze"])
        self.assertEqual(set(self.offered("hipcuff help validate ")), {"compare", "plan"})

    def test_render(self):
        if "hipcuff-render" not in PROGRAMS:
            self.skipTest("without hipcuff-render")
        self.assertEqual(set(self.offered("hipcuff-render ")) - {"--help", "--version"}, {"overlays", "charts"})
        self.assertEqual(self.offered("hipcuff-render charts --fig"), ["--figures"])
        self.assertEqual(self.offered("hipcuff-render charts --figures cri"), ["criteria.json"])

    def test_viewer(self):
        if "hipcuff-viewer" not in PROGRAMS:
            self.skipTest("without hipcuff-viewer")
        self.assertEqual(self.offered("hipcuff-viewer --readi"), ["--reading"])
        self.assertEqual(set(self.offered("hipcuff-viewer --opengl ")), {"auto", "hardware", "software"})
        self.assertEqual(set(self.offered("hipcuff-viewer --read ex")), {"exam.dcm", "exam one", "examples"})


class BashCompletion(Completion, unittest.TestCase):
    shell_name, prefix, kind = "bash", "", Bash


class ZshCompletion(Completion, unittest.TestCase):
    shell_name, prefix, kind = "zsh", "_", Zsh


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
