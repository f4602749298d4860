"""``python -m gofuzz_py``."""

from gofuzz_py.cli import console_main

if __name__ == "__main__":
    console_main()
