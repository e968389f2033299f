"""Interactive shells on a terminal of their own, asked what Tab would offer."""

import os
import pty
import select
import subprocess
import time


class Shell:
    """bash or zsh as a person has it, without anybody's settings; `script` is the completion under test."""

    def __init__(self, words, setup, folder, environment):
        self.master, slave = pty.openpty()
        clean = {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": folder, "LC_ALL": "C.UTF-8", **environment}
        self.process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=clean,
                                        start_new_session=True)
        os.close(slave)
        self.count = 0
        for line in setup:
            self.run(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def until(self, mark, seconds=60):
        text = ""
        end = time.monotonic() + seconds
        while mark not in text:
            if time.monotonic() > end:
                raise AssertionError(f"the shell said nothing more after:\n{text}")
            if select.select([self.master], [], [], 0.2)[0]:
                text += os.read(self.master, 65536).decode(errors="replace")
        return text

    def run(self, line):
        """Runs a line and waits for its end. The mark is put together by the shell: its echo is not taken for it."""
        self.count += 1
        os.write(self.master, f"{line}\necho en''d-{self.count}-\n".encode())
        return self.until(f"end-{self.count}-")

    def offers(self, line):
        """The words of the line after all completions of its last one were put there."""
        self.count += 1
        show = f" printf '[%s]\\n' b''egin-{self.count}- "
        os.write(self.master, line.encode() + self.all_of_them + b"\x01" + show.encode() + b"\n")
        os.write(self.master, f"echo en''d-{self.count}-\n".encode())
        said = self.until(f"end-{self.count}-").split(f"[begin-{self.count}-]")[-1]
        rows = [row.strip() for row in said.replace("\r", "\n").split("\n")]
        return [row[1:-1] for row in rows if row.startswith("[") and row.endswith("]")]


class Bash(Shell):
    all_of_them = b"\x1b*"  # readline's insert-completions

    def __init__(self, scripts, folder, environment):
        super().__init__(["bash", "--norc", "--noprofile", "-i"],
                         ["PS1=", "set -u", "bind 'set enable-bracketed-paste off'",
                          *(f"source '{s}'" for s in scripts)], folder,
                         {"INPUTRC": "/dev/null", **environment})


class Zsh(Shell):
    all_of_them = b"\x18a"

    def __init__(self, scripts, folder, environment):
        paths = " ".join(sorted({f"'{os.path.dirname(s)}'" for s in scripts}))
        super().__init__(["zsh", "-f", "-i"], [
            "PS1= RPS1= PROMPT_EOL_MARK=; unsetopt zle_bracketed_paste prompt_cr; unset zle_bracketed_paste",
            f"fpath=({paths} $fpath)", f"autoload -U compinit; compinit -u -d '{folder}/.zcompdump'",
            "insert_all() { _main_complete; compstate[insert]=all; compstate[list]=; }",
            "zle -C insert-all complete-word insert_all; bindkey -e; bindkey '^Xa' insert-all"
        ], folder, environment)
