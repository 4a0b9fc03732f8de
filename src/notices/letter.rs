//! Sets the words of a mail twice: as plain text in lines of 70 columns, and as HTML. Both come from the same lines, so they say the same.
//!
//! Marks in the source: `■ ` begins a heading, `・` an item of a list, a line that is one link stands alone, an empty line ends a paragraph, and a
//! line `@ja` or `@en` begins a part in that language.

use crate::domain::notice::NoticeCode;
use crate::i18n::Lang;

/// Half-width columns of a line of text: mail programs of telephones show so many.
const COLUMNS: usize = 70;

/// A mail's words, set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Which notice.
    pub notice: NoticeCode,
    /// Its language (the first, if it has both).
    pub lang: Lang,
    /// The subject, with the service's name before it.
    pub subject: String,
    /// The text part, with CRLF line ends.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl Letter {
    /// Sets `source`: the subject line, then the body.
    pub(super) fn set(notice: NoticeCode, lang: Lang, source: &str) -> Self {
        let (subject, body) = source.split_once('\n').unwrap_or((source, ""));
        let service = match (notice, lang) {
            (NoticeCode::N31 | NoticeCode::N32, Lang::Ja) => "【受付】",
            (NoticeCode::N31 | NoticeCode::N32, Lang::En) => "[Desk] ",
            (NoticeCode::N33, Lang::Ja) => "【運用】",
            (NoticeCode::N33, Lang::En) => "[Ops] ",
            (_, Lang::Ja) => "【国外マイナンバーカード】",
            (_, Lang::En) => "[My Number Card Abroad] ",
        };
        let subject = format!("{service}{}", subject.trim());
        let parts = parts_of(lang, body);
        Self {
            notice,
            lang,
            text: as_text(&parts),
            html: as_html(lang, &subject, &parts),
            subject,
        }
    }
}

/// A stretch of one language.
#[derive(Debug, PartialEq, Eq)]
struct Part<'a> {
    lang: Lang,
    blocks: Vec<Block<'a>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Block<'a> {
    Heading(&'a str),
    Items(Vec<&'a str>),
    Paragraph(Vec<&'a str>),
}

fn parts_of(lang: Lang, body: &str) -> Vec<Part<'_>> {
    let mut parts = vec![Part {
        lang,
        blocks: Vec::new(),
    }];
    let mut begins_block = true;
    for line in body.lines().map(str::trim_end) {
        if let Some(lang) = line.strip_prefix('@').and_then(Lang::parse) {
            parts.push(Part {
                lang,
                blocks: Vec::new(),
            });
            begins_block = true;
        } else if line.is_empty() {
            begins_block = true;
        } else if let Some(part) = parts.last_mut() {
            begins_block = put(&mut part.blocks, line, begins_block);
        }
    }
    parts
}

/// Adds a line to the last block or as a new one; answers whether the next line begins a new block.
fn put<'a>(blocks: &mut Vec<Block<'a>>, line: &'a str, begins_block: bool) -> bool {
    if let Some(heading) = line.strip_prefix("■ ") {
        blocks.push(Block::Heading(heading));
        return true;
    }
    match (line.strip_prefix('・'), blocks.last_mut()) {
        (Some(item), Some(Block::Items(items))) if !begins_block => items.push(item),
        (Some(item), _) => blocks.push(Block::Items(vec![item])),
        (None, Some(Block::Paragraph(lines))) if !begins_block => lines.push(line),
        (None, _) => blocks.push(Block::Paragraph(vec![line])),
    }
    false
}

fn as_text(parts: &[Part<'_>]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let mut follows_heading = true;
        for block in &part.blocks {
            // A heading stands on what it heads.
            if !follows_heading {
                lines.push(String::new());
            }
            follows_heading = matches!(block, Block::Heading(_));
            match block {
                Block::Heading(heading) => lines.extend(folded(&format!("■ {heading}"))),
                Block::Items(items) => {
                    let mark = if part.lang == Lang::Ja { "・" } else { "- " };
                    lines.extend(
                        items
                            .iter()
                            .flat_map(|item| folded(&format!("{mark}{item}"))),
                    );
                }
                Block::Paragraph(paragraph) => {
                    lines.extend(paragraph.iter().flat_map(|line| folded(line)));
                }
            }
        }
    }
    lines.push(String::new());
    lines.join("\r\n")
}

/// A line cut into lines of at most 70 columns: at a space if there is one, else between any two characters that may be parted. A link is never cut.
fn folded(line: &str) -> Vec<String> {
    if is_link(line) {
        return vec![line.to_owned()];
    }
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in pieces(line) {
        let is_full = width(&current) + width(word.trim_end()) > COLUMNS;
        if is_full && !current.trim().is_empty() && !may_not_begin_a_line(word) {
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
        }
        current.push_str(word);
    }
    lines.push(current.trim_end().to_owned());
    lines
}

/// The smallest pieces a line may be cut between: a word with the space behind it, or one wide character.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = if is_wide(first) {
            first.len_utf8()
        } else {
            let word = rest
                .find(|c: char| c == ' ' || is_wide(c))
                .unwrap_or(rest.len());
            word + usize::from(rest.get(word..).is_some_and(|after| after.starts_with(' ')))
        };
        let Some((piece, after)) = rest.split_at_checked(length) else {
            break;
        };
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// Closing signs and small kana hang on the line before, even beyond its end.
fn may_not_begin_a_line(piece: &str) -> bool {
    piece.chars().next().is_some_and(|c| {
        "、。，．）」』】〉》！？：；ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々".contains(c)
    })
}

