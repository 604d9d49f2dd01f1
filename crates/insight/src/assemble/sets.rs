//! Sets of things that turn out to be one, by index. The smallest index names the set.

/// Every index in exactly one set.
pub(super) struct Sets {
    set_of: Vec<usize>,
    sets: Vec<Vec<usize>>,
}

impl Sets {
    /// Each of this many alone.
    pub(super) fn new(count: usize) -> Self {
        Self {
            set_of: (0..count).collect(),
            sets: (0..count).map(|index| vec![index]).collect(),
        }
    }

    /// The set this is in.
    pub(super) fn of(&self, index: usize) -> usize {
        self.set_of.get(index).copied().unwrap_or(index)
    }

    /// What is in a set, by the name [`Self::of`] gives it; nothing under any other name.
    pub(super) fn members(&self, set: usize) -> &[usize] {
        self.sets.get(set).map_or(&[], Vec::as_slice)
    }

    /// All sets.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[usize]> {
        self.sets.iter().map(Vec::as_slice).filter(|set| !set.is_empty())
    }

    /// Makes one set of the two that these are in.
    pub(super) fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        let (keep, give) = (one.min(other), one.max(other));
        if keep == give {
            return;
        }
        let moved = self.sets.get_mut(give).map(std::mem::take).unwrap_or_default();
        for index in &moved {
            if let Some(set) = self.set_of.get_mut(*index) {
                *set = keep;
            }
        }
        if let Some(set) = self.sets.get_mut(keep) {
            set.extend(moved);
        }
    }
}
