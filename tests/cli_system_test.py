#!/usr/bin/env python3
"""The tool where the system does not do what one would like: files, streams, memory.

    DISTILLCFG_TOOL=build/distillcfg python3 tests/cli_system_test.py
    python3 tests/cli_system_test.py build/distillcfg
"""

import errno
import itertools
import os
import re
import resource
import shutil
import signal
import socket
import stat
import subprocess
import threading
import unittest

from tool_under_test import TOOL, FolderTest, environment

GOOD = b"batch_num: 1\n"
MODEL = b'module { name: "conv1" type: "Conv2d" }\n'
IS_ROOT = os.geteuid() == 0
NOBODY = 65534
# scripts/measure_coverage.sh: the tool then writes a file of counts as well, and says so where it cannot.
IS_COUNTED = "LLVM_PROFILE_FILE" in os.environ


def run(*arguments, stdin=b"", **more):
    more.setdefault("stdout", subprocess.PIPE)
    more.setdefault("stderr", subprocess.PIPE)
    more.setdefault("timeout", 60)
    more["input" if isinstance(stdin, bytes) else "stdin"] = stdin
    return subprocess.run([TOOL, *arguments], env=environment(), **more)


def limited(*limits):
    def limit():
        for name, value in limits:
            resource.setrlimit(name, (value, value))

    return limit


class System(FolderTest):
    def setUp(self):
        super().setUp()
        self.write("model", MODEL)
        self.write("a.cfg", GOOD)
        self.expected = run("resolve", "--model", "model", "a.cfg").stdout
        self.assertTrue(self.expected)

    @staticmethod
    def read(name):
        with open(name, "rb") as file:
            return file.read()

    def resolve(self, output, *more, status=0, **how):
        result = run("resolve", "--model", "model", "a.cfg", "-o", output, *more, **how)
        self.assertEqual(result.returncode, status, result)
        return result

    def check_refused(self, output, reason, **how):
        result = self.resolve(output, status=2, **how)
        self.assertEqual(result.stderr.decode(), f"distillcfg: cannot write '{output}': {os.strerror(reason)}\n")
        self.assertFalse(result.stdout)
        self.check_tidy()

    def check_tidy(self, folder="."):
        self.assertEqual([name for name in os.listdir(folder) if name.startswith(".distillcfg-")], [])


