//! The page before a person: what she can read on it, and what its forms would send.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};

/// The page before her.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    pub(super) html: Html,
}

pub(super) fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

pub(super) fn text_of(element: ElementRef<'_>) -> String {
    element
        .text()
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

impl Page {
    pub(super) fn empty() -> Self {
        Self {
            status: 0,
            path: String::new(),
            headers: BTreeMap::new(),
            body: Vec::new(),
            html: Html::new_document(),
        }
    }

    pub(super) fn first(&self, css: &str) -> Option<String> {
        self.html.select(&selector(css)).next().map(text_of)
    }

    /// The one h1.
    pub(crate) fn heading(&self) -> String {
        self.first("h1").unwrap_or_default()
    }

    pub(crate) fn title(&self) -> String {
        self.first("title").unwrap_or_default()
    }

    /// The first text set like a receipt number.
    pub(crate) fn first_ref(&self) -> String {
        self.first(".ref").unwrap_or_default()
    }

    /// The receipt numbers of a table's rows, from the top.
    pub(crate) fn listed(&self) -> Vec<String> {
        self.html
            .select(&selector("tbody .ref, .refs tbody th"))
            .map(text_of)
            .collect()
    }

    /// The recovery codes on the page that shows them once.
    pub(crate) fn recovery_codes(&self) -> Vec<String> {
        self.html
            .select(&selector(".codes .ref"))
            .map(text_of)
            .collect()
    }

    /// The step of a list that is the present one.
    pub(crate) fn current_step(&self) -> String {
        self.first("[aria-current='step'] b").unwrap_or_default()
    }

    /// Everything that can be read.
    pub(crate) fn text(&self) -> String {
        self.first("body").unwrap_or_default()
    }

    pub(crate) fn html(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The sentences of the error summary, in order.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.html
            .select(&selector(".error-summary li"))
            .map(text_of)
            .collect()
    }

    /// The sentences of advice, in order.
    pub(crate) fn advice(&self) -> Vec<String> {
        self.html
            .select(&selector("#advice li"))
            .map(text_of)
            .collect()
    }

    pub(crate) fn has_link(&self, words: &str) -> bool {
        self.link(words).is_some()
    }

    pub(super) fn link(&self, words: &str) -> Option<String> {
        let links = self
            .html
            .select(&selector("a[href]"))
            .find(|link| text_of(*link).contains(words))?;
        links.attr("href").map(str::to_owned)
    }

    /// Whether the form with this target sends files.
    pub(super) fn takes_files(&self, action: &str) -> bool {
        let forms = selector("form[enctype='multipart/form-data']");
        self.html
            .select(&forms)
            .any(|form| form.attr("action").unwrap_or(&self.path) == action)
    }

    /// Whether the form with this target only asks: it puts its fields into the address.
    pub(super) fn asks(&self, action: &str) -> bool {
        self.html
            .select(&selector("form[method='get']"))
            .any(|form| form.attr("action") == Some(action))
    }

    /// The value a labelled control shows now.
    pub(crate) fn value(&self, label: &str) -> String {
        let name = self
            .control(label)
            .unwrap_or_else(|| panic!("no field {label:?} on {}:\n{}", self.path, self.text()));
        self.shown(&name)
    }

    pub(crate) fn shown(&self, name: &str) -> String {
        Self::fields_of(&self.form_with(name))
            .into_iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    }

    /// The sentence beside the control with this name.
    pub(crate) fn error_beside(&self, name: &str) -> Option<String> {
        self.first(&format!("[id=\"{name}-error\"]"))
    }

    /// What the control with this name shows now; nothing when there is no such control, or when it offers choices and cannot show any text.
    pub(crate) fn text_shown(&self, name: &str) -> Option<String> {
        let control = self
            .html
            .select(&selector(&format!("form [name=\"{name}\"]")))
            .next()?;
        let takes_text = match (control.value().name(), control.attr("type")) {
            ("textarea", _) => true,
            ("input", kind) => !matches!(kind, Some("radio" | "checkbox" | "file")),
            _ => false,
        };
        takes_text.then(|| self.shown(name))
    }

    pub(super) fn form_with(&self, name: &str) -> ElementRef<'_> {
        let control = selector(&format!("[name=\"{name}\"]"));
        self.html
            .select(&selector("form"))
            .find(|form| form.select(&control).next().is_some())
            .unwrap()
    }

    /// The name of the text field, list or box whose label begins with these words.
    pub(super) fn control(&self, label: &str) -> Option<String> {
        let labels = selector("label");
        let found = self
            .html
            .select(&labels)
            .find(|one| text_of(*one).starts_with(label));
        let Some(found) = found else {
            return self.named_alone(label);
        };
        let inside = selector("input, select, textarea");
        let control = match found.attr("for") {
            Some(id) => self
                .html
                .select(&selector(&format!("[id=\"{id}\"]")))
                .next()?,
            None => found.select(&inside).next()?,
        };
        control.attr("name").map(str::to_owned)
    }

    /// The name of a control that says itself what it is, as the boxes in a table do.
    fn named_alone(&self, label: &str) -> Option<String> {
        let controls = selector("input[aria-label], select[aria-label]");
        let is_it = |one: &ElementRef<'_>| {
            one.attr("aria-label")
                .is_some_and(|own| own.starts_with(label))
        };
        let control = self.html.select(&controls).find(is_it)?;
        control.attr("name").map(str::to_owned)
    }

    /// Name and value of the answer `answer` under the legend that begins with `legend`.
    pub(super) fn choice(&self, legend: &str, answer: &str) -> Option<(String, String)> {
        let groups = selector("fieldset");
        let group = self.html.select(&groups).find(|one| {
            one.select(&selector("legend"))
                .next()
                .is_some_and(|l| text_of(l).starts_with(legend))
        })?;
        let label = group
            .select(&selector("label"))
            .find(|one| text_of(*one).starts_with(answer))?;
        let input = label.select(&selector("input")).next()?;
        Some((
            input.attr("name")?.to_owned(),
            input.attr("value").unwrap_or("on").to_owned(),
        ))
    }

    /// The answers offered under a legend.
    pub(crate) fn answers(&self, legend: &str) -> Vec<String> {
        let group = self.html.select(&selector("fieldset")).find(|one| {
            one.select(&selector("legend"))
                .next()
                .is_some_and(|l| text_of(l).starts_with(legend))
        });
        group
            .map(|group| group.select(&selector("label")).map(text_of).collect())
            .unwrap_or_default()
    }

    /// What the form would send as it stands.
    pub(super) fn fields_of(form: &ElementRef<'_>) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        for control in form.select(&selector("input, select, textarea")) {
            let Some(name) = control.attr("name") else {
                continue;
            };
            match (control.value().name(), control.attr("type")) {
                ("input", Some("radio" | "checkbox")) => {
                    if control.attr("checked").is_some() {
                        fields.push((
                            name.to_owned(),
                            control.attr("value").unwrap_or("on").to_owned(),
                        ));
                    }
                }
                ("input", Some("file")) => {}
                ("input", _) => fields.push((
                    name.to_owned(),
                    control.attr("value").unwrap_or_default().to_owned(),
                )),
                ("select", _) => {
                    let chosen = control.select(&selector("option[selected]")).next();
                    fields.push((
                        name.to_owned(),
                        chosen
                            .and_then(|option| option.attr("value"))
                            .unwrap_or_default()
                            .to_owned(),
                    ));
                }
                _ => {
                    let text = control.text().collect::<String>();
                    fields.push((
                        name.to_owned(),
                        text.strip_prefix('\n').unwrap_or(&text).to_owned(),
                    ));
                }
            }
        }
        fields
    }
}
