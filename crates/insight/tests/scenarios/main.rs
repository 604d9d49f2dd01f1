//! Faults planted into healthy runs, and what explanations and signals make of them.

#[cfg(test)]
mod planted;