class Replacing(System):
    def test_links(self):
        os.makedirs("there/deep")
        self.write("there/deep/out", b"old")
        os.symlink("deep/out", "there/relative")
        os.symlink(os.path.abspath("there/relative"), "absolute")
        os.symlink("there/deep", "folder")
        for path in ("absolute", "folder/out", "there/relative"):
            self.write("there/deep/out", b"old")
            self.resolve(path)
            self.assertEqual(self.read("there/deep/out"), self.expected)
        for link in ("absolute", "folder", "there/relative"):
            self.assertTrue(os.path.islink(link))
        os.symlink("there/new", "dangling")
        self.resolve("dangling")
        self.assertEqual((self.read("there/new"), os.path.islink("dangling")), (self.expected, True))
        os.symlink("nowhere/new", "astray")
        self.check_refused("astray", errno.ENOENT)
        os.symlink("b", "a")
        os.symlink("a", "b")
        self.check_refused("a", errno.ELOOP)
        os.symlink("out0", "chain0")
        for i in range(60):
            os.symlink(f"chain{i}", f"chain{i + 1}")
        self.check_refused("chain60", errno.ELOOP)
        self.check_tidy("there/deep")

    @unittest.skipUnless(IS_ROOT, "only root may give links away")
    def test_a_link_of_another_user_makes_no_file(self):
        os.symlink("new", "link")
        os.symlink("link", "link2")
        for link in ("link", "link2"):
            os.lchown("link", NOBODY, NOBODY)
            self.check_refused(link, errno.EACCES)
        self.assertFalse(os.path.exists("new"))
        self.write("new", b"old")
        self.resolve("link")
        self.assertEqual(self.read("new"), self.expected)

    @unittest.skipUnless(os.path.isdir("/dev/fd"), "no /dev/fd")
    def test_a_link_whose_name_the_system_makes_up(self):
        """Where a file has lost its name, what the system calls it may be a link that somebody has made."""
        os.symlink("gone (deleted)", "gone (deleted)")
        with open("gone", "wb") as gone:
            os.remove("gone")
            self.check_refused(f"/dev/fd/{gone.fileno()}", errno.ELOOP, pass_fds=[gone.fileno()])

    @unittest.skipUnless(IS_ROOT, "only root may become another user")
    def test_a_link_of_root_may_be_followed(self):
        os.chmod(".", 0o777)
        os.symlink("new", "link")
        try:
            self.resolve("link", user=NOBODY, group=NOBODY, extra_groups=[])
        except OSError as error:
            self.skipTest(f"the tool is out of the reach of other users: {error}")
        self.assertEqual((self.read("new"), os.stat("new").st_uid), (self.expected, NOBODY))

    def test_hard_links(self):
        """The name that was given gets the new text; other names keep the old one."""
        self.write("out", b"old")
        os.link("out", "other")
        self.resolve("out")
        self.assertEqual((self.read("out"), self.read("other")), (self.expected, b"old"))

    def test_an_input_is_not_replaced(self):
        os.symlink("a.cfg", "link")
        os.link("a.cfg", "hard")
        for path in ("a.cfg", "./a.cfg", "link", "hard", "model"):
            result = self.resolve(path, status=2)
            self.assertIn(b"' would replace '", result.stderr)
        self.assertEqual(self.read("a.cfg"), GOOD)
        # Standard input may be a file, and then has a name.
        outputs = ["a.cfg", "link", "hard"] + ["/dev/fd/0"] * os.path.isdir("/dev/fd")
        for arguments in [["-", "--model", "model", "-o", path] for path in outputs] + [["--model", "-", "-o", "a.cfg"]]:
            with open("a.cfg", "rb") as file:
                result = run("resolve", *arguments, stdin=file)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn(f"'--output {arguments[-1]}' would replace '-'", result.stderr.decode())
        self.assertEqual(self.read("a.cfg"), GOOD)
        # What standard input is matters only where it is read.
        self.write("out", b"old")
        with open("out", "rb") as file:
            self.resolve("out", stdin=file)
        self.assertEqual(self.read("out"), self.expected)
        # What is not there is no input that could be lost.
        self.write("out", b"old")
        result = run("resolve", "--model", "model", "missing.cfg", "-o", "out")
        self.assertEqual((result.returncode, self.read("out")), (2, b"old"))
        self.assertIn(b"cannot read 'missing.cfg'", result.stderr)
        # "-" is no file, even where there is one of that name.
        self.write("./-", MODEL)
        for arguments in (["--model", "-", "-o", "-"], ["--model", "./-", "-o", "-"], ["--model", "-", "-o", "./-"]):
            self.assertEqual(run("resolve", *arguments, stdin=MODEL).returncode, 0, arguments)

    def test_permissions(self):
        for mode, kept in ((0o600, 0o600), (0o664, 0o664), (0o4755, 0o755), (0o2770, 0o770), (0o1644, 0o644)):
            self.write("out", b"old")
            os.chmod("out", mode)
            self.resolve("out", umask=0o077)
            self.assertEqual(stat.S_IMODE(os.stat("out").st_mode), kept)
            os.remove("out")
        self.resolve("out", umask=0o027)
        self.assertEqual(stat.S_IMODE(os.stat("out").st_mode), 0o640)

    def test_read_only(self):
        os.mkdir("folder")
        self.write("folder/out", b"old")
        how = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if IS_ROOT else {}
        if IS_ROOT:
            os.chmod(".", 0o755)
            os.chown("folder", NOBODY, NOBODY)
            os.chown("folder/out", NOBODY, NOBODY)
        try:
            run("--version", **how)
        except OSError as error:
            self.skipTest(f"the tool is out of the reach of other users: {error}")
        os.chmod("folder/out", 0o444)
        self.check_refused("folder/out", errno.EACCES, **how)
        os.chmod("folder/out", 0o644)
        os.chmod("folder", 0o555)
        self.check_refused("folder/out", errno.EACCES, **how)
        self.check_refused("folder/new", errno.EACCES, **how)
        os.chmod("folder", 0o755)
        self.assertEqual(self.read("folder/out"), b"old")
        self.check_tidy("folder")

    @unittest.skipUnless(IS_ROOT, "only root may give files away")
    def test_owner(self):
        os.chmod(".", 0o777)
        self.write("out", b"old")
        os.chown("out", 12345, 23456)
        os.chmod("out", 0o646)
        self.resolve("out")
        about = os.stat("out")
        self.assertEqual((about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)), (12345, 23456, 0o646))
        os.chown("out", 0, 23456)
        self.resolve("out")
        about = os.stat("out")
        self.assertEqual((about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)), (0, 23456, 0o646))
        # Others may keep the group if it is one of theirs; if not, nobody gains by another one.
        for owner, mode, groups, gid, kept in ((12345, 0o666, [23456], 23456, 0o666), (12345, 0o646, [], NOBODY, 0o644),
                                               (12345, 0o606, [], NOBODY, 0o600), (12345, 0o662, [], NOBODY, 0o622),
                                               (NOBODY, 0o664, [], NOBODY, 0o644)):
            os.chmod("out", mode)
            os.chown("out", owner, 23456)
            try:
                self.resolve("out", user=NOBODY, group=NOBODY, extra_groups=groups)
            except OSError as error:
                self.skipTest(f"the tool is out of the reach of other users: {error}")
            about = os.stat("out")
            self.assertEqual((about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)), (NOBODY, gid, kept))

    def test_what_is_no_file(self):
        os.mkdir("folder")
        for path in ("folder", ".", "/"):
            self.check_refused(path, errno.EISDIR)
        self.check_refused("folder/new/", errno.ENOENT)
        self.check_refused("a.cfg/x", errno.ENOTDIR)
        self.check_refused("x" * 300, errno.ENAMETOOLONG)
        for _ in range(2):
            self.resolve("/dev/null")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        self.check_refused("/dev/full", errno.ENOSPC)
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind("socket")
        self.check_refused("socket", errno.ENXIO)
        os.mkfifo("pipe")
        got = []
        reader = threading.Thread(target=lambda: got.append(self.read("pipe")))
        reader.start()
        self.resolve("pipe")
        reader.join(60)
        self.assertEqual(got, [self.expected])
        self.assertTrue(stat.S_ISFIFO(os.stat("pipe").st_mode))

    @unittest.skipUnless(os.path.exists("/dev/stdout"), "no /dev/stdout")
    def test_standard_output_by_name(self):
        for path in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            self.assertEqual(self.resolve(path).stdout, self.expected)
            with open("out", "wb") as out:
                out.write(b"before\n")
                out.flush()
                self.resolve(path, stdout=out)
                out.seek(0, os.SEEK_END)
                out.write(b"behind\n")
            self.assertEqual(self.read("out"), b"before\n" + self.expected + b"behind\n")
            with open("gone", "wb+") as out:
                os.remove("gone")
                self.resolve(path, stdout=out)
                out.seek(0)
                self.assertEqual(out.read(), self.expected)
        with open("gone", "wb") as gone:
            os.remove("gone")
            self.check_refused(f"/dev/fd/{gone.fileno()}", errno.ENOENT, pass_fds=[gone.fileno()])

    def test_standard_error_by_name(self):
        """What is said there is not lost when the product goes to the same file."""
        self.write("warning.cfg", GOOD + b"new_field: 2\n")
        arguments = ["resolve", "--allow-unknown", "--diagnostics=gcc", "--model", "model", "warning.cfg", "-o"]
        said = run(*arguments, "out").stderr
        self.assertIn(b"warning: ", said)
        for path in ["out"] + ["/dev/stderr"] * os.path.exists("/dev/stderr"):
            with open("out", "wb") as out:
                out.write(b"before\n")
                out.flush()
                self.assertEqual(run(*arguments, path, stderr=out).returncode, 0)
                out.seek(0, os.SEEK_END)
                out.write(b"behind\n")
            self.assertEqual(self.read("out"), b"before\n" + self.expected + said + b"behind\n")
        if os.path.exists("/dev/stderr"):
            self.assertEqual(self.resolve("/dev/stderr").stderr, self.expected)

    @unittest.skipIf(IS_COUNTED, "the counts are written too")
    def test_a_file_that_may_not_grow(self):
        self.write("out", b"old")
        limit = limited((resource.RLIMIT_FSIZE, 10))
        self.check_refused("out", errno.EFBIG, preexec_fn=limit)
        self.assertEqual(self.read("out"), b"old")
        with open("redirected", "wb") as out:
            result = run("resolve", "--model", "model", "a.cfg", stdout=out, preexec_fn=limit)
        self.assertEqual((result.returncode, result.stderr),
                         (2, b"distillcfg: cannot write to standard output: File too large\n"))

    def test_full_standard_output(self):
        """Found out while the text is written, and at its end."""
        layers = 3000
        self.write("many", b"".join(b'module { name: "c%d" type: "Conv2d" }\n' % i for i in range(layers)))
        self.write("none.cfg", b"")
        self.write("some.cfg", b"".join(b'quant_skip_layers: "c%d"\n' % i for i in range(0, layers, 7)))
        self.write("long.cfg", b'quant_skip_layers: "some_module.of_some_other"\n' * layers)
        self.write("each.cfg", b"".join(
            b'distill_override_layers { layer_name: "c%d" distill_data_quant_config { ulq_quantize { '
            b'clip_max_min { clip_max: %d.5 clip_min: -1.5 } } } }\n' % (i, i) for i in range(layers)))
        names = [f"c{i}" for i in range(layers)]
        for arguments in (["--help"], ["--version"], ["check", "a.cfg"], ["print", "a.cfg"], ["print", "long.cfg"],
                          ["resolve", "--model", "model", "a.cfg"], ["resolve", "--model", "many", "some.cfg"],
                          ["resolve", "--format=json", "--model", "many", "some.cfg"],
                          ["explain", "--model", "model", "a.cfg", "conv1"],
                          ["explain", "--model", "many", "some.cfg", *names],
                          ["diff", "--model", "many", "none.cfg", "some.cfg"],
                          ["diff", "--model", "many", "none.cfg", "each.cfg"]):
            with self.subTest(arguments[:4]), open("/dev/full", "wb") as full:
                result = run(*arguments, stdout=full)
                self.assertEqual((result.returncode, result.stderr.decode().splitlines()[-1:]),
                                 (2, ["distillcfg: cannot write to standard output: No space left on device"]))

    @unittest.skipUnless(IS_ROOT, "only root may mount")
    def test_full_disk(self):
        os.mkdir("disk")
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", "disk"], capture_output=True).returncode:
            self.skipTest("cannot mount")
        self.addCleanup(subprocess.run, ["umount", "disk"], check=True)
        self.write("disk/out", b"o" * 4096)
        self.write("many", b"".join(b'module { name: "c%d" type: "Conv2d" }\n' % i for i in range(500)))
        for name in ("out", "new"):
            result = run("resolve", "--format=json", "--model", "many", "-o", "disk/" + name)
            self.assertEqual((result.returncode, result.stderr.decode()),
                             (2, f"distillcfg: cannot write 'disk/{name}': No space left on device\n"))
            self.assertEqual(os.listdir("disk"), ["out"])
        self.assertEqual(self.read("disk/out"), b"o" * 4096)

    def test_many_writers(self):
        """Whoever reads the file at any time sees the whole of what one of them wrote."""
        self.write("out", self.expected)
        writers = [subprocess.Popen([TOOL, "resolve", "--model", "model", "a.cfg", "-o", "out"]) for _ in range(12)]
        while any([writer.poll() is None for writer in writers]):
            self.assertEqual(self.read("out"), self.expected)
        self.assertEqual([writer.returncode for writer in writers], [0] * 12)
        self.check_tidy()


