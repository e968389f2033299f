#!/usr/bin/env python3
"""scripts/slurm on a real Slurm of one host: a job array over four shards, one task killed and one cancelled, the
merged result compared with a single run.

Starts munged, slurmctld and slurmd of its own on loopback, in a folder of its own, with ports that are free; ends them
again. Skipped (exit code 77) where Slurm is not installed.

    tests/batch/slurm_test.py BIN_DIR
"""
import getpass
import hashlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
EXAMS = 24
SKIPPED = 77


def tool(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """Slurm on this host alone."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        name = socket.gethostname().split(".")[0]
        user = getpass.getuser()
        for sub in ("munge", "state", "spool"):
            (folder / sub).mkdir()
        key = folder / "munge/key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        self.munge_socket = folder / "munge/socket"
        control, daemon = free_port(), free_port()
        self.conf = folder / "slurm.conf"
        self.conf.write_text(f"""ClusterName=hipcufftest
SlurmctldHost={name}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={control}
SlurmdPort={daemon}
AuthType=auth/munge
AuthInfo=socket={self.munge_socket}
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0
ReturnToService=2
KillWait=5
MinJobAge=600
NodeName={name} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} RealMemory=2000
PartitionName=main Nodes={name} Default=YES MaxTime=INFINITE State=UP
""")
        self.environment = dict(os.environ, SLURM_CONF=str(self.conf), SOURCE_DATE_EPOCH="1760000000")
        for stray in [word for word in self.environment if word.startswith("SBATCH_")]:
            del self.environment[stray]

    def start(self):
        folder = self.folder
        self._run("munged", ["--foreground", "--force", f"--socket={self.munge_socket}", f"--key-file={folder}/munge/key",
                             f"--pid-file={folder}/munge/pid", f"--log-file={folder}/munge/log",
                             f"--seed-file={folder}/munge/seed"])
        self._wait(self.munge_socket.exists, "munged")
        self._run("slurmctld", ["-D", "-f", str(self.conf)])
        self._run("slurmd", ["-D", "-f", str(self.conf)])
        self._wait(lambda: "idle" in self.command("sinfo", "--noheader", "--format=%t", check=False), "Slurm")

    def _run(self, name, words):
        log = open(self.folder / f"{name}.out", "wb")
        self.processes.append(subprocess.Popen([tool(name), *words], env=self.environment, stdin=subprocess.DEVNULL,
                                               stdout=log, stderr=log))

    def _wait(self, ready, what):
        end = time.monotonic() + 60
        while not ready():
            broken = [process for process in self.processes if process.poll() is not None]
            if broken or time.monotonic() > end:
                raise RuntimeError(f"{what} does not start:\n" + self.logs())
            time.sleep(0.1)

    def command(self, *words, check=True):
        return subprocess.run(words, env=self.environment, check=check, text=True, stdout=subprocess.PIPE).stdout

    def logs(self):
        return "".join(f"--- {file}\n{file.read_text(errors='replace')[-3000:]}\n"
                       for file in sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out"))
                       + sorted(self.folder.glob("munge/log")) if file.stat().st_size)

    def stop(self):
        if self.processes:
            self.command("scancel", "--me", check=False)
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def process_of(hipcuff, out, shard):
    """The number of the running 'hipcuff batch' of that shard; None: there is none."""
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[0] == str(hipcuff) and f"{shard}/4" in words and str(out) in words:
            return int(entry.name)
    return None


def tree_of(batch):
    """Path -> bytes of all that may not depend on where and how often it was worked on."""
    tree = {}
    for file in sorted(batch.rglob("*")):
        name = file.relative_to(batch).as_posix()
        if not file.is_file() or name.startswith(("shards/", "slurm/", "catalogue.", "summary.", "figures.json")) \
                or name.endswith(".lock"):
            continue
        content = file.read_bytes()
        if file.name == "exam.json":
            record = json.loads(content)
            record.pop("times", None)
            content = json.dumps(record).encode()
        tree[name] = content
    return tree


def exams_of(batch, shard):
    """The folders of a shard's exams, as 'hipcuff batch' deals them out: by a hash of their keys."""
    exams = json.loads((batch / "index.json").read_text())["exams"]
    return [pathlib.Path("studies") / exam["name"][5:7] / exam["name"] for exam in exams
            if int(hashlib.sha256(exam["key"].encode()).hexdigest()[:12], 16) % 4 == shard - 1]


