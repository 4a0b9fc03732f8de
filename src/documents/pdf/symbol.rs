//! QR symbols as vectors.

use qrcode::{Color, EcLevel, QrCode, Version, types::QrError};

use super::page::Page;

/// Left, top and size of the symbol on every sheet, in mm: top right, clear of the edges and of the staple.
pub(in crate::documents) const SYMBOL: [f32; 3] = [166.0, 15.0, 25.0];
/// Modules along an edge of version 4.
pub(in crate::documents) const MODULES: u16 = 33;
/// Four modules of white around the symbol (ISO/IEC 18004), in mm.
pub(in crate::documents) const QUIET_ZONE: f32 = 4.0 * 25.0 / 33.0;

/// Draws `payload` as a QR symbol of version 4, level H: 33 modules of 0.76 mm, of which a third may be stained.
///
/// # Errors
/// When the payload is longer than the version holds (50 letters and digits).
pub(in crate::documents) fn qr(page: &mut Page<'_>, payload: &str) -> Result<(), QrError> {
    let [x, y, size] = SYMBOL;
    let module = size / f32::from(MODULES);
    let code = QrCode::with_version(payload.as_bytes(), Version::Normal(4), EcLevel::H)?;
    let colors = code.to_colors();
    let mut blocks = Vec::new();
    for (row, modules) in (0_u16..).zip(colors.chunks(usize::from(MODULES))) {
        let mut column = 0_u16;
        for run in modules.chunk_by(|a, b| a == b) {
            let length = u16::try_from(run.len()).unwrap_or(0);
            if run.first() == Some(&Color::Dark) {
                blocks.push([
                    x + f32::from(column) * module,
                    y + f32::from(row) * module,
                    f32::from(length) * module,
                    module,
                ]);
            }
            column += length;
        }
    }
    page.blocks(blocks);
    Ok(())
}
