export type Currency = 'EUR' | 'USD' | 'JPY';

export type OrderStatus = 'draft' | 'placed' | 'paid' | 'shipped' | 'delivered' | 'cancelled';

export type Carrier = 'post' | 'courier' | 'locker' | 'pickup';

/** An amount in the smallest unit of its currency: cents, or whole yen. */
export interface Money {
  amount: number;
  currency: Currency;
}

export interface Product {
  id: string;
  sku: string;
  name: string;
  slug: string;
  description: string | null;
  price: Money;
  stock: number;
  weightGrams: number;
}

export interface Customer {
  id: string;
  name: string;
  /** Null for guests, who order without an account. */
  email: string | null;
  locale: string;
  points: number;
}

export interface Address {
  line1: string;
  line2?: string;
  city: string;
  postcode: string;
  country: string;
}

export interface OrderLine {
  productId: string;
  sku: string;
  quantity: number;
  unitPrice: Money;
}

export interface Order {
  id: string;
  number: string;
  customerId: string;
  status: OrderStatus;
  lines: OrderLine[];
  address: Address;
  carrier: Carrier;
  total: Money;
  placedAt: string | null;
  createdAt: string;
}

export interface CartLine {
  sku: string;
  quantity: number;
}

export interface Cart {
  id: string;
  customerId: string | null;
  lines: CartLine[];
  coupon: string | null;
  updatedAt: string;
}

export interface Coupon {
  code: string;
  percentOff: number;
  minimum: Money | null;
  expiresAt: string | null;
  usesLeft: number;
}

export interface Review {
  id: string;
  productId: string;
  customerId: string | null;
  rating: number;
  body: string;
  createdAt: string;
}

export interface Refund {
  id: string;
  orderId: string;
  amount: Money;
  reason: string;
  createdAt: string;
}
