//! The two threads of a log: one writes groups, the other hands them to the sink.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use trace::Sequence;

use super::queue::{Load, Queue};
use super::writer::Writer;
use super::{Durable, Sink};

/// Groups that may be written ahead of the sink.
const GROUPS_AHEAD: usize = 2;

/// A group after the disk answered. The payloads are let go of.
struct Answered<T> {
    tickets: Vec<T>,
    load: Load,
    /// Sequence of the first, or why the group was refused.
    outcome: io::Result<Sequence>,
}

/// Starts both threads. They end when the queue is closed and empty.
pub(super) fn start<T: Send + 'static>(
    queue: Arc<Queue<T>>,
    writer: Writer,
    group_size_bytes: usize,
    sink: Box<dyn Sink<T>>,
) -> io::Result<Vec<JoinHandle<()>>> {
    let (sender, receiver) = sync_channel(GROUPS_AHEAD);
    let applied = Arc::clone(&queue);
    let apply = thread::Builder::new()
        .name("log-apply".into())
        .spawn(move || apply(&applied, &receiver, sink))?;
    let write = thread::Builder::new()
        .name("log-write".into())
        .spawn(move || write(&queue, &sender, writer, group_size_bytes))?;
    Ok(vec![write, apply])
}

fn write<T>(
    queue: &Queue<T>,
    answered: &SyncSender<Answered<T>>,
    mut writer: Writer,
    group_size_bytes: usize,
) {
    while let Some(group) = queue.take(group_size_bytes) {
        let outcome = writer.write(group.iter().map(|(entry, _)| entry));
        let size_bytes = group
            .iter()
            .map(|(entry, _)| entry.payload.len())
            .fold(0, usize::saturating_add);
        let load = Load {
            size_bytes,
            requests: group.len(),
        };
        let tickets = group.into_iter().map(|(_, ticket)| ticket).collect();
        let group = Answered {
            tickets,
            load,
            outcome,
        };
        if answered.send(group).is_err() {
            // The sink's thread has panicked: nothing that is logged would ever become readable. Letting go of
            // the tickets tells those who wait.
            queue.close();
            while queue.take(group_size_bytes).is_some() {}
            return;
        }
    }
}

fn apply<T>(queue: &Queue<T>, answered: &Receiver<Answered<T>>, mut sink: Box<dyn Sink<T>>) {
    for Answered {
        tickets,
        load,
        outcome,
    } in answered
    {
        match outcome {
            Ok(first) => sink.durable(number(first, tickets)),
            Err(error) => sink.refused(tickets, &error),
        }
        queue.done(load);
    }
}

fn number<T>(first: Sequence, tickets: Vec<T>) -> Vec<Durable<T>> {
    (first.0..)
        .zip(tickets)
        .map(|(sequence, ticket)| Durable {
            sequence: Sequence(sequence),
            ticket,
        })
        .collect()
}
