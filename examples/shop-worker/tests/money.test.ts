import { describe, expect, it } from 'vitest';
import { add, formatMoney, percentOf, sum } from '../src/lib/money';

describe('money', () => {
  it('writes amounts for people', () => {
    expect(formatMoney({ amount: 1250, currency: 'EUR' })).toBe('€12.50');
    expect(formatMoney({ amount: 1200, currency: 'JPY' })).toBe('¥1200');
    expect(formatMoney({ amount: -5, currency: 'USD' })).toBe('−$0.05');
  });

  it('adds up', () => {
    const prices = [100, 250].map((amount) => ({ amount, currency: 'EUR' as const }));
    expect(sum(prices, 'EUR')).toEqual({ amount: 350, currency: 'EUR' });
    expect(percentOf(prices[1], 10)).toEqual({ amount: 25, currency: 'EUR' });
  });

  it('does not mix currencies', () => {
    const euro = { amount: 1, currency: 'EUR' as const };
    expect(() => add(euro, { amount: 1, currency: 'USD' })).toThrow('EUR + USD');
  });
});
