//! For tests only: in-memory ports, sample runs, a clock that tests set, contract suites.
