"""What the tests of the tool share: where it is, its environment, terminals, and a folder for each test."""

import os
import pty
import subprocess
import sys
import tempfile
import unittest

if len(sys.argv) > 1 and os.access(sys.argv[1], os.X_OK):
    TOOL = os.path.abspath(sys.argv.pop(1))
elif os.environ.get("DISTILLCFG_TOOL"):
    TOOL = os.path.abspath(os.environ["DISTILLCFG_TOOL"])
else:
    sys.exit("say where the tool is: as the first argument, or in DISTILLCFG_TOOL")


def environment():
    """This one without what changes the tool's language or colours."""
    return {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LANG", "LC_ALL")}


def run_on_terminal(arguments, env, prepare):
    """Runs the tool with its output on a terminal, which prepare(descriptor) may set up; returns the exit status
    and what the terminal shows."""
    try:
        mine, theirs = pty.openpty()
    except OSError as error:
        raise unittest.SkipTest("no pseudo-terminal to be had") from error
    prepare(theirs)
    process = subprocess.Popen([TOOL, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(mine, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(mine)
    return process.wait(timeout=60), shown


class FolderTest(unittest.TestCase):
    """A test in a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(folder.name)

    @staticmethod
    def write(name, content):
        with open(name, "wb") as file:
            file.write(content)
        return name
