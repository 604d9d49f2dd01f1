//! Every error an answer can be, with its status, code, words and hint. No other file decides one.
//!
//! An inner error never reaches a client: of a store that cannot answer, the client learns that and an id; the
//! cause stands in the server's log under the same id. What is unknown and what is forbidden are the same 404.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::wire::problem::{Place, Problem};

/// Where the page of each code is.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/reference/errors/");

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident $word:literal $status:ident $title:literal;)+) => {
        /// What went wrong, as a stable word; each has a page in `docs/reference/errors`.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum Code {
            $($(#[$meta])* $variant,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The HTTP status it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// What it means, in one line.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

codes! {
    /// There is no such thing, or it may not be seen.
    NotFound "not_found" NOT_FOUND "There is no such thing here";
    /// The route does not take this method.
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "This route does not take this method";
    /// A query parameter that the route does not have.
    UnknownParameter "unknown_parameter" BAD_REQUEST "The route has no such parameter";
    /// A query parameter that cannot be read.
    InvalidParameter "invalid_parameter" BAD_REQUEST "A parameter cannot be read";
    /// A body that cannot be read.
    InvalidBody "invalid_body" BAD_REQUEST "The body of the request cannot be read";
    /// A body over the limit.
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "The body of the request is too large";
    /// A body that is not sent as JSON.
    ContentType "content_type" UNSUPPORTED_MEDIA_TYPE "The body is not sent as JSON";
    /// A filter that cannot be read.
    InvalidFilter "invalid_filter" BAD_REQUEST "The filter cannot be read";
    /// An order that cannot be read.
    InvalidSort "invalid_sort" BAD_REQUEST "The order cannot be read";
    /// A question in SQL that cannot be read, or may not be asked.
    InvalidSql "invalid_sql" BAD_REQUEST "The question in SQL cannot be answered";
    /// The store says that the question is wrong, such as a cursor of another query.
    InvalidQuery "invalid_query" BAD_REQUEST "The question does not fit together";
    /// The target is too long.
    UriTooLong "uri_too_long" URI_TOO_LONG "The address of the request is too long";
    /// The request names a host this server does not answer for.
    HostNotAllowed "host_not_allowed" MISDIRECTED_REQUEST "This server does not answer under that host name";
    /// The request comes from a page of another site.
    OriginNotAllowed "origin_not_allowed" FORBIDDEN "Pages of other sites may not ask this server";
    /// A limit on time, memory or rows ended the work.
    LimitReached "limit_reached" UNPROCESSABLE_ENTITY "The question is too large";
    /// The answer took too long.
    TimedOut "timed_out" GATEWAY_TIMEOUT "The answer took too long";
    /// Too many requests are under way.
    Busy "busy" SERVICE_UNAVAILABLE "Too many requests are under way";
    /// The store or the catalog cannot answer now.
    Unavailable "unavailable" SERVICE_UNAVAILABLE "The server cannot answer this now";
    /// The server is starting or stopping.
    NotReady "not_ready" SERVICE_UNAVAILABLE "The server is starting or stopping";
}

/// Why a request was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no {what}")]
    NotFound { what: &'static str, hint: &'static str },
    #[error("the method is not allowed")]
    MethodNotAllowed,
    #[error("unknown parameter")]
    UnknownParameter {
        name: String,
        known: &'static [&'static str],
    },
    #[error("invalid parameter")]
    InvalidParameter {
        name: &'static str,
        detail: String,
        hint: String,
    },
    #[error("invalid body")]
    InvalidBody {
        place: String,
        detail: String,
        hint: String,
    },
    #[error("the body of the request is too large")]
    BodyTooLarge { size_bytes_max: usize },
    #[error("the body is not sent as JSON")]
    ContentType,
    #[error("invalid filter")]
    InvalidFilter(#[source] insight::query::Error),
    #[error("invalid order")]
    InvalidSort(#[source] insight::query::Error),
    #[error("invalid SQL")]
    InvalidSql(String),
    #[error("the target of the request is too long")]
    UriTooLong { size_bytes_max: usize },
    #[error("the host is not allowed")]
    HostNotAllowed,
    #[error("the origin is not allowed")]
    OriginNotAllowed,
    #[error("too many requests are under way")]
    Busy,
    #[error("the request took too long")]
    TimedOut { limit_secs: u64 },
    #[error("the server is not ready")]
    NotReady,
    #[error("could not read from the store")]
    Store(#[from] trace::ports::Error),
    #[error("could not write to the store")]
    Append(#[from] privacy::AppendError),
    #[error("could not read from the catalog")]
    Catalog(#[from] catalog::Error),
    #[error("could not finish the work")]
    Work(#[from] tokio::task::JoinError),
}

/// Words for a client.
struct Words {
    code: Code,
    detail: String,
    hint: Option<String>,
}

impl Error {
    pub(crate) const fn timed_out(limit: Duration) -> Self {
        Self::TimedOut {
            limit_secs: limit.as_secs(),
        }
    }

    /// The error and what caused it, for the log.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        text
    }

    pub(crate) fn problem(&self, request_id: &str) -> Problem {
        let words = self.words();
        let place = match self {
            Self::InvalidFilter(error) | Self::InvalidSort(error) => Some(Place {
                start: error.at().start,
                end: error.at().end,
                column: error.column(),
                caret: error.caret().to_owned(),
            }),
            _ => None,
        };
        Problem {
            kind: format!("{PAGES}{}.md", words.code.as_str()),
            title: words.code.title().to_owned(),
            status: words.code.status().as_u16(),
            code: words.code.as_str().to_owned(),
            detail: words.detail,
            hint: words.hint,
            id: request_id.to_owned(),
            place,
        }
    }

    fn words(&self) -> Words {
        let words = |code, detail: String, hint: &str| Words {
            code,
            detail,
            hint: Some(hint.to_owned()).filter(|hint| !hint.is_empty()),
        };
        match self {
            Self::NotFound { what, hint } => words(Code::NotFound, format!("there is no {what}"), hint),
            Self::MethodNotAllowed => {
                let detail = "everything here is read with GET, and scores are sent with POST".to_owned();
                words(
                    Code::MethodNotAllowed,
                    detail,
                    "see `/api/v1/openapi.json` for all routes",
                )
            }
            Self::UnknownParameter { name, known } => words(
                Code::UnknownParameter,
                format!("`{}` is not a parameter of this route", shortened(name)),
                &match known {
                    [] => "this route has no parameters".to_owned(),
                    known => format!("the parameters are: {}", known.join(", ")),
                },
            ),
            Self::InvalidParameter { name, detail, hint } => {
                words(Code::InvalidParameter, format!("`{name}` {detail}"), hint)
            }
            Self::InvalidBody { place, detail, hint } => {
                words(Code::InvalidBody, format!("`{place}` {detail}"), hint)
            }
            Self::BodyTooLarge { size_bytes_max } => words(
                Code::BodyTooLarge,
                format!("a request has at most {size_bytes_max} bytes"),
                "send fewer scores in a request",
            ),
            Self::ContentType => words(
                Code::ContentType,
                "the `Content-Type` of the request is not JSON".to_owned(),
                "send `Content-Type: application/json`",
            ),
            Self::InvalidFilter(error) => words(
                Code::InvalidFilter,
                error.to_string(),
                error.hint().unwrap_or_default(),
            ),
            Self::InvalidSql(reason) => words(
                Code::InvalidSql,
                reason.clone(),
                "docs/reference/sql.md has the tables, their columns and the functions",
            ),
            Self::InvalidSort(error) => words(
                Code::InvalidSort,
                error.to_string(),
                error.hint().unwrap_or_default(),
            ),
            Self::UriTooLong { size_bytes_max } => words(
                Code::UriTooLong,
                format!("a request's target has at most {size_bytes_max} bytes"),
                "shorten the filter",
            ),
            Self::HostNotAllowed => words(
                Code::HostNotAllowed,
                "the `Host` header names a host this server is not known by".to_owned(),
                "use `localhost` or `127.0.0.1`, or name the host in the server's configuration",
            ),
            Self::OriginNotAllowed => words(
                Code::OriginNotAllowed,
                "the `Origin` header names another site".to_owned(),
                "ask from the server's own page, or from a program that sends no `Origin`",
            ),
            Self::Busy => words(
                Code::Busy,
                "the server works on as many requests as it may".to_owned(),
                "try again in a second",
            ),
            Self::TimedOut { limit_secs } => words(
                Code::TimedOut,
                format!("no answer within {limit_secs} s"),
                "narrow the question, such as with `from=` and `to=`",
            ),
            Self::NotReady => words(
                Code::NotReady,
                "the server has not finished starting, or has begun to stop".to_owned(),
                "try again in a second",
            ),
            Self::Store(error) => store_words(error),
            Self::Append(error) => append_words(error),
            Self::Catalog(_) | Self::Work(_) => unavailable_words(),
        }
    }
}

fn store_words(error: &trace::ports::Error) -> Words {
    match error {
        trace::ports::Error::Invalid(reason) => Words {
            code: Code::InvalidQuery,
            detail: reason.clone(),
            hint: Some("leave the cursor out to begin at the first page".to_owned()),
        },
        trace::ports::Error::Limit(reason) => Words {
            code: Code::LimitReached,
            detail: reason.clone(),
            hint: Some("narrow the question, such as with `from=` and `to=`".to_owned()),
        },
        trace::ports::Error::Unavailable(_) => unavailable_words(),
    }
}

fn append_words(error: &privacy::AppendError) -> Words {
    match error {
        privacy::AppendError::Busy { .. } => Words {
            code: Code::Busy,
            detail: "the log's queue is full".to_owned(),
            hint: Some("send the same again in a second".to_owned()),
        },
        privacy::AppendError::TooLarge => Words {
            code: Code::BodyTooLarge,
            detail: "the request is over the log's limit".to_owned(),
            hint: Some("send fewer scores in a request".to_owned()),
        },
        privacy::AppendError::Disk(_) | privacy::AppendError::Closing => Words {
            code: Code::Unavailable,
            detail: "the scores could not be stored".to_owned(),
            hint: Some("send the same again; the server's log has the cause under this id".to_owned()),
        },
    }
}

fn unavailable_words() -> Words {
    Words {
        code: Code::Unavailable,
        detail: "the data could not be read".to_owned(),
        hint: Some("try again; the server's log has the cause under this id".to_owned()),
    }
}

/// Most characters of a client's own text that an error repeats.
const ECHO_CHARS_MAX: usize = 64;

fn shortened(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(ECHO_CHARS_MAX)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if text.chars().nth(ECHO_CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}

/// An error on its way through the layers; the outermost one writes it, as it knows the request's id.
#[derive(Clone)]
pub(crate) struct Raised(pub(crate) Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.words().code.status().into_response();
        response.extensions_mut().insert(Raised(Arc::new(self)));
        response
    }
}

/// The problem as an answer, in place of the empty one that carried it here.
pub(crate) fn write_problem(error: &Error, request_id: &str, carrier: &mut Response) {
    let problem = error.problem(request_id);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    if carrier.status() == StatusCode::SERVICE_UNAVAILABLE {
        carrier
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    let headers = carrier.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.remove(header::CONTENT_LENGTH);
    *carrier.body_mut() = body.into();
}