class Reading(System):
    def test_what_is_no_file(self):
        os.mkdir("folder")
        for path, reason in (("folder", errno.EISDIR), ("a.cfg/", errno.ENOTDIR), ("x" * 300, errno.ENAMETOOLONG),
                             ("missing\n", errno.ENOENT)):
            result = run("check", "--format=gcc", path)
            self.assertEqual(result.returncode, 2)
            self.assertIn(os.strerror(reason).encode() + b" [D9004]\n", result.stdout)
        self.assertEqual(run("check", "/dev/null").returncode, 0)

    def test_a_folder_as_standard_input(self):
        descriptor = os.open(".", os.O_RDONLY)
        self.addCleanup(os.close, descriptor)
        result = run("check", "--format=gcc", "-", stdin=descriptor)
        self.assertEqual((result.returncode, result.stdout), (2, b"-: error: cannot read '-': Is a directory [D9004]\n"))

    @unittest.skipUnless(os.path.exists("/dev/stdin"), "no /dev/stdin")
    def test_standard_input_by_name(self):
        """What has been read of a pipe is gone; a file may be read again."""
        twice = (["check", "-", "/dev/stdin"], ["check", "/dev/stdin", "/dev/stdin"], ["diff", "--model", "model", "-", "/dev/fd/0"],
                 ["resolve", "--model", "/dev/stdin", "/dev/stdin"])
        for arguments in twice:
            result = run(*arguments, stdin=MODEL)
            self.assertEqual((result.returncode, result.stdout), (2, b""), arguments)
            self.assertIn(b"standard input ('-') can be read only once", result.stderr)
        for arguments in (["check", "/dev/stdin"], ["check", "-", "a.cfg"], ["explain", "--model", "model", "/dev/stdin", "conv1"]):
            self.assertEqual(run(*arguments, stdin=GOOD).returncode, 0, arguments)
        for arguments in twice[:3]:
            with open("a.cfg", "rb") as file:
                self.assertEqual(run(*arguments, stdin=file).returncode, 0, arguments)
        self.assertEqual(run("check", "/dev/null", "/dev/null", stdin=subprocess.DEVNULL).returncode, 0)

    def test_endless_input(self):
        """Ends where memory does, if that is before the largest size that is read."""
        limit = limited((resource.RLIMIT_AS, 256 << 20))
        if run("check", "a.cfg", preexec_fn=limit).returncode != 0:
            self.skipTest("the tool itself needs more")
        result = run("check", "--format=gcc", "/dev/zero", preexec_fn=limit)
        self.assertEqual((result.returncode, result.stdout),
                         (2, b"/dev/zero: error: cannot read '/dev/zero': Cannot allocate memory [D9004]\n"))

    @unittest.skipUnless(os.environ.get("DISTILLCFG_FULL"), "takes 2 GiB of memory; DISTILLCFG_FULL=1 runs it")
    def test_endless_input_with_memory(self):
        for path in ("/dev/zero", "-"):
            with open("/dev/zero", "rb") as zeros:
                result = run("check", "--format=gcc", path, stdin=zeros)
            self.assertEqual((result.returncode, result.stdout.decode()),
                             (1, f"{path}: error: the file is larger than 2147483647 bytes [D9002]\n"))

    def test_files_that_change_while_they_are_read(self):
        stop = threading.Event()

        def change():
            while not stop.is_set():
                with open("changing", "r+b") as file:
                    file.truncate(0)
                    file.write(b"# comment\n" * 30_000)

        self.write("changing", b"")
        changer = threading.Thread(target=change)
        changer.start()
        try:
            for _ in range(20):
                self.assertIn(run("check", "changing").returncode, (0, 1))
        finally:
            stop.set()
            changer.join()

    def test_many_arguments(self):
        count = 20_000
        result = run("check", "--format=gcc", *["a.cfg"] * count)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, b"", b""))
        self.assertEqual(run("check", *["a.cfg"] * count).stdout, b"20000 files checked: no errors\n")
        result = run("explain", "--model", "model", "a.cfg", *["conv1"] * 100_000)
        self.assertEqual((result.returncode, result.stdout.count(b"conv1 (Conv2d)")), (0, 1))
        result = run("check", *["--lang=zh"] * 100_000)
        self.assertEqual(result.returncode, 2)

    def test_long_empty_and_odd_arguments(self):
        self.assertEqual(run("check", "x" * 130_000).returncode, 2)
        self.assertEqual(run("check", "").returncode, 2)
        self.assertEqual(run("").returncode, 2)
        self.assertEqual(run().returncode, 2)
        self.assertEqual(run("--").returncode, 2)
        self.assertEqual(run("--", "check", "a.cfg").returncode, 0)
        self.write("--", GOOD)
        self.assertEqual(run("check", "--", "--", "a.cfg").returncode, 0)
        self.assertEqual(run("check", "a.cfg", "a.cfg").returncode, 0)
        self.assertEqual(subprocess.run([], executable=TOOL, capture_output=True, timeout=60).returncode, 2)

    def test_closed_streams(self):
        self.write("bad.cfg", b"}\n")
        for script, status, stderr in (
                ('"$1" check a.cfg >&-', 2, b"distillcfg: cannot write to standard output: Bad file descriptor\n"),
                ('"$1" check - <&- >&- 2>&-', 2, b""),
                ('"$1" check - <&-', 2, b""),
                ('"$1" check /dev/stdin <&-', 2, b""),
                ('"$1" resolve --model model /dev/stdin -o out <&-', 2, None),
                ('"$1" resolve --model model a.cfg -o /dev/stdout >&-', 2, None),
                ('"$1" resolve --model model a.cfg -o /dev/stderr 2>&-', 2, b""),
                ('"$1" resolve --model model a.cfg -o out >&-', 0, b""),
                ('"$1" resolve --model model a.cfg -o out <&- >&- 2>&-', 0, b""),
                ('"$1" resolve --model model a.cfg -o /dev/null >&-', 0, b""),
                ('"$1" resolve --model model bad.cfg -o out <&- >&- 2>&-', 2, b""),
                ('"$1" resolve --model - a.cfg -o out <&-', 2, None)):
            with self.subTest(script):
                self.write("out", b"old")
                result = subprocess.run(["sh", "-c", script, "sh", TOOL], capture_output=True, timeout=60)
                self.assertEqual(result.returncode, status, result)
                if stderr is not None:
                    self.assertEqual(result.stderr, stderr)
                self.assertEqual(self.read("out"), self.expected if "-o out" in script and status == 0 else b"old")


