//! Values of a statement, as every engine takes them. A value that is not there keeps its type: PostgreSQL asks for it.

use std::borrow::Cow;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use uuid::Uuid;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'q> {
    Number(Option<i64>),
    Truth(Option<bool>),
    Text(Option<Cow<'q, str>>),
    Bytes(Option<Cow<'q, [u8]>>),
    Id(Option<Uuid>),
}

/// What can be a value.
pub(crate) trait Bind<'q> {
    /// One of this kind that is not there.
    const NULL: Value<'q>;
    /// This one.
    fn value(self) -> Value<'q>;
}

macro_rules! bind {
    ($($kind:ty: $null:expr, $own:ident => $value:expr;)+) => { $(
        impl<'q> Bind<'q> for $kind {
            const NULL: Value<'q> = $null;
            fn value(self) -> Value<'q> {
                let $own = self;
                $value
            }
        }
    )+ };
}

bind! {
    i64: Value::Number(None), own => Value::Number(Some(own));
    i32: Value::Number(None), own => Value::Number(Some(own.into()));
    u32: Value::Number(None), own => Value::Number(Some(own.into()));
    u8: Value::Number(None), own => Value::Number(Some(own.into()));
    bool: Value::Truth(None), own => Value::Truth(Some(own));
    &'q str: Value::Text(None), own => Value::Text(Some(Cow::Borrowed(own)));
    &'q String: Value::Text(None), own => Value::Text(Some(Cow::Borrowed(own)));
    String: Value::Text(None), own => Value::Text(Some(Cow::Owned(own)));
    &'q [u8]: Value::Bytes(None), own => Value::Bytes(Some(Cow::Borrowed(own)));
    &'q Vec<u8>: Value::Bytes(None), own => Value::Bytes(Some(Cow::Borrowed(own)));
    Vec<u8>: Value::Bytes(None), own => Value::Bytes(Some(Cow::Owned(own)));
    Uuid: Value::Id(None), own => Value::Id(Some(own));
}

impl<'q, const N: usize> Bind<'q> for [u8; N] {
    const NULL: Value<'q> = Value::Bytes(None);
    fn value(self) -> Value<'q> {
        Value::Bytes(Some(Cow::Owned(self.to_vec())))
    }
}

impl<'q, const N: usize> Bind<'q> for &'q [u8; N] {
    const NULL: Value<'q> = Value::Bytes(None);
    fn value(self) -> Value<'q> {
        Value::Bytes(Some(Cow::Borrowed(self)))
    }
}

impl<'q, T: Bind<'q>> Bind<'q> for Option<T> {
    const NULL: Value<'q> = T::NULL;
    fn value(self) -> Value<'q> {
        self.map_or(T::NULL, Bind::value)
    }
}

impl<'q, T> Bind<'q> for &'q Option<T>
where
    &'q T: Bind<'q>,
{
    const NULL: Value<'q> = <&'q T as Bind<'q>>::NULL;
    fn value(self) -> Value<'q> {
        self.as_ref().map_or(Self::NULL, Bind::value)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Number(Some(number)) => ValueRef::Integer(*number),
            Self::Truth(Some(truth)) => ValueRef::Integer(i64::from(*truth)),
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Id(Some(id)) => ValueRef::Blob(id.as_bytes()),
            Self::Number(None) | Self::Truth(None) | Self::Text(None) | Self::Bytes(None) | Self::Id(None) => ValueRef::Null,
        }))
    }
}

/// Values in the order of their places.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::engine::Bind::value($value)),*] };
}
pub(crate) use values;
