import type { Money } from './models';

/** One page of a list, and the cursor of the next one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** The body of every answer that is not a success. */
export interface Problem {
  title: string;
  status: number;
  detail?: string;
  requestId: string;
}

export interface Quote {
  subtotal: Money;
  discount: Money;
  shipping: Money;
  tax: Money;
  total: Money;
}

export interface SalesRow {
  day: string;
  orders: number;
  revenue: number;
}
