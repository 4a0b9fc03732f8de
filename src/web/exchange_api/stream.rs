//! Answers of any length from a bounded memory: one piece, one short transaction, then the next. A connection to the database is held only while a piece is
//! read.

use actix_web::web::{self, Bytes};
use futures_util::Stream;
use futures_util::stream;

use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;

/// The piece after a line, with the line it ends at; none when there is nothing more.
pub(in crate::web) type Piece = Option<(Vec<u8>, i32)>;

/// The pieces that `read` finds, one after the other. Once begun, an answer cannot turn into an error: it is cut off, which the reader's hash notices.
pub(in crate::web) fn pieces(
    app: web::Data<App>,
    read: impl Fn(&mut Db, i32) -> Result<Piece, StoreError> + Clone + Send + 'static,
) -> impl Stream<Item = Result<Bytes, AppError>> {
    stream::try_unfold(0, move |after| {
        let (app, read) = (app.clone(), read.clone());
        async move {
            let piece = app.read(move |db| read(db, after)).await?;
            Ok(piece.map(|(bytes, last)| (Bytes::from(bytes), last)))
        }
    })
}
