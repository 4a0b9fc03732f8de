//! One person's whole way: may I apply, the code from the mail, every section, check your answers, the form, its file. Page by page, as a browser
//! without JavaScript asks for them: each answer's redirect is followed, each form is sent with the hidden fields of its page.

use std::net::SocketAddr;

use tsubame::domain::application::section::Section;

use crate::http::{Answer, Connection, form, form_with_file};
use crate::people::Applicant;
use crate::postman::Postman;

const FORM: &str = "application/x-www-form-urlencoded";

/// Somebody on her way, at some page.
pub(crate) struct Journey<'a> {
    connection: Connection,
    postman: &'a Postman,
    applicant: &'a Applicant,
    email: String,
    cookie: String,
    source: String,
    /// Where she is, without the language.
    path: String,
    page: Answer,
    /// Every page she saw with its length in bytes.
    pub(crate) pages: Vec<(String, usize)>,
}

impl<'a> Journey<'a> {
    /// Begins the `number`-th journey: with an address and a place of its own, as limits are counted for each.
    pub(crate) fn begin(
        server: SocketAddr,
        postman: &'a Postman,
        applicant: &'a Applicant,
        number: usize,
    ) -> Self {
        let [.., high, middle, low] = number.to_be_bytes();
        let mut connection = Connection::open(server).unwrap();
        let page = connection.get("/", "").unwrap();
        let (name, host) = applicant.email.split_once('@').unwrap();
        Self {
            connection,
            postman,
            applicant,
            email: format!("{name}.{number}@{host}"),
            cookie: String::new(),
            source: format!("10.{high}.{middle}.{low}"),
            path: "/".to_owned(),
            page,
            pages: Vec::new(),
        }
    }

    /// From the first question to the file; `photo` is uploaded, or else a print is to be glued on. Answers the file's size.
    pub(crate) fn travel(&mut self, photo: Option<&[u8]>) -> usize {
        self.sign_in();
        let case = self.path.clone();
        let applicant = self.applicant;
        for (section, typed) in &applicant.sections {
            self.open(&format!("{case}/{}", section.as_str()));
            match section {
                Section::Photo => self.hand_over(&case, photo),
                _ => self.fill_in(typed),
            }
        }
        self.open(&format!("{case}/review"));
        self.fill_in(&[("correct", "yes".to_owned())]);
        assert_eq!(self.path, format!("{case}/ready"));
        self.open(&format!("{case}/form.pdf?paper=a4"));
        assert!(
            self.page.body.starts_with(b"%PDF-"),
            "{} is no file",
            self.path
        );
        self.page.body.len()
    }

    /// The eligibility check, the code, the first form.
    pub(crate) fn sign_in(&mut self) {
        self.open("/");
        self.open("/check");
        self.press(
            &[
                ("nat", "yes"),
                ("juminhyo", "no"),
                ("tenshutsu", "yes"),
                ("since2015", "yes"),
                ("card", "none"),
            ],
            "next",
        );
        self.expect(200);
        self.open("/apply?kind=new");
        let email = self.email.clone();
        self.press(
            &[
                ("email", &email),
                ("agree", "yes"),
                ("lang", "ja"),
                ("kind", "new"),
            ],
            "next",
        );
        self.expect(200);
        let code = self.postman.code_for(&email);
        self.press(&[("code", &code)], "next");
        self.expect(200);
        assert!(self.path.starts_with("/a/"), "{}", self.path);
    }

    /// Fills in every section but makes no form.
    pub(crate) fn fill_in_everything(&mut self) {
        let (case, applicant) = (self.path.clone(), self.applicant);
        for (section, typed) in &applicant.sections {
            self.open(&format!("{case}/{}", section.as_str()));
            match section {
                Section::Photo => self.hand_over(&case, None),
                _ => self.fill_in(typed),
            }
        }
        self.open(&case);
    }

    /// Sends the form of this page; advice is read and accepted.
    fn fill_in(&mut self, typed: &[(&'static str, String)]) {
        let fields: Vec<(&str, &str)> = typed
            .iter()
            .map(|(field, text)| (*field, text.as_str()))
            .collect();
        self.press(&fields, "next");
        if self.page.status == 422 {
            self.press(&fields, "accept");
        }
        self.expect(200);
    }

    fn hand_over(&mut self, case: &str, photo: Option<&[u8]>) {
        let mut fields = self.page.hidden();
        fields.push((
            "go".to_owned(),
            if photo.is_some() { "check" } else { "paste" }.to_owned(),
        ));
        let (kind, body) = form_with_file(&fields, photo.unwrap_or_default());
        self.send(&format!("{case}/photo"), &kind, &body);
        self.expect(200);
        if photo.is_some() {
            let picture = self
                .connection
                .get(&format!("{case}/photo.jpg"), &self.headers())
                .unwrap();
            assert_eq!(picture.status, 200);
            self.press(&[("taken", "yes")], "use");
            self.expect(200);
        }
    }

    /// Presses the button `go` of this page's form.
    fn press(&mut self, fields: &[(&str, &str)], go: &str) {
        let hidden = self.page.hidden();
        let typed = |name: &str| fields.iter().any(|(field, _)| *field == name);
        let kept = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| !typed(name));
        let body = form(kept.chain(fields.iter().copied()).chain([("go", go)]));
        let path = self.path.split('?').next().unwrap().to_owned();
        self.send(&path, FORM, &body);
    }

    fn send(&mut self, path: &str, kind: &str, body: &[u8]) {
        let headers = self.headers();
        path.clone_into(&mut self.path);
        self.page = self.connection.post(path, &headers, kind, body).unwrap();
        self.take_cookie();
        self.follow();
    }

    /// Opens a page.
    pub(crate) fn open(&mut self, path: &str) {
        self.get(path);
        self.follow();
        self.expect(200);
    }

    fn get(&mut self, path: &str) {
        let headers = self.headers();
        path.clone_into(&mut self.path);
        self.page = self.connection.get(path, &headers).unwrap();
        self.take_cookie();
        self.note_weight();
    }

    fn follow(&mut self) {
        while let Some(location) = self.page.location().map(str::to_owned) {
            self.get(&location);
        }
    }

    fn expect(&self, status: u16) {
        assert_eq!(
            self.page.status,
            status,
            "{} of {}: {}",
            self.path,
            self.email,
            self.page.text()
        );
    }

    fn note_weight(&mut self) {
        if self
            .page
            .headers("content-type")
            .any(|kind| kind.starts_with("text/html"))
        {
            self.pages.push((self.path.clone(), self.page.body.len()));
        }
    }

    /// The lines of a request's head that say who asks.
    pub(crate) fn headers(&self) -> String {
        let cookie = if self.cookie.is_empty() {
            String::new()
        } else {
            format!("cookie: {}\r\n", self.cookie)
        };
        format!("x-forwarded-for: {}\r\n{cookie}", self.source)
    }

    fn take_cookie(&mut self) {
        if let Some(cookie) = self
            .page
            .headers("set-cookie")
            .find(|cookie| cookie.starts_with("sid="))
        {
            cookie
                .split(';')
                .next()
                .unwrap()
                .clone_into(&mut self.cookie);
        }
    }

    /// The case's own address, while she is at one of its pages.
    pub(crate) fn case(&self) -> String {
        self.path.split('/').take(3).collect::<Vec<_>>().join("/")
    }
}
