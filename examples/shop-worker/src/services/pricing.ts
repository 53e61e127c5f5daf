import { isPast } from '../lib/clock';
import { add, multiply, percentOf, sum, zero } from '../lib/money';
import type { Quote } from '../types/api';
import type { Coupon, Currency, Money, OrderLine } from '../types/models';

const TAX_PERCENT: Record<string,number> = {AT:20, DE:19, FR:20, JP:10, US:0}

export function lineTotal(line: OrderLine): Money {
  return multiply( line.unitPrice , line.quantity )
}

export function taxPercent(country: string): number {
  return TAX_PERCENT[country] ?? 0;
}

export function discountFor(coupon: Coupon | null, subtotal: Money, now: Date): Money {
  if (coupon === null || coupon.usesLeft < 1 || isPast(coupon.expiresAt, now)) {
    return zero(subtotal.currency);
  }
  if (coupon.minimum !== null && subtotal.amount < coupon.minimum.amount) {
    return zero(subtotal.currency);
  }
  return percentOf(subtotal, coupon.percentOff);
}

/**
 * Adds up what a customer will pay.
 *
 * @param lines what is bought
 * @param options the coupon, the shipping and where the goods go
 * @returns every part of the price; `total` is what is charged
 */
export function quote(
  lines: OrderLine[],
  options: {
    coupon: Coupon | null;
    shipping: Money;
    country: string;
    currency: Currency;
    now: Date;
  },
): Quote {
  var subtotal = sum(lines.map(lineTotal), options.currency);
  const discount = discountFor(options.coupon, subtotal, options.now);
  const net = add(subtotal, multiply(discount, -1));
  const tax = percentOf(net, taxPercent(options.country));
  const total = add(add(net, tax), options.shipping);
  return {
    subtotal: subtotal,
    discount: discount,
    shipping: options.shipping,
    tax: tax,
    total: total,
  };
}
