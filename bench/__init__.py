"""Benchmarks of gofuzz_py beside atheris, cobrafuzz, Go and the bare loop; see README.md."""