def can_inject():
    """Whether strace is there and may do its work, and all system calls are the tool's own."""
    with open(TOOL, "rb") as tool:
        if shutil.which("strace") is None or re.search(b"__(asan|ubsan|tsan|msan)_", tool.read()):
            return False
    command = ["strace", "-o", os.devnull, "-e", "inject=getppid:retval=1", "true"]
    return subprocess.run(command, capture_output=True).returncode == 0


@unittest.skipUnless(can_inject(), "no strace that may inject faults, or a tool with sanitizers")
class Faults(System):
    def trace(self, *arguments, options=(), path=None, **streams):
        """Runs the tool under strace; returns how it ended and the lines of its trace."""
        on_path = [] if path is None else ["-P", path, "-P", os.path.abspath(path)]
        command = ["strace", "--quiet=path-resolution", "-o", "trace", *options, *on_path, TOOL, *arguments]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        result = subprocess.run(command, env=environment(), timeout=60, **streams)
        lines = self.read("trace").decode().splitlines()
        os.remove("trace")
        return result, lines

    def inject(self, fault, *arguments, path=None, **streams):
        return self.trace(*arguments, options=["-e", "inject=" + fault], path=path, **streams)[0]

    def resolve_with(self, fault):
        self.write("out", b"old")
        result = self.inject(fault, "resolve", "--model", "model", "a.cfg", "-o", "out")
        self.check_tidy()
        return result

    def test_reading(self):
        self.write("b.cfg", b"}\n" + b"# comment\n" * 1000)
        for fault, status in (("read:error=EINTR:when=1..9", 1), ("read:error=EAGAIN:when=1..9", 1),
                              ("read:error=EIO:when=1", 2), ("read:error=EIO:when=2", 2),
                              ("?fstat,?newfstatat,?statx:error=EIO", 2), ("openat:error=EINTR:when=1..9", 1),
                              ("openat:error=EMFILE", 2), ("openat:error=EACCES", 2)):
            with self.subTest(fault):
                result = self.inject(fault, "check", "--format=gcc", "b.cfg", path="b.cfg")
                self.assertEqual(result.returncode, status, result)
                if status == 2:
                    self.assertRegex(result.stdout, rb"\Ab\.cfg: error: cannot read 'b\.cfg': .* \[D9004\]\n\Z")
        for reason, shown in (("EACCES", "没有权限"), ("ENOMEM", "内存不足"), ("EIO", os.strerror(errno.EIO))):
            result = self.inject("openat:error=" + reason, "check", "--format=gcc", "--lang=zh", "b.cfg", path="b.cfg")
            self.assertEqual(result.returncode, 2)
            self.assertIn(f"'b.cfg'：{shown} [D9004]", result.stdout.decode())

    def test_waiting(self):
        """Where there is nothing to be read yet, the tool waits, unless it may not."""
        self.write("b.cfg", b"}\n")
        for fault, status in (("EINTR", 1), ("EINVAL", 2)):
            result, lines = self.trace("check", "--format=gcc", "b.cfg", path="b.cfg", options=[
                "--inject=read:error=EAGAIN:when=1", f"--inject=?poll,?ppoll:error={fault}:when=1"])
            self.assertTrue(any("poll(" in line for line in lines), lines)
            self.assertEqual(result.returncode, status, result)

    def test_writing(self):
        self.write("out", b"old")
        _, lines = self.trace("resolve", "--model", "model", "a.cfg", "-o", "out", options=["-y"])

        def first(call):
            """":when=N" for the first of such calls that is about the temporary file."""
            calls = [line for line in lines if line.startswith(call + "(")]
            return f":when={next(i for i, line in enumerate(calls, 1) if '.distillcfg-' in line)}"

        number = int(first("openat").removeprefix(":when="))
        every_try = f":when={number}..{number + 99}"
        # What fstat is depends on the processor and the C library.
        first_look = next(line.split("(")[0] for line in lines if "stat" in line.split("(")[0] and ".distillcfg-" in line)
        for fault, reason in (("write:error=EIO:when=1", errno.EIO), ("write:error=ENOSPC:when=1", errno.ENOSPC),
                              ("write:retval=0:when=1", errno.ENOSPC), ("fsync:error=EIO", errno.EIO),
                              ("rename:error=EXDEV", errno.EXDEV), ("fchmod:error=EPERM", errno.EPERM),
                              ("openat:error=ENOSPC" + first("openat"), errno.ENOSPC),
                              ("openat:error=EEXIST" + every_try, errno.EEXIST),
                              ("getrandom:error=EIO", errno.EIO),
                              (first_look + ":error=EIO" + first(first_look), errno.EIO),
                              ("close:error=EIO" + first("close"), errno.EIO)):
            with self.subTest(fault):
                result = self.resolve_with(fault)
                self.assertEqual((result.returncode, result.stderr.decode()),
                                 (2, f"distillcfg: cannot write 'out': {os.strerror(reason)}\n"))
                self.assertEqual(self.read("out"), b"old")
        for fault in ("write:error=EINTR:when=1..9", "write:error=EAGAIN:when=1..9", "fsync:error=EINVAL",
                      "fsync:error=EOPNOTSUPP", "close:error=EINTR" + first("close"),
                      "openat:error=EINTR" + first("openat"), "openat:error=EEXIST" + first("openat")):
            with self.subTest(fault):
                self.assertEqual((self.resolve_with(fault).returncode, self.read("out")), (0, self.expected))

    STAT = "?stat,?newfstatat,?fstat,?statx"

    def test_what_changes_while_it_is_looked_at(self):
        # The calls about the path: to compare it with the inputs, to see what it is, and what was opened.
        result = self.inject(self.STAT + ":error=EIO:when=3", "resolve", "--model", "model", "a.cfg", "-o", "/dev/null",
                             path="/dev/null")
        self.assertEqual((result.returncode, result.stderr.decode()),
                         (2, f"distillcfg: cannot write '/dev/null': {os.strerror(errno.EIO)}\n"))
        # It was no file before, and is one that nobody has named now.
        self.write("out", b"old")
        result = self.inject(self.STAT + ":retval=0:when=2", "resolve", "--model", "model", "a.cfg", "-o", "out", path="out")
        self.assertEqual((result.returncode, result.stderr.decode()),
                         (2, f"distillcfg: cannot write 'out': {os.strerror(errno.EBUSY)}\n"))
        self.assertEqual(self.read("out"), b"old")
        # A link that is gone when its owner is asked for.
        os.symlink("new", "link")
        result = self.inject(self.STAT + ":error=ENOENT:when=3", "resolve", "--model", "model", "a.cfg", "-o", "link",
                             path="link")
        self.assertEqual((result.returncode, result.stderr.decode()),
                         (2, f"distillcfg: cannot write 'link': {os.strerror(errno.EACCES)}\n"))
        self.assertFalse(os.path.exists("new"))
        self.check_tidy()

    def test_standard_output_that_does_not_say_what_it_is(self):
        self.write("out", b"old")
        with open("shown", "wb") as shown:
            result = self.inject(self.STAT + ":error=EIO", "resolve", "--model", "model", "a.cfg", "-o", "out",
                                 path="shown", stdout=shown)
        self.assertEqual((result.returncode, self.read("out"), self.read("shown")), (0, self.expected, b""))

    def test_short_writes(self):
        """A terminal takes what it is given in pieces of a few bytes."""
        self.write("many", b"}\n" * 2000)
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        process = subprocess.Popen([TOOL, "check", "--max-errors=0", "many"], stdout=write_end, env=environment())
        os.close(write_end)
        shown = b""
        while piece := os.read(read_end, 777):
            shown += piece
        os.close(read_end)
        self.assertEqual(process.wait(60), 1)
        self.assertEqual(shown, run("check", "--max-errors=0", "many").stdout)

    def test_killed_before_the_end(self):
        for call in ("write", "fsync", "rename"):
            self.write("out", b"old")
            self.inject(call + ":signal=KILL:when=1", "resolve", "--model", "model", "a.cfg", "-o", "out")
            # The call itself may still be made.
            self.assertIn(self.read("out"), (b"old", self.expected) if call == "rename" else (b"old",))

    @unittest.skipIf(IS_COUNTED, "the counts are written too")
    def test_the_temporary_file(self):
        """It is new, its owner's alone while it replaces another, and has a name that nobody can tell."""
        self.write("out", b"old")
        names = set()
        for _ in range(3):
            _, lines = self.trace("resolve", "--model", "model", "a.cfg", "-o", "out")
            calls = [line.split("(")[0] for line in lines]
            (opened,) = [i for i, line in enumerate(lines) if calls[i] == "openat" and ".distillcfg-" in line]
            self.assertRegex(
                lines[opened],
                r'"\.distillcfg-[0-9a-f]{16}\.tmp", O_WRONLY\|O_CREAT\|O_EXCL\|O_NOFOLLOW\|O_CLOEXEC, 0600\)')
            names.add(lines[opened].split('"')[1])
            self.assertEqual([call for call in calls[opened:] if call in ("write", "fchmod", "fsync", "rename")],
                             ["write", "fchmod", "fsync", "rename"])
        self.assertEqual(len(names), 3)

    def test_no_memory_at_any_call(self):
        """Whichever request for memory the system refuses first: the tool says so, or does without."""
        self.write("big.cfg", b"".join(b'quant_skip_layers: "conv%d"\n' % i for i in range(3000)))
        mapping, growing = "mmap,mremap:error=ENOMEM", "brk:retval=0"
        for faults in ([mapping], [growing], [mapping, growing]):
            for first in range(1, 40):
                result, lines = self.trace("check", "--max-errors=0", "--model", "model", "big.cfg",
                                           options=[f"--inject={fault}:when={first}+" for fault in faults])
                if any("SIGPIPE" in line for line in lines):  # else the tool itself has not begun
                    check_end(self, result, (faults, first))

    def test_no_more_memory_from_any_call_on(self):
        """Every command: where the heap stops growing, it has done all of its work or says that it has not."""
        self.write("many", b"".join(b'module { name: "c%d" type: "Conv2d" }\n' % i for i in range(3000)))
        self.write("b.cfg", b'quant_skip_layers: "c1"\n')
        for arguments in (["check", "a.cfg", "b.cfg"], ["print", "a.cfg"], ["resolve"],
                          ["resolve", "--format=json", "b.cfg"], ["explain", "a.cfg", "c2", "nope"],
                          ["explain", "a.cfg", "nope"], ["diff", "a.cfg", "b.cfg"]):
            if arguments[0] != "print":
                arguments += ["--model", "many"]
            whole, lines = self.trace(*arguments)
            calls = [line.split("(")[0] for line in lines]
            begun = next(i for i, line in enumerate(lines) if "SIGPIPE" in line)
            asked = [i for i in range(begun, len(calls)) if calls[i] in ("brk", "mmap")] + [len(calls)]
            # The heap by itself, and together with blocks of their own.
            for first, mapping in itertools.chain(((i, begun) for i in asked), ((i, i) for i in asked)):
                refused = [f"--inject=brk:retval=0:when={calls[:first].count('brk') + 1}+",
                           f"--inject=mmap:error=ENOMEM:when={calls[:mapping].count('mmap') + 1}+",
                           "--inject=mremap:error=ENOMEM"]
                result, _ = self.trace(*arguments, options=refused)
                check_end(self, result, (arguments, refused))
                if result.returncode != 2:
                    self.assertEqual((result.returncode, result.stdout), (whole.returncode, whole.stdout),
                                     (arguments, refused))


