//! Bodies that expand to gigabytes: refused, and never held. A binary of its own, as it measures its process.

#[cfg(target_os = "linux")]
#[cfg(test)]
mod measured;