def check(truth, message):
    if not truth:
        raise AssertionError(message)


def test(cluster, bin_dir, folder):
    hipcuff = bin_dir / "hipcuff"
    subprocess.run([hipcuff, "phantom", "--out", folder / "in", "--cases", str(EXAMS), "--seed", "5", "--screen",
                    "400x300", "--frames", "4", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    (folder / "in/broken.dcm").write_bytes(b"x" * 128 + b"DICM and then nothing")
    code = subprocess.run([hipcuff, "batch", folder / "in", "--out", folder / "whole", "--quiet"],
                          env=cluster.environment).returncode
    check(code == 3, f"the single run ended with {code}")

    out = folder / "out"
    submitted = subprocess.run(
        [SOURCE / "scripts/slurm/submit.sh", "--out", out, "--shards", "4", "--scan", "--cpus", "1", "--memory", "400",
         "--time", "30", "--retries", "3", "--hipcuff", hipcuff, folder / "in"],
        env=cluster.environment, text=True, stdout=subprocess.PIPE)
    check(submitted.returncode == 0, "submit.sh failed")
    array = submitted.stdout.split()[-2]

    # One task is killed in the midst of its work, one is cancelled.
    end = time.monotonic() + 240
    killed, cancelled = False, False
    victims = exams_of(folder / "whole", 2)
    check(len(victims) > 2, "the shard to be killed has too few exams")
    while not (killed and cancelled):
        check(time.monotonic() < end, "the tasks did not come:\n" + cluster.logs())
        if not killed and (number := process_of(hipcuff, out, 2)):
            done = sum((out / exam).exists() for exam in victims)
            if done > 0:
                os.kill(number, signal.SIGKILL)
                killed = True
                print(f"killed after {done} of {len(victims)} exams")
        if not cancelled and process_of(hipcuff, out, 3):
            cluster.command("scancel", f"{array}_3")
            cancelled = True
        time.sleep(0.005)

    while cluster.command("squeue", "--noheader", "--format=%i").strip():
        check(time.monotonic() < end, "the jobs do not end:\n" + cluster.command("squeue") + cluster.logs())
        time.sleep(0.3)
    logs = "".join(file.read_text() for file in sorted((out / "slurm/logs").glob("merge-*.log")))
    check("2/4\tkilled" in logs, "the killed task was not found:\n" + logs)
    check("3/4\t" in logs, "the cancelled task was not found:\n" + logs)
    check("begin again" in logs, "nothing was begun again:\n" + logs)
    check("Joined 4 catalogues" in logs, "the shards were not joined:\n" + logs)

    expected, found = tree_of(folder / "whole"), tree_of(out)
    check(len(expected) > 5 * EXAMS, "there is too little to compare")
    differing = [name for name in sorted(expected.keys() | found.keys()) if expected.get(name) != found.get(name)]
    check(not differing, f"the merged result is another one: {differing[:10]}")

    # Shards that can't be finished: after the tries allowed, what there is is joined and the job says so.
    (out / "slurm/settings.sh").write_text((out / "slurm/settings.sh").read_text().replace('shards="4"', 'shards="5"')
                                           .replace('retries="3"', 'retries="0"'))
    job = cluster.command("sbatch", "--parsable", "--wait", f"--output={folder}/limit.log",
                          str(SOURCE / "scripts/slurm/merge.sbatch"), str(out / "slurm/settings.sh"), check=False)
    text = (folder / "limit.log").read_text()
    check("Tried 0 times; joining what there is" in text and "5/5\tmissing" in text, f"job {job}: {text}")


def main():
    missing = [name for name in ("munged", "slurmctld", "slurmd", "sbatch", "squeue") if tool(name) is None]
    if missing:
        print(f"skipped: no {', '.join(missing)} here (apt-get install slurm-wlm munge)")
        return SKIPPED
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hipcuff-slurm-"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    started = time.monotonic()
    try:
        cluster.start()
        print(f"Slurm is up after {time.monotonic() - started:.1f} s")
        test(cluster, pathlib.Path(sys.argv[1]).resolve(), folder)
        print(f"passed in {time.monotonic() - started:.1f} s")
        return 0
    except (AssertionError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"failed: {error}")
        return 1
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
