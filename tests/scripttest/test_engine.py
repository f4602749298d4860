"""Tests of the engine on real scripts and real processes.

What scripts can say is tested by scripts (tests/scripts/test_script_*.txt);
here is what only a caller of the engine sees, and what must hold of a script
that goes wrong.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
import unittest
from dataclasses import replace
from pathlib import Path

from tests.scripttest.engine import Engine
from tests.scripttest.errors import MalformedScript, ScriptFailed, ScriptSkipped
from tests.scripttest.process import processes_of
from tests.scripttest.state import Options

CHECKOUT = Path(__file__).resolve().parents[2]
OPTIONS = Options(interpreter=sys.executable, checkout=CHECKOUT, grace_s=1.0, drain_s=0.05)


class EngineTest(unittest.TestCase):
    def setUp(self) -> None:
        # A temporary directory of its own shows whether areas are removed.
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tmp = Path(directory.name).resolve()
        self.addCleanup(setattr, tempfile, "tempdir", tempfile.tempdir)
        tempfile.tempdir = str(self.tmp)

    def run_script(self, text: str, options: Options = OPTIONS) -> str:
        engine = Engine(options)
        return engine.run(engine.parse("s.txt", text.encode()))[0]

    def failure(self, text: str, options: Options = OPTIONS) -> str:
        with self.assertRaises(ScriptFailed) as caught:
            self.run_script(text, options)
        return str(caught.exception)

    def test_nothing_is_left_however_a_script_ends(self) -> None:
        scripts = {
            "passes": "echo a",
            "fails": "stdout a",
            "skips": "skip now",
            "stops": "stop now",
            "does not wait": "python -c 'import time; time.sleep(60)' &",
            "skips with something running": "python -c 'import time; time.sleep(60)' &\nskip",
        }
        for name, text in scripts.items():
            with self.subTest(name):
                with contextlib.suppress(ScriptFailed, ScriptSkipped):
                    self.run_script(text)
                self.assertEqual([], os.listdir(self.tmp))
                self.assertIn(processes_of(self.tmp), ([], None))

    def test_a_skip_carries_its_reason(self) -> None:
        with self.assertRaises(ScriptSkipped) as caught:
            self.run_script("skip 'no such' tool\nexec false")
        self.assertEqual("no such tool", str(caught.exception))

    def test_a_failure_names_file_line_command_and_reason(self) -> None:
        env = "env A='x y'\n"
        cases = {
            "stdout $A": "s.txt:2: stdout 'x\\ y': no match in stdout",
            "exists $A b": "s.txt:2: exists 'x y' b: not there: x y b",
            "! echo a": "s.txt:2: ! echo a: it succeeded, but ! says that it must fail",
            "! exists .": "s.txt:2: ! exists .: there: $WORK, but ! says that it must fail",
            "mv a b": "s.txt:2: mv a b: $WORK/a: No such file or directory",
            "rm *.x": "s.txt:2: rm *.x: no file matches *.x",
            "status 0": "s.txt:2: status 0: there is no exit status here",
            "env B": "s.txt:2: env B: B is not set",
            "echo $B": "s.txt:2: echo $B: $B is not set",
            "echo a\ncmp stdout stderr": "s.txt:3: cmp stdout stderr: stdout and stderr differ",
        }
        for text, want in cases.items():
            with self.subTest(text):
                self.assertIn(f"FAIL: {want}", self.failure(env + text))

    def test_a_mistake_of_the_script_is_no_failure_that_could_be_wanted(self) -> None:
        cases = {
            "exec there-is-no-such-program": "there is no program called",
            "exec ./there-is-no-such-program": "cannot start ./there",
            "grep a missing": "cannot read missing",
            "grep a *.missing": "no file matches",
            "cmp stdout missing": "cannot read missing",
            "stdout -count=2 a": "! and -count do not go together",
            "exists -count=2 a": "! and -count do not go together",
            "echo $MISSING": "$MISSING is not set",
            "status 0": "there is no exit status here",
            "unquote f": "line 1 of f does not begin with >",
        }
        for text, want in cases.items():
            for prefix in ("!", "?"):
                if prefix == "?" and "-count" in text:
                    continue
                with self.subTest(f"{prefix} {text}"):
                    self.assertIn(want, self.failure(f"{prefix} {text}\n-- f --\nx\n"))

    def test_two_background_commands_cannot_have_one_name(self) -> None:
        self.assertIn("already a command called a", self.failure("exec cat &a&\nexec cat &a&\nwait"))

    def test_output_held_open_by_a_child_is_an_error(self) -> None:
        child = "import subprocess\nsubprocess.Popen(['sleep', '60'])"
        self.assertIn("still holds its output", self.failure(f"! python c.py\n-- c.py --\n{child}\n"))

    def test_every_fault_of_a_text_is_found_before_anything_runs(self) -> None:
        cases = {
            "frobnicate": "unknown command 'frobnicate'",
            "!exists a": "unknown command '!exists' (a blank has to follow ! and ?)",
            "[nosuch] exists a": "unknown condition [nosuch] (known: darwin ",
            "[short:x] exists a": "short takes no value (write [short])",
            "[exec] exists a": "the value is missing or malformed (write [exec:PROG])",
            "[python:three] exists a": "the value is missing or malformed (write [python:3.12])",
            "stdout '('": "bad regular expression '('",
            "stdout $WORK(": "bad regular expression 'x('",
            "stdout -count=0 a": "bad -count=0",
            "grep a": "missing argument (usage: grep [-count=N] RE FILE)",
            "cmp a b c": "too many arguments (usage: cmp GOT WANT)",
            "cd a &": "cd cannot run in the background",
            "sleep 5": "bad duration '5'",
            "status maybe": "bad exit status 'maybe'",
            "chmod rw a": "bad mode 'rw'",
            "kill -NOSUCH a": "there is no signal called 'NOSUCH'",
            "symlink a to b": "found 'to' where -> has to stand",
            "wait a": "no line starts a command called a (end it with &a&)",
            "echo 'a": "never closed",
        }
        text = "exec touch ran\n" + "\n".join(cases)
        with self.assertRaises(MalformedScript) as caught:
            self.run_script(text)
        problems = caught.exception.problems
        for (number, (line, want)), problem in zip(enumerate(cases.items(), start=2), problems, strict=True):
            with self.subTest(line):
                self.assertEqual(number, problem.line)
                self.assertIn(want, problem.text)
                self.assertTrue(str(problem).startswith(f"s.txt:{number}: "))

    def test_file_names_that_cannot_be_extracted_are_found_too(self) -> None:
        with self.assertRaises(MalformedScript) as caught:
            self.run_script("-- a --\n-- b --\n-- a --\n-- /c --\n-- d/../../e --\n-- a/f --\n")
        self.assertEqual([3, 4, 5, 6], [problem.line for problem in caught.exception.problems])

    def test_what_depends_on_variables_is_checked_when_it_runs(self) -> None:
        self.assertIn("bad duration 'x'", self.failure("env D=x\nsleep $D"))

    def test_a_hung_command_is_named_even_after_a_not(self) -> None:
        text = self.failure("deadline 20ms\n! exec sleep 60", replace(OPTIONS, grace_s=0.02))
        self.assertIn("s.txt:2: ! exec sleep 60: hung: the script's limit of 0.02s is over", text)

    @unittest.skipUnless(sys.platform == "linux", "looks into /proc")
    def test_no_child_of_a_hung_command_survives(self) -> None:
        script = "setsid sh -c ''echo ready; sleep 60'' & trap '''' INT; wait"
        text = self.failure(
            f"exec sh -c '{script}' &a&\nawait a ready\ndeadline 1ms\nwait", replace(OPTIONS, grace_s=0.02)
        )
        self.assertIn("s.txt:4: wait: sh -c", text.replace("exec sh", "sh"))
        self.assertEqual([], processes_of(self.tmp))

    def test_hung_waits_and_sleeps_are_named_too(self) -> None:
        cases = {
            "sleep 1h": "s.txt:3: sleep 1h: hung",
            "wait": "s.txt:3: wait: exec sleep 60 (line 2) hung",
            "await a nothing": "s.txt:3: await a nothing: hung",
        }
        for text, want in cases.items():
            with self.subTest(text):
                script = f"deadline 20ms\nexec sleep 60 &a&\n{text}"
                self.assertIn(want, self.failure(script, replace(OPTIONS, grace_s=0.02)))

    def test_a_run_can_be_given_up_from_another_thread(self) -> None:
        engine = Engine(OPTIONS)
        hang = b'python -c \'open("on", "x"); import time; time.sleep(60)\'\necho not reached\n'
        script = engine.parse("s.txt", hang)
        failures: list[str] = []

        def run() -> None:
            try:
                engine.run(script)
            except ScriptFailed as failure:
                failures.append(str(failure))

        thread = threading.Thread(target=run)
        thread.start()
        while not list(self.tmp.glob("*/workdir/on")):
            self.assertTrue(thread.is_alive())
            time.sleep(0.005)  # nothing announces the file
        engine.abort()
        thread.join()
        self.assertEqual(1, len(failures))
        self.assertNotIn("not reached", failures[0])
        self.assertEqual([], os.listdir(self.tmp))

    def test_several_scripts_can_run_at_once(self) -> None:
        engine = Engine(OPTIONS)
        text = b"cd %b\npython -c 'import os; print(os.getcwd())'\nstdout $WORK.%b$\n-- %b/f --\n"
        scripts = [engine.parse(name, text.replace(b"%b", name.encode())) for name in ("a", "b")]
        faults: list[BaseException] = []

        def run(index: int) -> None:
            try:
                engine.run(scripts[index])
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=run, args=(index,)) for index in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], faults)

    def test_a_failed_script_can_be_kept(self) -> None:
        text = self.failure("stdout a\n-- f --\n", replace(OPTIONS, keeps_area=True))
        (kept,) = self.tmp.iterdir()
        self.assertIn(f"[kept in {kept}]", text)
        self.assertTrue((kept / "workdir" / "f").exists())

    def test_update_mode_rewrites_the_file_only_where_texts_differ(self) -> None:
        path = self.tmp / "s.txt"
        text = b"echo new\ncmp stdout a\ncmp stdout b\n\xff? echo\n-- a --\nold\n--  b  --\nnew\n-- c --\r\nx"
        for update, want in ((False, text), (True, text.replace(b"old", b"new"))):
            path.write_bytes(text.replace(b"\xff? echo\n", b"# \xff\n"))
            path.chmod(0o640)
            with self.subTest(update=update):
                try:
                    Engine(replace(OPTIONS, is_update=update)).run_file(path)
                except ScriptFailed:
                    self.assertFalse(update)
                self.assertEqual(want.replace(b"\xff? echo\n", b"# \xff\n"), path.read_bytes())
                self.assertEqual(0o640, path.stat().st_mode & 0o777)
                self.assertEqual([path], list(self.tmp.iterdir()))
