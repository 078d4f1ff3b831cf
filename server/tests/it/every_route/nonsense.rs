//! Requests that make no sense, made by dice from requests that do.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::call::{Call, Content};

/// Texts that stand where an id, a number, a word or a name is expected.
const TEXTS: [&str; 30] = [
    "",
    " ",
    "0",
    "-1",
    "1e3",
    "1.5",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "340282366920938463463374607431768211456",
    "NaN",
    "null",
    "true",
    "../../etc/passwd",
    "..%2f..%2f",
    "%00",
    "%ff%fe",
    "\u{0}",
    "\u{1b}[2J\u{7}",
    "line\r\nX-Injected: yes",
    "\u{202e}desrever",
    "👩‍🎨e\u{301}",
    "' OR 1=1 --",
    "\"><script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "lst_ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
    "lst_00000000000000000000000007",
    "9223372036854775807.lst_00000000000000000000000007",
    "-9223372036854775808.lst_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
    "99999999999999999999999999.",
];
/// Names that queries of some route have.
const NAMES: [&str; 20] = [
    "limit", "after", "status", "price", "q", "category", "min", "max", "sort", "purchase",
    "token", "code", "next", "news", "approved", "letter", "saved", "address", "country", "x",
];
const KINDS: [&str; 7] = [
    "text/plain",
    "application/json",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/octet-stream",
    "a/b/c; =",
];
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"];
/// Headers that some route reads.
const HEADERS: [(&str, &[&str]); 10] = [
    ("if-match", &["", "*", "\"-1\"", "W/\"1\"", "\"9223372036854775808\"", "\"\"", "1, 2"]),
    ("if-none-match", &["*", "\"x\"", ",,,"]),
    ("idempotency-key", &["", "k", "ключ", "\u{e9}"]),
    ("last-event-id", &["-1", "9223372036854775807", "-9223372036854775808", "x", ""]),
    ("accept-encoding", &["gzip;q=x", ",", "br"]),
    ("cookie", &["session", "=;=;", "cart=x; cart=y", "session=\u{e9}", "orders=-;--"]),
    ("authorization", &["Bearer", "Bearer stall_", "Bearer stall_00", "bearer x", "Basic Og=="]),
    ("range", &["bytes=0-1", "bytes=9-1", "lines=1"]),
    ("content-encoding", &["gzip", "br"]),
    ("stripe-signature", &["t=1,v1=00", "t=,v1=", "v1=x", ",,,==", "t=99999999999999999999,v1=0"]),
];
/// Bodies that are no JSON, or none of ours.
const NO_JSON: [&[u8]; 12] = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\"text\"",
    b"{\"name\": NaN}",
    b"{\"name\": \"\\ud800\"}",
    b"{\"name\": \"a\", \"name\": \"b\"}",
    b"{} trailing",
    b"\xef\xbb\xbf{}",
    b"{\"name\": \"\xff\xfe\"}",
    b"\xff\xfe{\0}\0",
];

/// Makes the same choices again for the same seed.
pub(crate) struct Dice(StdRng);

