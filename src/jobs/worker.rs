//! The loop that runs jobs until it is told to stop, on a thread and a runtime of its own.

use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Engine, JobContext};

/// How long the loop rests when nothing was due. A mail waits half of it on average.
const PAUSE: Duration = Duration::from_millis(500);
/// How often recurring work is looked at.
const SCHEDULE_EVERY: Duration = Duration::from_secs(60);
/// How long what is in flight may take to finish after the stop; what does not is begun again when its lease ends.
const GRACE: Duration = Duration::from_secs(20);

/// A running worker. Dropping it stops it without waiting; [`Worker::stop`] waits for what is in flight.
#[derive(Debug)]
pub struct Worker {
    stop: watch::Sender<bool>,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Starts the loop. Fails if the system gives no thread, no runtime or no randomness.
    pub fn start(context: JobContext) -> std::io::Result<Self> {
        let engine = Engine::new(context).map_err(std::io::Error::other)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::Builder::new()
            .name("jobs".to_owned())
            .spawn(move || {
                runtime.block_on(run_until(&engine, stopped));
                // Threads that wait for a database that is gone must not hold the process.
                runtime.shutdown_timeout(Duration::from_secs(2));
            })?;
        Ok(Self { stop, thread })
    }

    /// Begins nothing more, finishes what is in flight, and ends. Blocks for up to 22 seconds.
    pub fn stop(self) {
        // A worker that has ended already hears nothing, and need not.
        let _ = self.stop.send(true);
        if self.thread.join().is_err() {
            tracing::error!("the worker's thread panicked");
        }
    }

    /// Whether the loop still runs; it ends by itself only if something in it is badly wrong.
    pub fn is_running(&self) -> bool {
        !self.thread.is_finished()
    }
}

async fn run_until(engine: &Engine, mut stopped: watch::Receiver<bool>) {
    let mut running = JoinSet::new();
    let mut schedule = tokio::time::interval(SCHEDULE_EVERY);
    let mut is_schedule_due = true;
    loop {
        if is_schedule_due && let Err(error) = engine.enqueue_recurring().await {
            tracing::warn!(error = %error, "recurring work could not be enqueued");
        }
        if let Err(error) = engine.begin_due(&mut running).await {
            tracing::warn!(error = %error, "no job could be begun");
        }
        is_schedule_due = false;
        tokio::select! {
            // An error means that nobody can say stop any more: the owner is gone.
            _ = stopped.changed() => break,
            Some(_) = running.join_next(), if !running.is_empty() => {}
            _ = schedule.tick() => is_schedule_due = true,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    let finish = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, finish).await.is_err() {
        tracing::warn!("a job did not finish in time; it will be begun again when its lease ends");
    }
}
