import { describe, expect, it } from 'vitest';
import { quote } from '../src/services/pricing';
import type { Coupon, OrderLine } from '../src/types/models';

const now = new Date('2026-11-23T12:00:00Z');
const shipping = { amount: 390, currency: 'EUR' as const };
const lines: OrderLine[] = [
  { productId: 'p1', sku: 'TEA-0001', quantity: 2, unitPrice: { amount: 500, currency: 'EUR' } },
];
const coupon: Coupon = {
  code: 'WILLKOMMEN',
  percentOff: 10,
  minimum: { amount: 1000, currency: 'EUR' },
  expiresAt: null,
  usesLeft: 3,
};

describe('quote', () => {
  it('adds tax and shipping', () => {
    const { total } = quote(lines, { coupon: null, shipping, country: 'DE', currency: 'EUR', now });
    expect(total.amount).toBe(1000 + 190 + 390);
  });

  it('takes the coupon off before tax', () => {
    const result = quote(lines, { coupon, shipping, country: 'DE', currency: 'EUR', now });
    expect(result.discount.amount).toBe(100);
    expect(result.tax.amount).toBe(171);
  });

  it('knows when a coupon is over', () => {
    const over = { ...coupon, expiresAt: '2026-11-22T00:00:00Z' };
    const result = quote(lines, { coupon: over, shipping, country: 'US', currency: 'EUR', now });
    expect(result.discount.amount).toBe(0);
  });
});
