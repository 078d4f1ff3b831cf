//! Orders and what happens to them.

use super::{Client, ClientError};
use crate::Page;
use crate::order::{Order, OrderSort, OrderStatus, OrderSummary, Parcel};
use crate::page::PageRequest;

impl Client {
    /// The shop's orders, newest first: `GET /orders`. Without a status all but `pending`.
    pub async fn orders(
        &self,
        page: &PageRequest,
        status: Option<OrderStatus>,
    ) -> Result<Page<OrderSummary>, ClientError> {
        let request =
            self.get(&["orders"]).query("limit", page.limit).query("after", page.after.as_deref());
        request.query("status", status).answer().await
    }

    /// The shop's orders that are to be packed, what has to be sent first first:
    /// `GET /orders?by=due`.
    pub async fn orders_due(&self, page: &PageRequest) -> Result<Page<OrderSummary>, ClientError> {
        let request =
            self.get(&["orders"]).query("limit", page.limit).query("after", page.after.as_deref());
        request.query("by", Some(OrderSort::Due)).answer().await
    }

    /// One order, by id or number: `GET /orders/{id or number}`.
    pub async fn order(&self, id_or_number: &str) -> Result<Order, ClientError> {
        self.get(&["orders", id_or_number]).answer().await
    }

    /// Records a parcel: `POST /orders/{id or number}/ship`.
    pub async fn ship_order(
        &self,
        id_or_number: &str,
        parcel: &Parcel,
    ) -> Result<Order, ClientError> {
        self.post(&["orders", id_or_number, "ship"]).json(parcel).answer().await
    }
}
