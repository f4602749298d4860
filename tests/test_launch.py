"""How a worker process is started: its command, its folder, its environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest
from unittest import mock

from gofuzz_py.launch import Launch, current_launch
from gofuzz_py.options import parse_arguments
from tests.helpers import ROOT, FolderTestCase


class LaunchTest(FolderTestCase):
    def test_a_worker_gets_our_flags_before_the_worker_flag_is_undone_by_any(self) -> None:
        argv = Launch("/", ()).worker_argv(("-fuzz=F", "-v=true"), "fuzz_x_test.py", ("-log=x", "y"))
        at = argv.index("gofuzz_py")

        self.assertEqual(sys.executable, argv[0])
        self.assertEqual("-m", argv[at - 1])
        self.assertEqual(
            ["-fuzzworker", "-fuzz=F", "-v=true", "fuzz_x_test.py", "-args", "-log=x", "y"], argv[at + 1 :]
        )

    def test_the_workers_options_are_ours(self) -> None:
        ours = parse_arguments(["-fuzz", "F", "-odd=1", "x.py", "-fuzztime=5x"])
        argv = Launch("/", ()).worker_argv(ours.flag_arguments, "x.py", ours.rest)
        theirs = parse_arguments(argv[argv.index("gofuzz_py") + 1 :])

        self.assertTrue(theirs.fuzzworker)
        for name in ("fuzz", "fuzztime", "targets", "rest"):
            with self.subTest(name):
                self.assertEqual(getattr(ours, name), getattr(theirs, name))

    def test_the_interpreters_own_flags_are_passed_on(self) -> None:
        code = "import json; from gofuzz_py.launch import Launch as L; "
        code += "print(json.dumps(L('/', ()).worker_argv((), 'x', ())))"
        done = subprocess.run(
            [sys.executable, "-O", "-B", "-W", "error::ResourceWarning", "-X", "dev", "-c", code],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        argv = json.loads(done.stdout)

        flags = argv[1 : argv.index("-m")]
        self.assertIn("-O", flags)
        self.assertIn("-B", flags)
        self.assertIn("error::ResourceWarning", " ".join(flags))
        self.assertIn("dev", " ".join(flags))

    def test_the_folder_and_the_path_are_those_of_the_start(self) -> None:
        launch = current_launch()
        path = list(sys.path)
        self.addCleanup(sys.path.remove, "/added/later")
        self.enter_folder()
        sys.path.insert(0, "/added/later")

        self.assertEqual(tuple(path), launch.path)
        self.assertNotEqual(self.folder, launch.directory)

    def test_a_worker_finds_this_package_from_anywhere(self) -> None:
        for python_path, expected in (
            (None, str(ROOT)),
            ("", str(ROOT)),
            ("/other", os.pathsep.join([str(ROOT), "/other"])),
            (os.pathsep.join(["/other", str(ROOT)]), os.pathsep.join(["/other", str(ROOT)])),
        ):
            with self.subTest(python_path), mock.patch.dict(os.environ):
                os.environ.pop("PYTHONPATH", None)
                if python_path is not None:
                    os.environ["PYTHONPATH"] = python_path
                self.assertEqual(expected, Launch("/", ()).worker_env()["PYTHONPATH"])

    def test_where_the_package_is_found_anyway_nothing_is_added(self) -> None:
        with mock.patch.dict(os.environ):
            os.environ.pop("PYTHONPATH", None)
            self.assertNotIn("PYTHONPATH", Launch(str(ROOT), ()).worker_env())

    def test_the_environment_is_a_copy(self) -> None:
        env = Launch("/", ()).worker_env()
        env["GOFUZZ_TEST"] = "1"

        self.assertNotIn("GOFUZZ_TEST", os.environ)


if __name__ == "__main__":
    unittest.main()
