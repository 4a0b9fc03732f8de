//! A person with a browser: she opens pages, reads headings, fills in fields by their labels and presses buttons by their words. Nothing else of a
//! page is known to her, so that a test breaks when a label, a legend or a button does.

use std::collections::BTreeMap;

use scraper::Html;

use super::page::{Page, selector, text_of};

/// Somebody using the service, with her own cookies.
pub(crate) struct Person {
    base_url: String,
    agent: ureq::Agent,
    cookies: BTreeMap<String, String>,
    /// What she typed and chose on the present page, over what the page shows.
    typed: BTreeMap<String, String>,
    pub(crate) page: Page,
}

/// A picture or another file chosen for a field.
pub(crate) struct Upload<'a> {
    pub(crate) file_name: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) bytes: &'a [u8],
}

impl Person {
    pub(crate) fn at(base_url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self {
            base_url: base_url.to_owned(),
            agent: config.into(),
            cookies: BTreeMap::new(),
            typed: BTreeMap::new(),
            page: Page::empty(),
        }
    }

    /// Opens an address and follows where it leads.
    pub(crate) fn open(&mut self, path: &str) -> &mut Self {
        self.get_once(path);
        self.follow()
    }

    /// Opens an address without following.
    pub(crate) fn get_once(&mut self, path: &str) {
        let beside = self
            .page
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _page)| folder);
        let path = if path.starts_with("http") || path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{beside}/{path}")
        };
        let path = path.as_str();
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base_url)
        };
        let response = self
            .agent
            .get(&url)
            .header("cookie", self.cookie_header())
            .header("accept-language", "ja")
            .call()
            .unwrap();
        self.receive(path, response);
    }

    fn follow(&mut self) -> &mut Self {
        for _ in 0..10 {
            if !(300..400).contains(&self.page.status) {
                return self;
            }
            let to = self
                .page
                .headers
                .get("location")
                .cloned()
                .unwrap_or_else(|| panic!("a redirect without a target at {}", self.page.path));
            self.get_once(&to);
        }
        panic!("redirects without end at {}", self.page.path)
    }

    fn cookie_header(&self) -> String {
        self.cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn receive(&mut self, path: &str, mut response: ureq::http::Response<ureq::Body>) {
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name)
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned())
            };
        }
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    value.to_str().unwrap_or_default().to_owned(),
                )
            })
            .collect();
        let status = response.status().as_u16();
        let body = response
            .body_mut()
            .with_config()
            .limit(50_000_000)
            .read_to_vec()
            .unwrap();
        let is_html = response
            .headers()
            .get("content-type")
            .is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
        let html = if is_html {
            Html::parse_document(&String::from_utf8_lossy(&body))
        } else {
            Html::new_document()
        };
        self.page = Page {
            status,
            path: path.to_owned(),
            headers,
            body,
            html,
        };
        self.typed.clear();
    }

    /// Follows the link with these words.
    pub(crate) fn follow_link(&mut self, words: &str) -> &mut Self {
        let link = self.page.link(words).unwrap_or_else(|| {
            panic!(
                "no link {words:?} on {}:\n{}",
                self.page.path,
                self.page.text()
            )
        });
        self.open(&link)
    }

    /// Types into the field whose label begins with `label`.
    pub(crate) fn fill(&mut self, label: &str, text: &str) -> &mut Self {
        let name = self.page.control(label).unwrap_or_else(|| {
            panic!(
                "no field {label:?} on {}:\n{}",
                self.page.path,
                self.page.text()
            )
        });
        self.typed.insert(name, text.to_owned());
        self
    }

    /// Types a date into the three boxes under `legend`.
    pub(crate) fn fill_date(&mut self, legend: &str, date: [&str; 3]) -> &mut Self {
        let group = self.page.html.select(&selector("fieldset")).find(|one| {
            one.select(&selector("legend"))
                .next()
                .is_some_and(|l| text_of(l).starts_with(legend))
        });
        let group = group.unwrap_or_else(|| panic!("no date {legend:?} on {}", self.page.path));
        let names: Vec<String> = group
            .select(&selector("input"))
            .map(|input| input.attr("name").unwrap().to_owned())
            .collect();
        assert_eq!(names.len(), 3, "{legend}");
        for (name, text) in names.into_iter().zip(date) {
            self.typed.insert(name, text.to_owned());
        }
        self
    }

    /// Chooses the answer that begins with `answer` under `legend`.
    pub(crate) fn choose(&mut self, legend: &str, answer: &str) -> &mut Self {
        let chosen = self.page.choice(legend, answer);
        let (name, value) = chosen.unwrap_or_else(|| {
            panic!(
                "no answer {answer:?} under {legend:?} on {}:\n{}",
                self.page.path,
                self.page.text()
            )
        });
        self.typed.insert(name, value);
        self
    }

    /// Chooses from the list labelled `label` the entry with this text.
    pub(crate) fn pick(&mut self, label: &str, entry: &str) -> &mut Self {
        let name = self
            .page
            .control(label)
            .unwrap_or_else(|| panic!("no list {label:?} on {}", self.page.path));
        let options = selector(&format!("select[name=\"{name}\"] option"));
        let option = self
            .page
            .html
            .select(&options)
            .find(|option| text_of(*option) == entry)
            .unwrap_or_else(|| panic!("no entry {entry:?} in {label:?}"));
        let value = option.attr("value").unwrap().to_owned();
        self.typed.insert(name, value);
        self
    }

    /// Ticks the box whose label begins with `label`.
    pub(crate) fn tick(&mut self, label: &str) -> &mut Self {
        let name = self.page.control(label).unwrap_or_else(|| {
            panic!(
                "no box {label:?} on {}:\n{}",
                self.page.path,
                self.page.text()
            )
        });
        self.typed.insert(name, "yes".to_owned());
        self
    }

    /// Presses the button with these words and follows where it leads.
    pub(crate) fn press(&mut self, words: &str) -> &mut Self {
        self.press_once(words);
        self.follow()
    }

    /// Presses the button with these words.
    pub(crate) fn press_once(&mut self, words: &str) {
        let (action, fields) = self.form_of(words);
        if self.page.takes_files(&action) {
            return self.post_parts(&action, &fields, None);
        }
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .finish();
        if self.page.asks(&action) {
            let path = action.split('#').next().unwrap_or_default();
            return self.get_once(&format!("{path}?{body}"));
        }
        self.post(&action, &body);
    }

    /// What pressing the button would send, and where to.
    pub(crate) fn form_of(&self, words: &str) -> (String, Vec<(String, String)>) {
        let buttons = selector("button");
        let (form, button) = self
            .page
            .html
            .select(&selector("form"))
            .find_map(|form| {
                form.select(&buttons)
                    .find(|button| text_of(*button).contains(words))
                    .map(|button| (form, button))
            })
            .unwrap_or_else(|| {
                panic!(
                    "no button {words:?} on {} ({}):\n{}",
                    self.page.path,
                    self.page.status,
                    self.page.text()
                )
            });
        let mut fields = Page::fields_of(&form);
        fields.retain(|(name, _)| !self.typed.contains_key(name));
        fields.extend(
            self.typed
                .iter()
                .map(|(name, text)| (name.clone(), text.clone())),
        );
        if let Some(name) = button.attr("name") {
            fields.push((
                name.to_owned(),
                button.attr("value").unwrap_or_default().to_owned(),
            ));
        }
        let action = form
            .attr("action")
            .map_or_else(|| self.page.path.clone(), str::to_owned);
        (action, fields)
    }

    /// Sends a form body as a browser would.
    pub(crate) fn post(&mut self, path: &str, body: &str) {
        let request = self
            .agent
            .post(format!("{}{path}", self.base_url))
            .header("cookie", self.cookie_header());
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let response = request.send(body).unwrap();
        self.receive(path, response);
    }

    /// Chooses a file and presses the button with these words.
    pub(crate) fn upload(&mut self, words: &str, file: &Upload<'_>) -> &mut Self {
        let (action, fields) = self.form_of(words);
        self.post_parts(&action, &fields, Some(file));
        self.follow()
    }

    fn post_parts(&mut self, action: &str, fields: &[(String, String)], file: Option<&Upload<'_>>) {
        let boundary = "----a-boundary-of-the-test";
        let mut body = Vec::new();
        for (name, text) in fields {
            body.extend(format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").into_bytes());
        }
        let (file_name, content_type, bytes) = file
            .map_or(("", "application/octet-stream", &[][..]), |file| {
                (file.file_name, file.content_type, file.bytes)
            });
        let head = format!(
            "content-disposition: form-data; name=\"photo\"; filename=\"{file_name}\"\r\ncontent-type: {content_type}"
        );
        body.extend(format!("--{boundary}\r\n{head}\r\n\r\n").into_bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
        let request = self
            .agent
            .post(format!("{}{action}", self.base_url))
            .header("cookie", self.cookie_header());
        let request = request
            .header(
                "content-type",
                format!("multipart/form-data; boundary={boundary}"),
            )
            .header("sec-fetch-site", "same-origin");
        let response = request.send(&body[..]).unwrap();
        self.receive(action, response);
    }

    /// Puts a cookie into her browser.
    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// A cookie of hers.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Fails unless the page has this status.
    pub(crate) fn expect(&mut self, status: u16) -> &mut Self {
        assert_eq!(
            self.page.status,
            status,
            "{}: {}",
            self.page.path,
            self.page.text()
        );
        self
    }

    /// Fails unless this is the page with this heading.
    pub(crate) fn sees(&mut self, heading: &str) -> &mut Self {
        assert_eq!(
            self.page.heading(),
            heading,
            "{} ({}): {}",
            self.page.path,
            self.page.status,
            self.page.text()
        );
        self
    }
}
