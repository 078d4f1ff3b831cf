//! Live updates: reads `text/event-stream` as it comes in.
//!
//! Grammar: <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::Response;

use super::{Client, ClientError, clean, error};
use crate::event::{Event, EventKind};

/// The server says something at least every 15 s; after two that failed the line is dead.
const SILENCE: Duration = Duration::from_secs(35);
/// The longest event that is read, in bytes.
const MAX_EVENT: usize = 1 << 20;

impl Client {
    /// Opens the stream of events after `last`: `GET /events`. Sent once; when it fails or ends,
    /// wait for [`Client::backoff`] and open it again with the `seq` seen last.
    pub async fn events(&self, last: Option<i64>) -> Result<Events, ClientError> {
        let response = self.get(&["events"]).stream(last).await?;
        Ok(Events { client: self.clone(), response, parser: Parser::default() })
    }
}

/// An open stream of events.
#[derive(Debug)]
pub struct Events {
    client: Client,
    response: Response,
    parser: Parser,
}

impl Events {
    /// The next event. Dropping the future loses nothing, so it may stand in a `select!`.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] when the stream ended, broke or fell silent.
    pub async fn next(&mut self) -> Result<Event, ClientError> {
        loop {
            while let Some(message) = self.parser.messages.pop_front() {
                if let Some(event) = event_of(&message)? {
                    return Ok(event);
                }
            }
            let chunk = tokio::time::timeout(SILENCE, self.response.chunk())
                .await
                .map_err(|_| self.client.unreachable("the live updates fell silent"))?
                .map_err(|error| self.client.unreachable(error::causes(&error)))?
                .ok_or_else(|| self.client.unreachable("the live updates ended"))?;
            self.parser.feed(&chunk)?;
        }
    }
}

/// Reads a message's data; kinds that a newer server may send are passed over.
fn event_of(message: &Message) -> Result<Option<Event>, ClientError> {
    if message.kind.parse::<EventKind>().is_err() {
        return Ok(None);
    }
    let broken = |error: serde_json::Error| {
        ClientError::Protocol(format!("an event cannot be read: {error}"))
    };
    let mut value = serde_json::from_str(&message.data).map_err(broken)?;
    clean::clean(&mut value);
    serde_json::from_value(value).map(Some).map_err(broken)
}

/// One message of the stream.
#[derive(Debug, Default, PartialEq, Eq)]
struct Message {
    kind: String,
    data: String,
}

/// Cuts bytes into messages, however the network cut them.
#[derive(Debug, Default)]
struct Parser {
    line: Vec<u8>,
    after_return: bool,
    begun: bool,
    open: Message,
    messages: VecDeque<Message>,
}

impl Parser {
    /// Takes bytes in; whole messages land in `messages`.
    fn feed(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        for byte in bytes {
            match byte {
                b'\n' if std::mem::take(&mut self.after_return) => {}
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    self.end_line();
                }
                _ => {
                    self.after_return = false;
                    self.line.push(*byte);
                }
            }
            if self.line.len() + self.open.data.len() > MAX_EVENT {
                return Err(ClientError::Protocol("an event is too large to be read".to_owned()));
            }
        }
        Ok(())
    }

    fn end_line(&mut self) {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let line = if self.begun { &*text } else { text.trim_start_matches('\u{feff}') };
        self.begun = true;
        if line.is_empty() {
            return self.end_message();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.open.kind),
            "data" => {
                self.open.data.push_str(value);
                self.open.data.push('\n');
            }
            _ => {}
        }
    }

    fn end_message(&mut self) {
        let mut message = std::mem::take(&mut self.open);
        if message.data.pop().is_some() {
            self.messages.push_back(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STREAM: &str = "\u{feff}: hello\r\n\r\nid: 7\nevent: order.paid\ndata: {\"a\":\ndata: \"é\"}\n\n\
        event: no.data\n\ndata:bare\r\rdata\n\nevent: order.shipped\ndata: unfinished";

    fn parse(chunks: &[&[u8]]) -> Vec<(String, String)> {
        let mut parser = Parser::default();
        for chunk in chunks {
            parser.feed(chunk).unwrap();
        }
        parser.messages.into_iter().map(|message| (message.kind, message.data)).collect()
    }

    #[test]
    fn comments_blank_events_and_an_unfinished_one_are_no_messages() {
        let read = parse(&[STREAM.as_bytes()]);
        let expected = [("order.paid", "{\"a\":\n\"é\"}"), ("", "bare"), ("", "")];
        assert_eq!(read, expected.map(|(kind, data)| (kind.to_owned(), data.to_owned())));
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_network_cuts(cut in 0..STREAM.len(), second in 0..STREAM.len()) {
            let (first, last) = (cut.min(second), cut.max(second));
            let bytes = STREAM.as_bytes();
            prop_assert_eq!(parse(&[&bytes[..first], &bytes[first..last], &bytes[last..]]), parse(&[bytes]));
        }
    }

    #[test]
    fn an_endless_event_is_refused() {
        let mut parser = Parser::default();
        let chunk = vec![b'x'; 64 << 10];
        assert!((0..17).try_for_each(|_| parser.feed(&chunk)).is_err());
    }

    #[test]
    fn events_are_read_cleaned_and_unknown_kinds_passed_over() {
        let data = r#"{"seq":8,"kind":"order.paid","at":"2026-11-22T14:02:11Z","object":"7K39QF2M-1","text":"a\u001b[2J"}"#;
        let message = |kind: &str| Message { kind: kind.to_owned(), data: data.to_owned() };
        let event = event_of(&message("order.paid")).unwrap().unwrap();
        assert_eq!((event.seq, event.text.as_str()), (8, "a[2J"));
        assert!(event_of(&message("order.teleported")).unwrap().is_none());
        let broken = Message { kind: "order.paid".to_owned(), data: "{".to_owned() };
        assert!(event_of(&broken).is_err());
    }
}
