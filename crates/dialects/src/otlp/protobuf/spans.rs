//! Spans from their wire bytes.

use super::common::{KEY_VALUE, attribute};
use super::wire::{Fault, Reader};
use crate::otlp::tally::{Marks, Tally};
use crate::otlp::{Event, Link, Span, StatusCode};

/// Reads one span; `None` if it breaks a rule and was left out.
pub(super) fn span<'a>(mut reader: Reader<'a>, tally: &mut Tally<'_>) -> Result<Option<Span<'a>>, Fault> {
    let mut span = Span::default();
    let mut marks = Marks::default();
    let mut dropped_by_sender = [0u32; 3];
    let [attributes_dropped, events_dropped, links_dropped] = &mut dropped_by_sender;
    while let Some(field) = reader.next()? {
        match field.number {
            1 => span.trace_id = reader.bytes(field)?.into(),
            2 => span.span_id = reader.bytes(field)?.into(),
            4 => span.parent_span_id = reader.bytes(field)?.into(),
            5 => span.name = tally.name(reader.text(field)?, "name", &mut marks),
            6 => span.kind = reader.int32(field)?,
            7 => span.start_unix_nanos = reader.fixed64(field)?,
            8 => span.end_unix_nanos = reader.fixed64(field)?,
            9 => {
                tally.reserve_attributes(&mut span.attributes);
                attribute(
                    reader.message(field, KEY_VALUE)?,
                    &mut span.attributes,
                    tally,
                    &mut marks,
                )?;
            }
            10 => *attributes_dropped = reader.uint32(field)?,
            11 if span.events.len() >= tally.limits.events_max => {
                reader.bytes(field)?;
                marks.drop_one();
            }
            11 => {
                let event = event(reader.message(field, "Event")?, tally, &mut marks)?;
                span.events.push(event);
            }
            12 => *events_dropped = reader.uint32(field)?,
            13 if span.links.len() >= tally.limits.links_max => {
                reader.bytes(field)?;
                marks.drop_one();
            }
            13 => {
                let link = link(reader.message(field, "Link")?, tally, &mut marks)?;
                Tally::keep_link(&mut span.links, link, &mut marks);
            }
            14 => *links_dropped = reader.uint32(field)?,
            15 => status(reader.message(field, "Status")?, &mut span, tally, &mut marks)?,
            _ => {}
        }
    }
    for count in dropped_by_sender {
        marks.drop_many(count);
    }
    Ok(tally.finish_span(span, marks))
}

fn event<'a>(
    mut reader: Reader<'a>,
    tally: &mut Tally<'_>,
    marks: &mut Marks<'a>,
) -> Result<Event<'a>, Fault> {
    tally.count_value()?;
    let mut event = Event::default();
    let mut attributes_dropped = 0;
    while let Some(field) = reader.next()? {
        match field.number {
            1 => event.time_unix_nanos = reader.fixed64(field)?,
            2 => event.name = tally.name(reader.text(field)?, "event.name", marks),
            3 => attribute(
                reader.message(field, KEY_VALUE)?,
                &mut event.attributes,
                tally,
                marks,
            )?,
            4 => attributes_dropped = reader.uint32(field)?,
            _ => {}
        }
    }
    marks.drop_many(attributes_dropped);
    Ok(event)
}

fn link<'a>(mut reader: Reader<'a>, tally: &mut Tally<'_>, marks: &mut Marks<'a>) -> Result<Link<'a>, Fault> {
    tally.count_value()?;
    let mut link = Link::default();
    let mut attributes_dropped = 0;
    while let Some(field) = reader.next()? {
        match field.number {
            1 => link.trace_id = reader.bytes(field)?.into(),
            2 => link.span_id = reader.bytes(field)?.into(),
            4 => attribute(
                reader.message(field, KEY_VALUE)?,
                &mut link.attributes,
                tally,
                marks,
            )?,
            5 => attributes_dropped = reader.uint32(field)?,
            _ => {}
        }
    }
    marks.drop_many(attributes_dropped);
    Ok(link)
}

fn status<'a>(
    mut reader: Reader<'a>,
    span: &mut Span<'a>,
    tally: &Tally<'_>,
    marks: &mut Marks<'a>,
) -> Result<(), Fault> {
    while let Some(field) = reader.next()? {
        match field.number {
            2 => span.status_message = tally.text(reader.text(field)?, "status.message", marks),
            3 => span.status_code = StatusCode::from_number(reader.int32(field)?),
            _ => {}
        }
    }
    Ok(())
}
