//! Whether a record is new: exporters send again what they are not sure arrived, and nothing may count twice.

use trace::Record;
use trace::ports::LoggedSpan;

/// What a record is beside those already known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// It says nothing new.
    Redelivered,
    /// It is a later record of the same span and takes the place of the known one.
    Later,
    /// It contradicts the known one; both are kept.
    Conflict,
}

/// Judges a record beside a known one of the same key. Started comes before built-from-logs comes before
/// finished, and of two finished ones the one that ends later wins. A difference of cleared content alone never
/// matters: another policy may have cleared the same bytes.
pub(crate) fn judge(known: &LoggedSpan, new: &LoggedSpan) -> Verdict {
    let (known, new) = (&known.span, &new.span);
    if new.record == Record::Supplement {
        return Verdict::Redelivered;
    }
    match rank(new.record).cmp(&rank(known.record)) {
        std::cmp::Ordering::Less => Verdict::Redelivered,
        std::cmp::Ordering::Greater => Verdict::Later,
        std::cmp::Ordering::Equal => {
            let is_other = known.start != new.start && !has_time_of_receipt(new)
                || known.parent_id != new.parent_id
                || known.kind != new.kind;
            if is_other {
                Verdict::Conflict
            } else if new.duration_nanos > known.duration_nanos && !has_time_of_receipt(new) {
                Verdict::Later
            } else {
                Verdict::Redelivered
            }
        }
    }
}

/// Whether two contradicting records are the same one, sent again.
pub(crate) fn is_same_conflict(known: &LoggedSpan, new: &LoggedSpan) -> bool {
    let (known, new) = (&known.span, &new.span);
    known.start == new.start && known.parent_id == new.parent_id && known.kind == new.kind
}

fn has_time_of_receipt(span: &trace::span::Span) -> bool {
    span.facts.text(trace::Field::ClockMark) == Some(trace::span::CLOCK_MARK_RECEIVED)
}

const fn rank(record: Record) -> u8 {
    match record {
        Record::Started => 0,
        Record::Log | Record::Supplement => 1,
        Record::Finished => 2,
    }
}
