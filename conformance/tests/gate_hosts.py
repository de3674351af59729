"""What runs the templates of ci/templates where they are meant to: the steps of a
runner of GitHub Actions, of GitLab and of Jenkins, and git, as far as a template
can tell. Each host says how a job ended, and what was kept of it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import yaml

os.environ.setdefault("PATH", "/usr/local/bin:/usr/bin:/bin")
TEMPLATES = Path("ci/templates")
# What keeps reports, and the member that names them.
KEEPERS = {"actions/upload-artifact": "path", "github/codeql-action/upload-sarif": "sarif_file"}


class Broken(Exception):
    """The template is not as its host has it."""


def must(holds, otherwise):
    if not holds:
        raise Broken(otherwise)


class Job:
    def __init__(self, status, kept, said):
        self.status, self.kept, self.said = status, sorted(kept), said


def shell(words, script, folder, environment):
    """The script as a file, which is how it reaches a shell."""
    path = folder / ".script"
    path.write_text(script)
    said = subprocess.run(
        [*words, path], cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    path.unlink()
    return said.returncode, said.stdout + said.stderr


def lint(dialect, script):
    """No finding of shellcheck: what a template runs, it quotes."""
    said = subprocess.run(["shellcheck", "-s", dialect, "-"], input=script, capture_output=True, text=True)
    must(said.returncode == 0, f"shellcheck: {said.stdout}")


# --- GitHub Actions -----------------------------------------------------------

HOLE = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


class Github:
    template = TEMPLATES / "github/action.yml"

    def __init__(self):
        self.action = yaml.safe_load(self.template.read_text())
        self.steps = self.action["runs"]["steps"]
        self.check()

    def check(self):
        must(self.action["runs"]["using"] == "composite", "no composite action")
        must({"name", "description", "inputs"} <= set(self.action), "an action names itself")
        for name, given in self.action["inputs"].items():
            must(given.get("description"), f"the input {name} is not described")
            must(given.get("required") or isinstance(given.get("default"), str), f"{name} has no default")
        for step in self.steps:
            must(("run" in step) != ("uses" in step), f"a step runs or uses: {step}")
            if "uses" in step:
                must(re.fullmatch(r"[\w.-]+/[\w./-]+@v\d+", step["uses"]), f"no version: {step['uses']}")
                continue
            must(step.get("shell") == "bash", "a step of a composite action names its shell")
            must(not HOLE.search(step["run"]), "what is given goes into a script as code")
            lint("bash", step["run"])
        for hole in HOLE.findall(self.template.read_text()):
            kind, _, name = hole.partition(".")
            known = name in self.action["inputs"] or kind != "inputs"
            must(known and kind in ("inputs", "steps", "github"), f"nobody fills {hole}")

    def value(self, expression):
        if expression.startswith("'"):
            return expression[1:-1]
        kind, _, name = expression.partition(".")
        if kind == "inputs":
            return self.given[name]
        if kind == "steps":
            step, _, output = name.partition(".outputs.")
            return self.outputs.get(step, {}).get(output, "")
        return str(TEMPLATES.resolve() / "github")

    def fill(self, text):
        return HOLE.sub(lambda hole: self.value(hole[1]), text)

    def applies(self, step, failed):
        terms = step.get("if", "success()").split(" && ")
        if "always()" not in terms and failed:
            return False
        for term in terms:
            if term in ("always()", "success()"):
                continue
            left, sign, right = re.fullmatch(r"(\S+) (==|!=) (\S+)", term).groups()
            if (self.value(left) == self.value(right)) != (sign == "=="):
                return False
        return True

    def run_step(self, step, folder, environment):
        said = folder / ".output"
        said.write_text("")
        own = {name: self.fill(text) for name, text in step.get("env", {}).items()}
        files = {"GITHUB_OUTPUT": said, "GITHUB_STEP_SUMMARY": folder / "summary"}
        words = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
        status, text = shell(words, step["run"], folder, {**environment, **own, **files})
        pairs = (line.partition("=") for line in said.read_text().splitlines())
        self.outputs[step.get("id")] = {name: value for name, _, value in pairs}
        said.unlink()
        return status, text

    def run(self, folder, tool, **given):
        defaults = {name: one.get("default", "") for name, one in self.action["inputs"].items()}
        given["options"] = "\n".join(given["options"])
        self.given, self.outputs = {**defaults, "tool": str(tool), **given}, {}
        failed, kept, log = 0, set(), ""
        for step in self.steps:
            if not self.applies(step, failed):
                continue
            if "uses" in step:
                path = self.fill(step["with"][KEEPERS[step["uses"].partition("@")[0]]])
                must((folder / path).exists(), f"nothing to upload: {path}")
                kept |= {file.name for file in (folder / path).rglob("*")} or {path}
                continue
            status, said = self.run_step(step, folder, dict(os.environ))
            log += said
            failed = failed or status
        status = self.fill(self.action["outputs"]["status"]["value"])
        must(not status or int(status) == failed, "its output says otherwise")
        return Job(failed, kept, log)


# --- GitLab -------------------------------------------------------------------

INPUT = re.compile(r"\$\[\[\s*inputs\.(\w+)\s*\]\]")


class Gitlab:
    template = TEMPLATES / "gitlab/wsconform.yml"

    def __init__(self):
        head, self.body = yaml.safe_load_all(self.template.read_text())
        self.inputs = head["spec"]["inputs"]
        must(len(self.body) == 1, "one job")
        job = next(iter(self.body.values()))
        for name in INPUT.findall(self.template.read_text()):
            must(name in self.inputs, f"nobody gives {name}")
        for lines in (job["before_script"], job["script"]):
            must(not INPUT.search("\n".join(lines)), "what is given goes into a script as code")
            lint("sh", "\n".join(lines))
        must(job["artifacts"]["when"] == "always", "a red job keeps nothing")
        must(job["artifacts"]["reports"]["junit"], "the merge request shows nothing")
        must("allow_failure" not in job, "a failure is allowed")

    def tools(self, folder, tool):
        """An image that has the tool; or one that has not, and where nothing but
        `make` can make it so."""
        if tool.exists():
            return tool.parent
        (folder / "bin").mkdir()
        for name, does in (("apt-get", ":"), ("git", "mkdir .wsconform"), ("make", "exit 7")):
            (folder / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
            (folder / "bin" / name).chmod(0o755)
        return folder / "bin"

    def run(self, folder, tool, **given):
        given["options"] = "\n".join(given["options"])
        given = {name: given.get(name, (one or {}).get("default")) for name, one in self.inputs.items()}
        must(None not in given.values(), "an input that is due")
        job = next(iter(self.body.values()))
        own = {name: INPUT.sub(lambda hole: given[hole[1]], text) for name, text in job["variables"].items()}
        path = f"{self.tools(folder, tool)}:{os.environ['PATH']}"
        script = "\n".join(("set -e", *job["before_script"], *job["script"]))
        status, said = shell(("sh",), script, folder, {**os.environ, **own, "PATH": path})
        kept = {file.name for one in job["artifacts"]["paths"] for file in (folder / one).rglob("*")}
        shown = folder / job["artifacts"]["reports"]["junit"]
        must(status > 1 or shown.exists(), "no JUnit where it is looked for")
        return Job(status, kept, said)


# --- Jenkins ------------------------------------------------------------------


class Jenkins:
    """No Groovy: the one script, and what has to stand around it."""

    template = TEMPLATES / "jenkins/vars/wsconform.groovy"

    def __init__(self):
        text = self.template.read_text()
        scripts = re.findall(r"sh\(label: '\w+', returnStatus: true, script: '''\n(.*?)'''\)", text, re.S)
        must(len(scripts) == 1 and text.count("'''") == 2, "one script, which no value of Groovy gets into")
        self.script = scripts[0]
        lint("sh", self.script)
        for opening, closing in ("()", "[]", "{}"):
            must(text.count(opening) == text.count(closing), f"a {opening} without its {closing}")
        # Kept whatever happens; red, and not only unstable, where it is not 0.
        ending = re.search(r"\} finally \{\n(.*?)\n    \}\n    if \(status != 0\) \{\n        error ", text, re.S)
        must(ending and "int status = 3" in text, "the status is passed over")
        self.kept = re.findall(r"(?:testResults|artifacts): '([^']*)'", ending[1])
        must(len(self.kept) == 2, "the reports are not kept")
        self.names = re.findall(r'"(WSCONFORM\w*)=', text)

    def run(self, folder, tool, **given):
        own = {
            "WSCONFORM": str(tool),
            "WSCONFORM_TARGET": given["target"],
            "WSCONFORM_BASELINE": given.get("baseline", ""),
            "WSCONFORM_OPTIONS": "\n".join(given["options"]),
        }
        must(set(own) == set(self.names), "the script is given other variables")
        status, said = shell(("sh", "-xe"), self.script, folder, {**os.environ, **own})
        kept = {file.name for pattern in self.kept for file in folder.glob(pattern.replace("**", "**/*"))}
        return Job(status, kept, said)


# --- git ----------------------------------------------------------------------


class Git:
    """A real push, to a repository beside."""

    template = TEMPLATES / "pre-push"

    def __init__(self):
        lint("sh", self.template.read_text())
        must(os.access(self.template, os.X_OK), "a hook is executable")

    def git(self, folder, *words):
        own = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder)}
        who = ("-c", "user.name=n", "-c", "user.email=n@example.org")
        said = subprocess.run(
            ["git", *who, *words], cwd=folder, env={**os.environ, **own}, capture_output=True, text=True
        )
        return said.returncode, said.stdout + said.stderr

    def run(self, folder, tool, **given):
        for words in (("init", "-q", "-b", "main", "--template="), ("init", "-q", "--bare", "--template=", "far")):
            self.git(folder, *words)
        (folder / ".git/hooks").mkdir()
        shutil.copy(self.template, folder / ".git/hooks/pre-push")
        options = list(given["options"])
        if given.get("baseline"):
            options += ["--baseline", given["baseline"]]
        self.git(folder, "config", "wsconform.tool", str(tool))
        self.git(folder, "config", "wsconform.options", " ".join(options))
        if given["target"]:
            self.git(folder, "config", "wsconform.target", given["target"])
        self.git(folder, "commit", "-q", "--allow-empty", "-m", "m")
        status, said = self.git(folder, "push", "-q", "far", "main")
        there = self.git(folder / "far", "rev-parse", "-q", "--verify", "main")[0] == 0
        must(there == (status == 0), "pushed, and not pushed")
        told = re.search(r"exit status (\d)", said)
        return Job(int(told[1]) if told and status else status, [], said)
