//! Spans from their wire bytes.

use super::common::attribute;
use super::wire::Field;
use crate::otlp::tally::{Marks, Tally};
use crate::otlp::{Error, Event, Link, Span, StatusCode};

/// Reads one span; `None` if it breaks a rule and was left out.
pub(super) fn span<'a>(field: Field<'a>, tally: &mut Tally<'_>) -> Result<Option<Span<'a>>, Error> {
    let mut reader = field.message("Span")?;
    let mut span = Span::default();
    let mut marks = Marks::default();
    let mut dropped_by_sender = [0u32; 3];
    let [attributes_dropped, events_dropped, links_dropped] = &mut dropped_by_sender;
    while let Some(field) = reader.next()? {
        match field.number {
            1 => span.trace_id = field.bytes()?.into(),
            2 => span.span_id = field.bytes()?.into(),
            4 => span.parent_span_id = field.bytes()?.into(),
            5 => span.name = tally.name(field.text()?, "name", &mut marks),
            6 => span.kind = field.int32()?,
            7 => span.start_unix_nanos = field.fixed64()?,
            8 => span.end_unix_nanos = field.fixed64()?,
            9 => attribute(field, &mut span.attributes, tally, &mut marks)?,
            10 => *attributes_dropped = field.uint32()?,
            11 if span.events.len() >= tally.limits.events_max => {
                field.bytes()?;
                marks.drop_one();
            }
            11 => {
                let event = event(field, tally, &mut marks)?;
                span.events.push(event);
            }
            12 => *events_dropped = field.uint32()?,
            13 if span.links.len() >= tally.limits.links_max => {
                field.bytes()?;
                marks.drop_one();
            }
            13 => {
                let link = link(field, tally, &mut marks)?;
                Tally::keep_link(&mut span.links, link, &mut marks);
            }
            14 => *links_dropped = field.uint32()?,
            15 => status(field, &mut span, tally, &mut marks)?,
            _ => {}
        }
    }
    for count in dropped_by_sender {
        marks.drop_many(count);
    }
    Ok(tally.finish_span(span, marks))
}

fn event<'a>(field: Field<'a>, tally: &mut Tally<'_>, marks: &mut Marks<'a>) -> Result<Event<'a>, Error> {
    tally.count_value()?;
    let mut reader = field.message("Event")?;
    let mut event = Event::default();
    let mut attributes_dropped = 0;
    while let Some(field) = reader.next()? {
        match field.number {
            1 => event.time_unix_nanos = field.fixed64()?,
            2 => event.name = tally.name(field.text()?, "event.name", marks),
            3 => attribute(field, &mut event.attributes, tally, marks)?,
            4 => attributes_dropped = field.uint32()?,
            _ => {}
        }
    }
    marks.drop_many(attributes_dropped);
    Ok(event)
}

fn link<'a>(field: Field<'a>, tally: &mut Tally<'_>, marks: &mut Marks<'a>) -> Result<Link<'a>, Error> {
    tally.count_value()?;
    let mut reader = field.message("Link")?;
    let mut link = Link::default();
    let mut attributes_dropped = 0;
    while let Some(field) = reader.next()? {
        match field.number {
            1 => link.trace_id = field.bytes()?.into(),
            2 => link.span_id = field.bytes()?.into(),
            4 => attribute(field, &mut link.attributes, tally, marks)?,
            5 => attributes_dropped = field.uint32()?,
            _ => {}
        }
    }
    marks.drop_many(attributes_dropped);
    Ok(link)
}

fn status<'a>(
    field: Field<'a>,
    span: &mut Span<'a>,
    tally: &Tally<'_>,
    marks: &mut Marks<'a>,
) -> Result<(), Error> {
    let mut reader = field.message("Status")?;
    while let Some(field) = reader.next()? {
        match field.number {
            2 => span.status_message = tally.text(field.text()?, "status.message", marks),
            3 => span.status_code = StatusCode::from_number(field.int32()?),
            _ => {}
        }
    }
    Ok(())
}