fn is_wide(c: char) -> bool {
    let is_half_width_kana = ('\u{FF61}'..='\u{FF9F}').contains(&c);
    c >= '\u{1100}' && !is_half_width_kana && !('\u{2010}'..='\u{2027}').contains(&c)
}

/// Half-width columns.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_link(line: &str) -> bool {
    (line.starts_with("https://") || line.starts_with("http://")) && !line.contains(' ')
}

const STYLE: &str = "font-family:sans-serif;font-size:16px;line-height:1.7;color:#1a1a1a;background:#ffffff;max-width:36em;margin:0 auto;padding:16px";

fn as_html(lang: Lang, subject: &str, parts: &[Part<'_>]) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\r\n<html lang=\"{}\">\r\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{}</title></head>\r\n<body style=\"{STYLE}\">\r\n",
        lang.as_str(),
        escaped(subject)
    );
    for part in parts {
        html.extend(["<div lang=\"", part.lang.as_str(), "\">\r\n"]);
        for block in &part.blocks {
            html.push_str(&block_as_html(block));
        }
        html.push_str("</div>\r\n");
    }
    html.push_str("</body>\r\n</html>\r\n");
    html
}

fn block_as_html(block: &Block<'_>) -> String {
    match block {
        Block::Heading(heading) => format!(
            "<h2 style=\"font-size:18px;margin:24px 0 4px\">{}</h2>\r\n",
            escaped(heading)
        ),
        Block::Items(items) => {
            let list: Vec<String> = items.iter().map(|text| inline(text)).collect();
            format!(
                "<ul style=\"margin:4px 0;padding-left:1.4em\">\r\n<li>{}</li>\r\n</ul>\r\n",
                list.join("</li>\r\n<li>")
            )
        }
        Block::Paragraph(lines) => {
            let lines: Vec<String> = lines.iter().map(|text| inline(text)).collect();
            format!(
                "<p style=\"margin:4px 0 12px\">{}</p>\r\n",
                lines.join("<br>\r\n")
            )
        }
    }
}

/// A line with its last word as a link, if that is one.
fn inline(line: &str) -> String {
    let begins = line.find("https://").or_else(|| line.find("http://"));
    match begins.and_then(|at| line.split_at_checked(at)) {
        Some((before, url)) if is_link(url) => {
            format!("{}<a href=\"{1}\">{1}</a>", escaped(before), escaped(url))
        }
        _ => escaped(line),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_headings_lists_links_and_parts() {
        let source = "件名\n\n一行目\n二行目\n■ 見出し\n・一\n・二\n\nhttps://example.jp/a\n@en\nEnglish: https://example.jp/en/a";
        let letter = Letter::set(NoticeCode::N02a, Lang::Ja, source);
        assert_eq!(letter.subject, "【国外マイナンバーカード】件名");
        assert_eq!(
            letter.text,
            "一行目\r\n二行目\r\n\r\n■ 見出し\r\n・一\r\n・二\r\n\r\nhttps://example.jp/a\r\n\r\nEnglish: https://example.jp/en/a\r\n"
        );
        for fragment in [
            "一行目<br>\r\n二行目</p>",
            "見出し</h2>",
            "<li>一</li>\r\n<li>二</li>",
            "<a href=\"https://example.jp/a\">https://example.jp/a</a>",
            "<div lang=\"en\">",
            "English: <a href=\"https://example.jp/en/a\">",
        ] {
            assert!(
                letter.html.contains(fragment),
                "{fragment} in {}",
                letter.html
            );
        }
    }

    #[test]
    fn long_lines_are_folded_where_they_may_be() {
        let japanese = "あ".repeat(34) + "い。" + &"う".repeat(10);
        assert_eq!(
            folded(&japanese),
            ["あ".repeat(34) + "い。", "う".repeat(10)]
        );
        let english = format!("{} word another", "x".repeat(62));
        assert_eq!(
            folded(&english),
            [format!("{} word", "x".repeat(62)), "another".to_owned()]
        );
        let link = format!("https://example.jp/{}", "a".repeat(90));
        assert_eq!(folded(&link), std::slice::from_ref(&link));
    }

    #[test]
    fn what_a_person_typed_is_no_markup() {
        let letter = Letter::set(NoticeCode::N00, Lang::Ja, "x\n\n<script>\"&</script> 様");
        assert!(
            letter
                .html
                .contains("&lt;script&gt;&quot;&amp;&lt;/script&gt; 様")
        );
    }
}
