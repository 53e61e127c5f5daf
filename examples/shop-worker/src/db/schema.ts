import type { Generated, Insertable, Selectable } from 'kysely';
import type { Carrier, Currency, OrderStatus } from '../types/models';

export interface ProductsTable {
  id: string;
  sku: string;
  name: string;
  slug: string;
  description: string | null;
  price: number;
  currency: Currency;
  stock: number;
  weight_grams: number;
  archived_at: string | null;
  created_at: Generated<string>;
}

export interface CustomersTable {
  id: string;
  name: string;
  email: string | null;
  locale: string;
  points: number;
  token_hash: string | null;
  created_at: Generated<string>;
}

export interface OrdersTable {
  id: string;
  number: string;
  customer_id: string;
  status: OrderStatus;
  /** The delivery address, as JSON. */
  address: string;
  carrier: Carrier;
  total: number;
  currency: Currency;
  placed_at: string | null;
  created_at: string;
}

export interface OrderLinesTable {
  order_id: string;
  product_id: string;
  sku: string;
  quantity: number;
  unit_price: number;
}

export interface CouponsTable {
  code: string;
  percent_off: number;
  minimum: number | null;
  expires_at: string | null;
  uses_left: number;
}

export interface ReviewsTable {
  id: string;
  product_id: string;
  customer_id: string | null;
  rating: number;
  body: string;
  created_at: string;
}

export interface RefundsTable {
  id: string;
  order_id: string;
  amount: number;
  reason: string;
  created_at: string;
}

export interface GiftCardsTable {
  id: string;
  code_hash: string;
  balance: number;
  currency: Currency;
  created_at: string;
}

/** The tables of the shop's D1 database, as Kysely sees them. */
export interface Database {
  products: ProductsTable;
  customers: CustomersTable;
  orders: OrdersTable;
  order_lines: OrderLinesTable;
  coupons: CouponsTable;
  reviews: ReviewsTable;
  refunds: RefundsTable;
  gift_cards: GiftCardsTable;
}

export type ProductRow = Selectable<ProductsTable>;
export type CustomerRow = Selectable<CustomersTable>;
export type OrderRow = Selectable<OrdersTable>;
export type OrderLineRow = Selectable<OrderLinesTable>;
export type ReviewRow = Selectable<ReviewsTable>;
export type NewOrder = Insertable<OrdersTable>;
