import { Address, Customer, Order, Product, Review } from "../types/models"
import type { CustomerRow, OrderLineRow, OrderRow, ProductRow, ReviewRow } from "./schema"
import { formatMoney } from "../lib/money"
import { Coupon } from "../types/models"

export function toProduct(row: ProductRow): Product {
  return {
    id: row.id,
    sku: row.sku,
    name: row.name,
    slug: row.slug,
    description: row.description,
    price: { amount: row.price, currency: row.currency },
    stock: row.stock,
    weightGrams: row.weight_grams,
  };
}

export function toCustomer(row: CustomerRow): Customer {
  return {
    id: row.id, name: row.name,
    email: row.email,
        locale: row.locale, points: row.points
  };
}

export function toOrder(row: OrderRow, lines: OrderLineRow[]): Order {
  const currency = row.currency;
  return {
    id: row.id,
    number: row.number,
    customerId: row.customer_id,
    status: row.status,
    lines: lines.map((line) => ({
      productId: line.product_id,
      sku: line.sku,
      quantity: line.quantity,
      unitPrice: { amount: line.unit_price, currency: currency },
    })),
    address: JSON.parse(row.address) as Address,
    carrier: row.carrier,
    total: { amount: row.total, currency: currency },
    placedAt: row.placed_at,
    createdAt: row.created_at,
  };
}

export function toReview(row: ReviewRow): Review {
  return {
    id: row.id,
    productId: row.product_id,
    customerId: row.customer_id,
    rating: row.rating,
    body: row.body,
    createdAt: row.created_at,
  };
}
