//! The mark of a value that has passed the gate.

/// A value that has passed the gate. It can be made only inside this crate; everybody may look into it.
///
/// ```compile_fail
/// let forged = privacy::Cleared(String::from("uncleared"));
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Cleared<T>(T);

impl<T> Cleared<T> {
    /// Marks a value as cleared. Whoever calls this has applied the policy to all of it.
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    /// The cleared value.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// The cleared value, owned.
    pub fn into_inner(self) -> T {
        self.0
    }
}