/// What of a request is not in its [`Call`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras {
    kind: Option<&'static str>,
    header: Option<(&'static str, &'static str)>,
    raw: Option<Vec<u8>>,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// A number from 0 up to, and without, `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(end).unwrap()).unwrap()
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Breaks one to three things about a request.
    pub(crate) fn breaks(&mut self, good: &Call, parameter: Option<&str>) -> (Call, Extras) {
        let (mut call, mut extras) = (good.clone(), Extras::default());
        for _ in 0..=self.below(3) {
            match self.below(10) {
                0 => self.break_path(&mut call, parameter),
                1 | 2 => self.break_query(&mut call),
                3 => extras.kind = Some(*self.pick(&KINDS)),
                4 => {
                    let (name, values) = *self.pick(&HEADERS);
                    extras.header = Some((name, *self.pick(values)));
                }
                5 => call.method = self.pick(&METHODS).parse().unwrap(),
                6 => extras.raw = Some(self.pick(&NO_JSON).to_vec()),
                _ => self.break_body(&mut call),
            }
        }
        (call, extras)
    }

    fn text(&mut self) -> String {
        match self.below(12) {
            0 => "x".repeat(self.below(5000)),
            1 => "ü".repeat(300),
            2 => "a ".repeat(self.below(2000)),
            _ => (*self.pick(&TEXTS)).to_owned(),
        }
    }

    fn break_path(&mut self, call: &mut Call, parameter: Option<&str>) {
        let text = in_a_path(&self.text());
        match parameter.filter(|parameter| !parameter.is_empty()) {
            Some(parameter) => call.path = call.path.replacen(parameter, &text, 1),
            None => call.path = format!("{}/{text}", call.path.split('?').next().unwrap()),
        }
    }

    fn break_query(&mut self, call: &mut Call) {
        let sign = if call.path.contains('?') { '&' } else { '?' };
        let name = *self.pick(&NAMES);
        let value = self.text();
        let value = if self.below(8) == 0 { "%ff%zz%".to_owned() } else { encoded(&value) };
        call.path = format!("{}{sign}{name}={value}", call.path);
    }

    fn break_body(&mut self, call: &mut Call) {
        match &mut call.body {
            Content::Nothing => {}
            Content::Bytes(bytes) | Content::Upload(_, bytes) if bytes.is_empty() => {}
            Content::Json(text) => {
                let mut body: Value = serde_json::from_str(text).unwrap();
                self.break_value(&mut body);
                *text = body.to_string();
            }
            Content::Form(text) => *text = self.broken_form(text),
            Content::Bytes(bytes) | Content::Upload(_, bytes) => match self.below(4) {
                0 => bytes.truncate(self.below(bytes.len())),
                1 => bytes.clear(),
                2 => *bytes = b"GIF89a\xff\xff\xff\xff".to_vec(),
                _ => {
                    for _ in 0..20 {
                        let at = self.below(bytes.len());
                        bytes[at] = bytes[at].wrapping_add(1);
                    }
                }
            },
        }
    }

    /// Puts nonsense into one place of a body, or takes the place out.
    fn break_value(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) if !fields.is_empty() && self.below(8) > 0 => {
                let name = fields.keys().nth(self.below(fields.len())).unwrap().clone();
                if self.below(6) == 0 {
                    fields.remove(&name);
                } else {
                    self.break_value(&mut fields[&name]);
                }
            }
            Value::Array(items) if !items.is_empty() && self.below(4) > 0 => {
                let at = self.below(items.len());
                self.break_value(&mut items[at]);
            }
            Value::Array(items) if !items.is_empty() && self.below(2) > 0 => {
                let item = items[0].clone();
                items.extend(std::iter::repeat_n(item, 300));
            }
            other => *other = self.value(),
        }
    }

    fn value(&mut self) -> Value {
        match self.below(16) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(-1),
            3 => json!(0),
            4 => json!(i64::MAX),
            5 => json!(i64::MIN),
            6 => json!(u64::MAX),
            7 => json!(1e308),
            8 => json!(1.5),
            9 => json!([]),
            10 => json!({}),
            11 => (0..120).fold(json!(1), |inner, _| json!([inner])),
            12 => json!({ "minor": i64::MAX, "currency": "EUR" }),
            13 => json!({ "minor": -5, "currency": "XXX" }),
            _ => Value::String(self.text()),
        }
    }

    fn broken_form(&mut self, text: &str) -> String {
        let mut pairs: Vec<String> = text.split('&').map(str::to_owned).collect();
        let at = self.below(pairs.len());
        let name = pairs[at].split('=').next().unwrap_or_default().to_owned();
        match self.below(6) {
            0 => {
                pairs.remove(at);
            }
            1 => pairs.push(pairs[at].clone()),
            2 => pairs[at] = name,
            3 => pairs[at] = format!("{name}=%ff%fe%zz%"),
            _ => pairs[at] = format!("{name}={}", encoded(&self.text())),
        }
        pairs.join("&")
    }
}

impl Extras {
    /// Puts them onto a request that carries the call already.
    pub(crate) fn put(&self, mut request: RequestBuilder) -> RequestBuilder {
        if let Some(kind) = self.kind {
            request = request.header("content-type", kind);
        }
        if let Some((name, value)) = self.header {
            request = request.header(name, value);
        }
        match &self.raw {
            Some(raw) => request.body(raw.clone()),
            None => request,
        }
    }
}

/// Whether a request with this method has an answer with a body.
pub(crate) fn has_body(method: &Method) -> bool {
    *method != Method::HEAD
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A text as one segment of a path; what reads as encoded already stays.
fn in_a_path(text: &str) -> String {
    if text.is_empty() || text.starts_with('%') { text.to_owned() } else { encoded(text) }
}