def check_end(test, result, situation):
    """That the tool did its work, or said that it lacks memory and ended with 2."""
    said = result.stdout + result.stderr
    test.assertNotIn(b"terminate called", said, situation)
    test.assertIn(result.returncode, (0, 1, 2), (situation, said[-300:]))
    if result.returncode == 2:
        test.assertRegex(said, b"(?i)out of memory|cannot allocate memory", situation)


class Memory(System):
    def test_sweep_of_limits(self):
        layers = 2000
        self.write("many", b"".join(b'module { name: "c%d" type: "Conv2d" }\n' % i for i in range(layers)))
        self.write("some.cfg", b"".join(b'quant_skip_layers: "c%d"\n' % i for i in range(0, layers, 3)))
        self.write("wrong.cfg", b"".join(b'quant_skip_layers: "%d"\n' % i for i in range(layers)))
        ends = set()
        for name in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
            for size in [*range(64 << 10, 1 << 20, 64 << 10), *range(1 << 20, 8 << 20, 256 << 10)]:
                limit = limited((name, size))
                try:
                    if run("--version", preexec_fn=limit).returncode != 0:
                        continue  # too little for any program, or for one with a sanitizer
                except (OSError, subprocess.SubprocessError):
                    continue
                for arguments in (["check", "--model", "many", "--max-errors=0", "wrong.cfg"],
                                  ["resolve", "--model", "many", "--format=json", "some.cfg"]):
                    result = run(*arguments, preexec_fn=limit)
                    check_end(self, result, (name, size, arguments))
                    ends.add(result.returncode)
        if not ends:
            self.skipTest("the tool itself needs more")
        self.assertIn(2, ends)


if __name__ == "__main__":
    unittest.main()
