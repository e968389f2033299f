#!/usr/bin/python3
"""Exams from Orthanc to results in Orthanc, by hand (send, fetch, analyze) and through a node; plain, and with TLS.

The configuration is that of docs/examples/orthanc, with other folders and a shorter wait; nothing else is changed.
Runs in a network namespace of its own, as Orthanc listens on all addresses; exit code 77 where there can't be one."""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples/orthanc"
TESTDATA = Path(__file__).resolve().parents[2] / "testdata"
SKIPPED = 77


def own_network():
    """Starts this program again in a network namespace with nothing but a loopback device."""
    if os.environ.get("HIPCUFF_OWN_NETWORK"):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    for program in ("unshare", "ip", "Orthanc", "openssl"):
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            print(f"skipped: {program} is not installed")
            sys.exit(SKIPPED)
    unshare = ["unshare", "-n"] if os.getuid() == 0 else ["unshare", "-r", "-n"]
    if subprocess.run(unshare + ["true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("skipped: unshare is not allowed here")
        sys.exit(SKIPPED)
    os.environ["HIPCUFF_OWN_NETWORK"] = "yes"
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    os.execvp(unshare[0], unshare + [sys.executable, "-B", __file__] + sys.argv[1:])


class Failed(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Failed(what)


def eventually(what, ask, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.2)
    raise Failed(f"not within {seconds} s: {what}")


class Trial:
    def __init__(self, hipcuff, folder, tls):
        self.hipcuff_program = hipcuff
        self.folder = folder
        self.tls = tls
        self.children = []
        folder.mkdir()
        if tls:
            subprocess.run([EXAMPLES / "certificates", folder / "tls"], check=True)
        self.peer = "ORTHANC@localhost:4242"

    def hipcuff(self, *words, code=0):
        ran = subprocess.run([self.hipcuff_program, *map(str, words)], capture_output=True, text=True, timeout=120)
        need(ran.returncode == code, f"hipcuff {' '.join(map(str, words))}: exit code {ran.returncode}\n{ran.stderr}")
        return ran

    def net(self, command, *words, code=0, certificate="node"):
        tls = self.folder / "tls"
        more = ["--tls-authority", tls / "authority.pem", "--tls-certificate", tls / f"{certificate}.pem", "--tls-key",
                tls / f"{certificate}.key"] if self.tls else []
        return self.hipcuff(command, *words, *more, "--retry-wait", "0.2", "--timeout", "20", code=code)

    def start(self, name, *command):
        log = open(self.folder / f"{name}.log", "w", encoding="utf-8")
        child = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)
        self.children.append((name, child))
        return child

    def stop(self, only=None):
        for name, child in list(self.children):
            if only in (None, name):
                child.send_signal(signal.SIGTERM)
                code = child.wait(timeout=30)
                self.children.remove((name, child))
                need(code == 0, f"{name} ended with {code}\n" + self.log(name))

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def start_orthanc(self):
        suffix = "-tls" if self.tls else ""
        text = (EXAMPLES / f"orthanc{suffix}.json").read_text(encoding="utf-8")
        text = text.replace("/etc/orthanc/tls", str(self.folder / "tls"))
        text = text.replace("/etc/orthanc", str(EXAMPLES))
        text = text.replace("/var/lib/orthanc", str(self.folder))
        (self.folder / "orthanc.json").write_text(text, encoding="utf-8")
        self.start("orthanc", "Orthanc", self.folder / "orthanc.json")
        eventually("Orthanc answers", lambda: self.rest("/system"))

    def start_node(self):
        suffix = "-tls" if self.tls else ""
        config = json.loads((EXAMPLES / f"node{suffix}.json").read_text(encoding="utf-8"))
        config["folder"] = str(self.folder / "node")
        config["analysis"]["quiet_seconds"] = 1
        (self.folder / "node.json").write_text(json.dumps(config), encoding="utf-8")
        self.start("node", self.hipcuff_program, "node", "--config", self.folder / "node.json")
        eventually("the node runs", lambda: self.hipcuff_ok("node", "--config", self.folder / "node.json", "--status"))

    def hipcuff_ok(self, *words):
        return subprocess.run([self.hipcuff_program, *map(str, words)], capture_output=True).returncode == 0

    def rest(self, path, body=None):
        try:
            request = urllib.request.Request("http://127.0.0.1:8042" + path, data=body)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read())
        except OSError:
            return None

    def found(self, *keys):
        """What a query says there is, study by study."""
        return json.loads(self.net("fetch", self.peer, "--list", "--json", "--identity", *keys).stdout)["studies"]

    def count(self, study, modality):
        """Objects of a study in Orthanc, by its own account."""
        series = self.rest("/tools/find", json.dumps({
            "Level": "Series", "Expand": True,
            "Query": {"StudyInstanceUID": study, "Modality": modality}}).encode())
        return sum(len(one["Instances"]) for one in series)


def by_hand(trial):
    """Stored, fetched, analysed, results sent and found, read back equal; sending again doubles nothing."""
    exam = TESTDATA / "normal-right-long/image.dcm"
    trial.net("send", trial.peer, exam)
    study = trial.found("--modality", "US")
    need(len(study) == 1, f"one study was expected: {study}")
    uid = study[0]["study_instance_uid"]
    got = trial.folder / "got"
    printed = trial.net("fetch", trial.peer, "--patient-id", study[0]["identity"]["patient_id"], "--out", got).stdout
    need(printed.strip() == str(got / uid), f"the study's folder is printed, not {printed}")
    files = list((got / uid).rglob("*.dcm"))
    need(len(files) == 1, f"one file was expected: {files}")
    need(files[0].read_bytes()[-50000:] == exam.read_bytes()[-50000:], "the image came back changed")
    trial.hipcuff("analyze", got / uid, "--out", trial.folder / "results", "--dicom", "all")
    made = {path.name: path for path in (trial.folder / "results/dicom").glob("*.dcm")}
    need(any("-sr-" in name for name in made) and len(made) >= 3, f"objects were expected: {sorted(made)}")
    for _ in range(2):
        said = trial.net("send", trial.peer, trial.folder / "results").stderr
        need(f"{len(made)} of {len(made)} objects stored" in said, said)
        for modality in ("SR", "SEG", "PR"):
            need(trial.count(uid, modality) == 1, f"{modality}: {trial.count(uid, modality)} objects in Orthanc")
            need([s["study_instance_uid"] for s in trial.found("--modality", modality)] == [uid],
                 f"{modality} is not found by query")
    back = trial.folder / "back"
    trial.net("fetch", trial.peer, "--study-uid", uid, "--modality", "SR", "--out", back)
    was = json.loads(trial.hipcuff("info", "--json", *[made[n] for n in made if "-sr-" in n]).stdout)["objects"]
    now = json.loads(trial.hipcuff("info", "--json", back).stdout)["objects"]
    need(len(now) == 1 and now[0]["report"] == was[0]["report"], "the report came back changed")
    by_move(trial, uid, len(made) + 1)
    return {"by hand": len(made)}


def by_move(trial, uid, count):
    """The same study by C-MOVE. Nobody listens at the node's port yet, so that we can."""
    moved = trial.folder / "moved"
    trial.net("fetch", trial.peer, "--study-uid", uid, "--out", moved, "--move-to", "HIPCUFF:11112")
    files = list(moved.rglob("*.dcm"))
    need(len(files) == count, f"{count} files by C-MOVE were expected: {files}")


def through_the_node(trial):
    """A scanner stores in Orthanc, Orthanc forwards to the node, the results come back by themselves."""
    trial.start_node()
    exam = TESTDATA / "full-left-long/image.dcm"
    before = {study["study_instance_uid"] for study in trial.found("--modality", "US")}
    trial.net("send", trial.peer, exam, "--calling-ae", "SCANNER")
    after = {study["study_instance_uid"] for study in trial.found("--modality", "US")}
    (uid,) = after - before
    for modality in ("SR", "SEG", "PR"):
        eventually(f"the node's {modality} is found by query",
                   lambda m=modality: uid in [s["study_instance_uid"] for s in trial.found("--modality", m)])
        need(trial.count(uid, modality) == 1, f"{modality}: {trial.count(uid, modality)} objects in Orthanc")
    status = json.loads(trial.hipcuff("node", "--config", trial.folder / "node.json", "--status", "--json").stdout)
    trial.stop("node")
    return status


def strangers(trial):
    """Without TLS, and with a certificate that nobody knows."""
    words = ["send", "--echo", trial.peer, "--timeout", "5"]
    trial.hipcuff(*words, code=1)
    tls = trial.folder / "tls"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=stranger",
                    "-keyout", tls / "stranger.key", "-out", tls / "stranger.pem"], check=True, capture_output=True)
    trial.net("send", "--echo", trial.peer, certificate="stranger", code=1)
    said = trial.net("send", "--echo", trial.peer.replace("localhost", "127.0.0.1"), code=1).stderr
    need("not made out for 127.0.0.1" in said, said)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hipcuff", type=Path, required=True)
    arguments = parser.parse_args()
    own_network()
    hipcuff = arguments.hipcuff.resolve()
    with tempfile.TemporaryDirectory(prefix="hipcuff-orthanc-") as folder:
        for tls in (False, True):
            trial = Trial(hipcuff, Path(folder) / ("tls" if tls else "plain"), tls)
            begin = time.monotonic()
            try:
                trial.start_orthanc()
                need(re.search("answers", trial.net("send", "--echo", trial.peer).stdout), "no echo")
                made = by_hand(trial)["by hand"]
                if tls:
                    strangers(trial)
                through_the_node(trial)
                trial.stop()
            except (Failed, subprocess.SubprocessError, KeyError, ValueError) as error:
                print(f"{'TLS' if tls else 'plain'}: {error}")
                for name in ("orthanc", "node"):
                    if (trial.folder / f"{name}.log").exists():
                        print(f"--- {name}\n{trial.log(name)}")
                for _, child in trial.children:
                    child.kill()
                return 1
            print(f"{'TLS' if tls else 'plain'}: {made} results by hand, SR, SEG and PR through the node, "
                  f"found by query; {time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
