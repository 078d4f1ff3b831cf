//! SQL of export, erasure and retention. What follows from the map is composed in `compose`.

mod compose;

use api::account::Account;
use api::shop::Shop;
use api::{Currency, Id, Money, Timestamp};
use serde_json::{Map as Object, Value};
use sqlx::types::Json;
use uuid::Uuid;

use super::hindrance::Standing;
use super::map::{Form, Table, map};
use crate::db::{Db, Query, Sql, Tx};
use crate::error::Error;
use crate::sql;

/// A row of an export: columns by name, as the database has them.
pub(super) type Row = Object<String, Value>;

/// Where the last part of an export ended.
enum Key {
    Uuid(Uuid),
    Text(String),
    Number(i64),
}

impl Key {
    /// Before every row.
    const fn lowest(form: Option<Form>) -> Self {
        match form {
            None => Self::Uuid(Uuid::nil()),
            Some(form) if form.is_id() => Self::Uuid(Uuid::nil()),
            Some(Form::Number | Form::Share | Form::Time | Form::Money) => Self::Number(i64::MIN),
            Some(_) => Self::Text(String::new()),
        }
    }

    fn of(form: Option<Form>, value: Option<&Value>) -> Result<Self, Error> {
        let text = value.and_then(Value::as_str);
        match Self::lowest(form) {
            Self::Number(_) => value.and_then(Value::as_i64).map(Self::Number),
            Self::Text(_) => text.map(|text| Self::Text(text.to_owned())),
            Self::Uuid(_) => text.and_then(|text| text.parse().ok()).map(Self::Uuid),
        }
        .ok_or_else(|| Error::internal("a key of an export that cannot be read"))
    }

    fn bound_to(self, query: Query<'_>) -> Query<'_> {
        match self {
            Self::Uuid(uuid) => query.bind(uuid),
            Self::Text(text) => query.bind(text),
            Self::Number(number) => query.bind(number),
        }
    }
}

/// Reads somebody's rows of a table, a part at a time.
pub(super) struct Reader<'a> {
    db: &'a Db,
    account: Id<Account>,
    table: &'static Table,
    sql: Sql,
    after: Option<Row>,
    done: bool,
}

impl<'a> Reader<'a> {
    /// From the first row on. The table is one that is exported.
    pub(super) fn new(
        db: &'a Db,
        account: Id<Account>,
        table: &'static Table,
    ) -> Result<Self, Error> {
        let sql = compose::statements().export.get(table.name.as_str());
        let sql = *sql.ok_or_else(|| Error::internal(format!("{} is not exported", table.name)))?;
        Ok(Self { db, account, table, sql, after: None, done: false })
    }

    /// The next rows; none at the end.
    pub(super) async fn next(&mut self) -> Result<Vec<Row>, Error> {
        if self.done {
            return Ok(Vec::new());
        }
        let mut query = self.db.read(self.sql).bind(self.account);
        for column in &self.table.key {
            let form = self.table.form(column);
            let key = match &self.after {
                Some(row) => Key::of(form, row.get(column))?,
                None => Key::lowest(form),
            };
            query = key.bound_to(query);
        }
        let lines: Vec<(String,)> = query.all().await?;
        self.done = lines.len() < compose::ROWS_AT_ONCE;
        let rows = lines.into_iter().map(|(line,)| serde_json::from_str(&line));
        let rows: Vec<Row> = rows.collect::<Result<_, _>>()?;
        self.after = rows.last().cloned();
        Ok(rows)
    }
}

/// Carries out what the map says of erasure.
pub(super) async fn erase(tx: &mut Tx, account: Id<Account>) -> Result<(), Error> {
    for sql in &compose::statements().erase {
        tx.query(*sql).bind(account).exec().await?;
    }
    Ok(())
}

/// Names of the pictures that are somebody's own.
pub(super) async fn own_pictures(db: &Db, account: Id<Account>) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> =
        db.read(compose::statements().own_pictures).bind(account).all().await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

/// Forgets those of the pictures that nothing names any more, and says which.
pub(super) async fn drop_pictures(tx: &mut Tx, hashes: Vec<String>) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> =
        tx.query(compose::statements().drop_pictures).bind(Json(hashes)).all().await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

/// Some of the pictures from before a moment that nothing names.
pub(super) async fn unnamed_pictures(db: &Db, before: Timestamp) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> =
        db.read(compose::statements().unnamed_pictures).bind(before).all().await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

/// Whether a picture is known, by whomever.
pub(super) async fn is_known(db: &Db, hash: &str) -> Result<bool, Error> {
    let found: Option<(String,)> = db
        .read(sql!("SELECT hash FROM images WHERE hash = $1"))
        .bind(hash.to_owned())
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Lets everything lapse whose period is over, a batch at a time, each committed by itself.
/// Returns the rows touched.
pub(super) async fn lapse(db: &Db, country: &str, now: Timestamp) -> Result<u64, Error> {
    let mut all = 0;
    for lapse in &compose::statements().lapse {
        let Some(before) = map().over(lapse.after, country, now) else { continue };
        loop {
            let touched = db.write(lapse.sql).bind(before).exec().await?;
            all += touched;
            if touched == 0 {
                break;
            }
        }
    }
    Ok(all)
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    bought: i64,
    sold: i64,
    owed: i64,
    on_their_way: i64,
    balance: i64,
}

/// What is still open between an account and others.
pub(super) async fn standing(
    tx: &mut Tx,
    account: Id<Account>,
    shop: Option<Id<Shop>>,
    currency: Currency,
) -> Result<Standing, Error> {
    let row: StandingRow = tx
        .query(sql!(
            "SELECT (SELECT COUNT(*) FROM orders o JOIN purchases p ON p.id = o.purchase_id
                      WHERE p.account_id = $1 AND o.status IN ('pending', 'paid')) AS bought,
                    (SELECT COUNT(*) FROM orders WHERE shop_id = $2 AND status IN ('pending', 'paid')) AS sold,
                    (SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM transfers
                      WHERE shop_id = $2 AND stripe_transfer IS NULL) AS owed,
                    (SELECT COUNT(*) FROM payouts WHERE shop_id = $2 AND status IN ('pending', 'in_transit')) AS on_their_way,
                    (SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM postings
                      WHERE account = 'connected_balance' AND shop_id = $2) AS balance"
        ))
        .bind(account)
        .bind(shop.unwrap_or(Id::from_uuid(Uuid::nil())))
        .one()
        .await?;
    Ok(Standing {
        bought: row.bought,
        sold: row.sold,
        owed: Money::new(row.owed, currency),
        payouts_on_their_way: row.on_their_way,
        balance: Money::new(row.balance, currency),
    })
}
