//! A QR symbol for the screen: a picture of one path, as an address that a page can carry within itself.

use std::fmt::Write as _;

use data_encoding::BASE64;
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};

/// White around the symbol, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// `payload` as a symbol of level M, the smallest that holds it, as a `data:` address of an SVG picture.
///
/// # Errors
/// When the payload is longer than any symbol holds.
pub fn data_uri(payload: &str) -> Result<String, QrError> {
    let picture = svg(payload)?;
    Ok(format!(
        "data:image/svg+xml;base64,{}",
        BASE64.encode(picture.as_bytes())
    ))
}

fn svg(payload: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(payload.as_bytes(), EcLevel::M)?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (x, y, length) = (column + QUIET, row + QUIET, run.len());
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
            }
            column += run.len();
        }
    }
    let side = width + 2 * QUIET;
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = "otpauth://totp/Tsubame:madoguchi.hanako?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tsubame&algorithm=SHA1&digits=6&period=30";

    /// The runs of the path, drawn large, as a camera would see them.
    fn pixels(svg: &str) -> (usize, Vec<u8>) {
        let side: usize = svg
            .split("viewBox=\"0 0 ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let scale = 6;
        let mut grey = vec![255; side * scale * side * scale];
        let path = svg
            .rsplit("d=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        for run in path.split('M').filter(|run| !run.is_empty()) {
            let (start, rest) = run.split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let [x, y, length]: [usize; 3] =
                [x, y, rest.split('v').next().unwrap()].map(|number| number.parse().unwrap());
            for py in y * scale..(y + 1) * scale {
                for px in x * scale..(x + length) * scale {
                    grey[py * side * scale + px] = 0;
                }
            }
        }
        (side * scale, grey)
    }

    #[test]
    fn the_symbol_reads_back_as_its_payload() {
        let (side, grey) = pixels(&svg(PAYLOAD).unwrap());
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| grey[y * side + x]);
        let (_, read) = image.detect_grids()[0].decode().unwrap();
        assert_eq!(read, PAYLOAD);
        assert!(
            data_uri(PAYLOAD)
                .unwrap()
                .starts_with("data:image/svg+xml;base64,PHN2Zy")
        );
    }

    #[test]
    fn what_no_symbol_holds_is_refused() {
        assert!(svg(&"a".repeat(5000)).is_err());
    }
}
