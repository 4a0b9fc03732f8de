//! The table of what was measured.

use std::fmt::{self, Display};

/// Rows of figures with their targets.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

struct Row {
    what: String,
    figure: String,
    target: String,
    is_met: Option<bool>,
}

impl Report {
    /// A figure that must not exceed `most`.
    pub(crate) fn at_most(&mut self, what: impl Display, figure: f64, most: f64, unit: &str) {
        self.push(
            what,
            shown(figure, unit),
            format!("≤ {}", shown(most, unit)),
            Some(figure <= most),
        );
    }

    /// A figure that must reach `least`.
    pub(crate) fn at_least(&mut self, what: impl Display, figure: f64, least: f64, unit: &str) {
        self.push(
            what,
            shown(figure, unit),
            format!("≥ {}", shown(least, unit)),
            Some(figure >= least),
        );
    }

    /// A figure without a target, which helps to read the others.
    pub(crate) fn note(&mut self, what: impl Display, figure: f64, unit: &str) {
        self.push(what, shown(figure, unit), String::new(), None);
    }

    /// Whether every target is met.
    pub(crate) fn is_met(&self) -> bool {
        self.rows.iter().all(|row| row.is_met != Some(false))
    }

    fn push(&mut self, what: impl Display, figure: String, target: String, is_met: Option<bool>) {
        println!("{what}: {figure} {target}");
        self.rows.push(Row {
            what: what.to_string(),
            figure,
            target,
            is_met,
        });
    }
}

fn shown(figure: f64, unit: &str) -> String {
    let decimals = if figure.abs() >= 100.0 || figure.fract() == 0.0 {
        0
    } else if figure.abs() >= 10.0 {
        1
    } else {
        2
    };
    let digits = format!("{figure:.decimals$}");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let groups: Vec<&str> = whole
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap())
        .collect();
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{point}{fraction} {unit}", groups.join(","))
        .trim_end()
        .to_owned()
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| Measure | Figure | Target | |\n|---|---|---|---|")?;
        for row in &self.rows {
            let mark = match row.is_met {
                Some(true) => "met",
                Some(false) => "**missed**",
                None => "",
            };
            writeln!(
                f,
                "| {} | {} | {} | {mark} |",
                row.what, row.figure, row.target
            )?;
        }
        Ok(())
    }
}
