"""What runs inside a measured process; started by the benchmarks, one process each."""
