//! Labelled runs of public benchmarks: hundreds of them, with known outcomes, tokens and sizes.
