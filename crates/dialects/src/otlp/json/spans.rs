//! Spans from JSON.

use super::common::{attributes, name};
use super::walk::Walk;
use crate::otlp::tally::{Marks, Tally};
use crate::otlp::{Error, Event, Link, Span, StatusCode};

/// Reads one span; `None` if it breaks a rule and was left out.
pub(super) fn span<'a>(walk: &mut Walk<'a, '_>) -> Result<Option<Span<'a>>, Error> {
    let mut span = Span::default();
    let mut marks = Marks::default();
    let mut dropped_by_sender = [0u32; 3];
    let [attributes_dropped, events_dropped, links_dropped] = &mut dropped_by_sender;
    walk.object("Span", |walk, key| {
        match key {
            "traceId" | "trace_id" => span.trace_id = walk.id()?,
            "spanId" | "span_id" => span.span_id = walk.id()?,
            "parentSpanId" | "parent_span_id" => span.parent_span_id = walk.id()?,
            "name" => span.name = name(walk, "name", &mut marks)?,
            "kind" => span.kind = walk.enumeration(kind_number)?,
            "startTimeUnixNano" | "start_time_unix_nano" => span.start_unix_nanos = walk.uint64()?,
            "endTimeUnixNano" | "end_time_unix_nano" => span.end_unix_nanos = walk.uint64()?,
            "attributes" => attributes(walk, &mut span.attributes, &mut marks)?,
            "droppedAttributesCount" | "dropped_attributes_count" => *attributes_dropped = walk.uint32()?,
            "events" => events(walk, &mut span.events, &mut marks)?,
            "droppedEventsCount" | "dropped_events_count" => *events_dropped = walk.uint32()?,
            "links" => links(walk, &mut span.links, &mut marks)?,
            "droppedLinksCount" | "dropped_links_count" => *links_dropped = walk.uint32()?,
            "status" => status(walk, &mut span, &mut marks)?,
            _ => walk.skip()?,
        }
        Ok(())
    })?;
    for count in dropped_by_sender {
        marks.drop_many(count);
    }
    Ok(walk.tally.finish_span(span, marks))
}

fn events<'a>(
    walk: &mut Walk<'a, '_>,
    list: &mut Vec<Event<'a>>,
    marks: &mut Marks<'a>,
) -> Result<(), Error> {
    walk.array(|walk| {
        if list.len() >= walk.tally.limits.events_max {
            marks.drop_one();
            return walk.skip();
        }
        walk.tally.count_value()?;
        let mut event = Event::default();
        let mut attributes_dropped = 0;
        walk.object("Event", |walk, key| {
            match key {
                "timeUnixNano" | "time_unix_nano" => event.time_unix_nanos = walk.uint64()?,
                "name" => event.name = name(walk, "event.name", marks)?,
                "attributes" => attributes(walk, &mut event.attributes, marks)?,
                "droppedAttributesCount" | "dropped_attributes_count" => {
                    attributes_dropped = walk.uint32()?
                }
                _ => walk.skip()?,
            }
            Ok(())
        })?;
        marks.drop_many(attributes_dropped);
        list.push(event);
        Ok(())
    })
}

fn links<'a>(walk: &mut Walk<'a, '_>, list: &mut Vec<Link<'a>>, marks: &mut Marks<'a>) -> Result<(), Error> {
    walk.array(|walk| {
        if list.len() >= walk.tally.limits.links_max {
            marks.drop_one();
            return walk.skip();
        }
        walk.tally.count_value()?;
        let mut link = Link::default();
        let mut attributes_dropped = 0;
        walk.object("Link", |walk, key| {
            match key {
                "traceId" | "trace_id" => link.trace_id = walk.id()?,
                "spanId" | "span_id" => link.span_id = walk.id()?,
                "attributes" => attributes(walk, &mut link.attributes, marks)?,
                "droppedAttributesCount" | "dropped_attributes_count" => {
                    attributes_dropped = walk.uint32()?
                }
                _ => walk.skip()?,
            }
            Ok(())
        })?;
        marks.drop_many(attributes_dropped);
        Tally::keep_link(list, link, marks);
        Ok(())
    })
}

fn status<'a>(walk: &mut Walk<'a, '_>, span: &mut Span<'a>, marks: &mut Marks<'a>) -> Result<(), Error> {
    walk.object("Status", |walk, key| {
        match key {
            "message" => {
                let text = walk.text()?;
                span.status_message = walk.tally.text(text, "status.message", marks);
            }
            "code" => span.status_code = StatusCode::from_number(walk.enumeration(status_number)?),
            _ => walk.skip()?,
        }
        Ok(())
    })
}

fn kind_number(name: &str) -> Option<i32> {
    Some(match name {
        "SPAN_KIND_INTERNAL" => 1,
        "SPAN_KIND_SERVER" => 2,
        "SPAN_KIND_CLIENT" => 3,
        "SPAN_KIND_PRODUCER" => 4,
        "SPAN_KIND_CONSUMER" => 5,
        _ => return None,
    })
}

fn status_number(name: &str) -> Option<i32> {
    match name {
        "STATUS_CODE_OK" => Some(1),
        "STATUS_CODE_ERROR" => Some(2),
        _ => None,
    }
}
