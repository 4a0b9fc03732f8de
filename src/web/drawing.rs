//! The threads that draw, prove and look at pictures: few, and their own.
//!
//! A drawing takes a whole core and tens of megabytes. More at once would be no faster, and memory would grow with the queue; on threads shared with the
//! database, each thread would keep what one drawing once needed. Who waits for her turn holds neither a thread nor memory.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use tokio::sync::oneshot;

use super::errors::AppError;

const DRAWINGS_AT_ONCE: usize = 2;

/// Where drawings are made, in the order they were asked for.
#[derive(Debug)]
pub struct DrawingRoom {
    threads: ThreadPool,
}

impl DrawingRoom {
    /// Starts the threads; they end with it.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn open() -> Result<Self, ThreadPoolBuildError> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(DRAWINGS_AT_ONCE)
            .thread_name(|number| format!("drawing-{number}"))
            // The visitor is told by the answer that never comes; without this the whole process would end.
            .panic_handler(|_panic| tracing::error!(alarm = "drawing", "a drawing panicked"))
            .build()?;
        Ok(Self { threads })
    }

    /// Does `work` when its turn has come. What is asked for is finished even if the visitor goes away.
    pub async fn draw<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let (answer, drawn) = oneshot::channel();
        self.threads.spawn_fifo(move || {
            // Nobody may be waiting any more.
            drop(answer.send(work()));
        });
        drawn.await.map_err(AppError::unexpected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_drawing_that_panics_is_an_error_and_the_next_one_is_made() {
        let room = DrawingRoom::open().unwrap();
        for _ in 0..=DRAWINGS_AT_ONCE {
            let broken: Result<(), AppError> = room.draw(|| panic!("on purpose")).await;
            assert!(matches!(broken, Err(AppError::Unexpected(_))));
        }
        assert_eq!(room.draw(|| 42).await.unwrap(), 42);
    }
}
