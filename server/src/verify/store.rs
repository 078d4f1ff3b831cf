//! SQL of the promises. Each statement finds what breaks one.

use crate::db::{Db, Sql};
use crate::error::Error;
use crate::sql;

/// A promise and the statement that finds what breaks it, as one TEXT column.
pub(super) struct Check {
    pub(super) promise: &'static str,
    sql: Sql,
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        promise: "every entry of the books sums to zero in each currency",
        sql: sql!(
            "SELECT 'entry of ' || e.rule || ' ' || e.source FROM journal_entries e
               JOIN postings p ON p.entry_id = e.id
              GROUP BY e.id, e.rule, e.source, p.currency HAVING SUM(p.amount_minor) <> 0"
        ),
    },
    Check {
        promise: "every entry of the books has sides",
        sql: sql!(
            "SELECT 'entry of ' || e.rule || ' ' || e.source FROM journal_entries e
              WHERE NOT EXISTS (SELECT 1 FROM postings p WHERE p.entry_id = e.id)"
        ),
    },
    Check {
        promise: "every paid purchase is in the books with its whole amount",
        sql: sql!(
            "SELECT 'purchase ' || p.number FROM purchases p WHERE p.status = 'paid' AND p.total_minor <>
                (SELECT CAST(COALESCE(SUM(s.amount_minor), 0) AS BIGINT) FROM journal_entries e
                   JOIN postings s ON s.entry_id = e.id
                  WHERE e.rule = 'charge_succeeded' AND e.source = p.charge AND s.account = 'stripe_balance')"
        ),
    },
    Check {
        promise: "nothing is in the books for a purchase that was not paid, but money that came too late",
        sql: sql!(
            "SELECT 'purchase ' || p.number FROM purchases p JOIN journal_entries e ON e.purchase_id = p.id
              WHERE p.status <> 'paid'
                AND (e.rule NOT IN ('charge_came_late', 'fee_taken', 'late_charge_refunded')
                     OR NOT EXISTS (SELECT 1 FROM late_payments l WHERE l.purchase_id = p.id))"
        ),
    },
    Check {
        promise: "money that came too late is owed to its shopper until it went back, and nothing else is",
        sql: sql!(
            "SELECT 'purchase ' || p.number FROM purchases p LEFT JOIN late_payments l ON l.purchase_id = p.id
              WHERE (SELECT CAST(COALESCE(-SUM(s.amount_minor), 0) AS BIGINT) FROM journal_entries e
                       JOIN postings s ON s.entry_id = e.id
                      WHERE e.purchase_id = p.id AND s.account = 'customer_refund_due') <>
                    CASE WHEN l.stripe_refund IS NULL THEN COALESCE(l.amount_minor, 0) ELSE 0 END
                 OR (l.purchase_id IS NOT NULL AND (p.status <> 'cancelled' OR p.total_minor <> l.amount_minor))
             UNION ALL
             SELECT 'refund ' || l.stripe_refund FROM late_payments l WHERE l.stripe_refund IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM journal_entries e WHERE e.rule = 'late_charge_refunded' AND e.source = l.stripe_refund)"
        ),
    },
    Check {
        promise: "a purchase is the sum of its orders, and an order the sum of its lines",
        sql: sql!(
            "SELECT 'purchase ' || p.number FROM purchases p WHERE p.total_minor <>
                (SELECT CAST(COALESCE(SUM(o.total_minor), 0) AS BIGINT) FROM orders o WHERE o.purchase_id = p.id)
             UNION ALL
             SELECT 'order ' || o.number FROM orders o WHERE o.total_minor <>
                (SELECT CAST(COALESCE(SUM(l.price_minor * l.quantity), 0) AS BIGINT) FROM order_lines l WHERE l.order_id = o.id)
             UNION ALL
             SELECT 'commission of order ' || o.number FROM orders o WHERE o.commission_minor <>
                (SELECT CAST(COALESCE(SUM(l.commission_minor), 0) AS BIGINT) FROM order_lines l WHERE l.order_id = o.id)"
        ),
    },
    Check {
        promise: "an order stands where its purchase and its timeline say",
        sql: sql!(
            "SELECT 'order ' || o.number FROM orders o JOIN purchases p ON p.id = o.purchase_id
              WHERE (p.status = 'pending' AND o.status <> 'pending')
                 OR (p.status = 'cancelled' AND o.status <> 'cancelled')
                 OR (p.status = 'paid' AND o.status IN ('pending', 'cancelled'))
             UNION ALL
             SELECT 'timeline of order ' || o.number FROM orders o WHERE NOT EXISTS
                (SELECT 1 FROM order_events v WHERE v.order_id = o.id AND v.status = o.status
                    AND v.at = (SELECT MAX(w.at) FROM order_events w WHERE w.order_id = o.id))"
        ),
    },
    Check {
        promise: "the number of pieces is the sum of its movements",
        sql: sql!(
            "SELECT 'variant of ' || l.title FROM variants v JOIN listings l ON l.id = v.listing_id
              WHERE v.available <> (SELECT CAST(COALESCE(SUM(m.change), 0) AS BIGINT) FROM stock_movements m WHERE m.variant_id = v.id)"
        ),
    },
    Check {
        promise: "a listing shows the pieces that its variants have",
        sql: sql!(
            "SELECT 'listing ' || l.title FROM listings l WHERE l.available <>
                (SELECT CAST(COALESCE(SUM(v.available), 0) AS BIGINT) FROM variants v
                  WHERE v.listing_id = l.id AND v.retired_at IS NULL)
             UNION ALL
             SELECT 'sold out listing ' || l.title FROM listings l
              WHERE (l.status = 'active' AND l.available = 0 AND l.making_to IS NULL)
                 OR (l.status = 'sold_out' AND (l.available > 0 OR l.making_to IS NOT NULL))"
        ),
    },
    Check {
        promise: "pieces are held for open and paid orders, and given back by called-off ones",
        sql: sql!(
            "SELECT 'order ' || o.number FROM orders o WHERE
                (SELECT CAST(COALESCE(SUM(m.change), 0) AS BIGINT) FROM stock_movements m WHERE m.order_id = o.id) <>
                CASE WHEN o.status = 'cancelled' THEN 0 ELSE
                  (SELECT CAST(COALESCE(-SUM(l.quantity), 0) AS BIGINT) FROM order_lines l
                    WHERE l.order_id = o.id AND l.ready_by IS NULL) END"
        ),
    },
    Check {
        promise: "every promised piece has its week",
        sql: sql!(
            "SELECT 'order ' || o.number FROM orders o JOIN order_lines l ON l.order_id = o.id
              WHERE (SELECT CAST(COALESCE(SUM(w.pieces), 0) AS BIGINT) FROM making_weeks w
                      WHERE w.order_id = l.order_id AND w.position = l.position) <>
                    CASE WHEN l.ready_by IS NULL THEN 0 ELSE l.quantity END"
        ),
    },
    Check {
        promise: "every paid order owes its artisan exactly what was frozen on it",
        sql: sql!(
            "SELECT 'order ' || o.number FROM orders o LEFT JOIN transfers t ON t.order_id = o.id
              WHERE o.status IN ('paid', 'shipped') AND (t.order_id IS NULL OR t.amount_minor <> o.net_minor)
             UNION ALL
             SELECT 'order ' || o.number FROM orders o JOIN transfers t ON t.order_id = o.id
              WHERE o.status IN ('pending', 'cancelled')"
        ),
    },
    Check {
        promise: "what shops are owed in the books is what was not transferred yet",
        sql: sql!(
            "SELECT 'shop ' || s.name FROM shops s WHERE
                (SELECT CAST(COALESCE(-SUM(p.amount_minor), 0) AS BIGINT) FROM postings p
                  WHERE p.account = 'seller_payable' AND p.shop_id = s.id) <>
                (SELECT CAST(COALESCE(SUM(t.amount_minor), 0) AS BIGINT) FROM transfers t
                  WHERE t.shop_id = s.id AND t.stripe_transfer IS NULL)"
        ),
    },
    Check {
        promise: "every transfer and every payout is in the books",
        sql: sql!(
            "SELECT 'transfer ' || t.stripe_transfer FROM transfers t WHERE t.stripe_transfer IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM journal_entries e WHERE e.rule = 'share_transferred' AND e.source = t.stripe_transfer)
             UNION ALL
             SELECT 'payout ' || p.stripe_id FROM payouts p WHERE NOT EXISTS
                (SELECT 1 FROM journal_entries e WHERE e.rule = 'payout_sent' AND e.source = p.stripe_id)"
        ),
    },
    Check {
        promise: "no artisan's balance is paid out beyond what it held",
        sql: sql!(
            "SELECT 'shop ' || s.name FROM shops s WHERE
                (SELECT CAST(COALESCE(SUM(p.amount_minor), 0) AS BIGINT) FROM postings p
                  WHERE p.account = 'connected_balance' AND p.shop_id = s.id) < 0"
        ),
    },
    Check {
        promise: "every payout that arrived is matched to the cent",
        sql: sql!(
            "SELECT 'payout ' || p.stripe_id FROM payouts p WHERE p.status = 'paid' AND p.itemised AND NOT p.reconciled"
        ),
    },
    Check {
        promise: "no job was given up",
        sql: sql!("SELECT 'job ' || kind || ': ' || COALESCE(last_error, '') FROM jobs WHERE dead_at IS NOT NULL"),
    },
];

/// What breaks a promise.
pub(super) async fn broken(db: &Db, check: &Check) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = db.read(check.sql).all().await?;
    Ok(rows.into_iter().map(|(what,)| what).collect())
}

/// Every picture that a gallery, a shop or a person shows.
pub(super) async fn pictures(db: &Db) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = db
        .read(sql!(
            "SELECT hash FROM listing_images UNION SELECT hash FROM shop_images
              UNION SELECT avatar FROM profiles WHERE avatar IS NOT NULL"
        ))
        .all()
        .await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}
