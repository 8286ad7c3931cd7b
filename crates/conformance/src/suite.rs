//! The list of checks, and the run through it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use crate::stage::{Checked, Stage};
use crate::{Capability, Entry, Report, Subject, Verdict, checks};

type Running<'a> = Pin<Box<dyn Future<Output = Checked> + 'a>>;

/// One check of the list.
pub(crate) struct Check {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) needs: &'static [Capability],
    pub(crate) run: for<'a> fn(&'a Stage, &'a Subject) -> Running<'a>,
}

/// Runs every check against a provider, each on a cloud of its own.
///
/// Needs a Tokio runtime with time and I/O. A panic of the provider fails the check it happens in, and the run goes on.
pub async fn run(subject: &Subject) -> Report {
    let mut entries = Vec::new();
    for check in checks::all() {
        let verdict = match subject.lacks(check.needs) {
            Some(missing) => Verdict::Skipped(format!("it lacks {missing}")),
            None => match judge(check, subject).await {
                Ok(()) => Verdict::Passed,
                Err(why) => Verdict::Failed(why),
            },
        };
        entries.push(Entry { group: check.group, name: check.name, verdict });
    }
    Report { subject: subject.name().to_owned(), entries }
}

async fn judge(check: &Check, subject: &Subject) -> Checked {
    let stage = Stage::set(subject, check.needs.contains(&Capability::Tls)).await?;
    let mut running = (check.run)(&stage, subject);
    std::future::poll_fn(move |context| {
        catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context)))
            .unwrap_or_else(|_| Poll::Ready(Err("it panicked".to_owned())))
    })
    .await
}
