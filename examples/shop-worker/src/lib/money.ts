import { AppError, conflict } from './errors';
import type { Currency, Money } from '../types/models';

const SYMBOLS: Record<Currency, string> = { EUR: '€', USD: '$', JPY: '¥' };
const DIGITS: Record<Currency, number> = { EUR: 2, USD: 2, JPY: 0 };

/** Nothing, in the given currency. */
export function zero(currency: Currency): Money {
  return { amount: 0, currency };
}

export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) {
    throw new AppError(500, 'currency-mismatch', `${a.currency} + ${b.currency}`);
  }
  return { amount: a.amount + b.amount, currency: a.currency };
}

export function sum(amounts: Money[], currency: Currency): Money {
  return amounts.reduce(add, zero(currency));
}

export function multiply(money: Money, factor: number): Money {
  return { amount: Math.round(money.amount * factor), currency: money.currency };
}

export function percentOf(money: Money, percent: number): Money {
  return multiply(money, percent / 100);
}

/**
 * Writes an amount for people.
 *
 * @param money the amount, in the smallest unit of its currency
 * @returns for instance `€12.50`, or `¥1200`
 */
export function formatMoney(money: Money): string {
  const digits = DIGITS[money.currency];
  const sign = money.amount < 0 ? '−' : '';
  return sign + SYMBOLS[money.currency] + (Math.abs(money.amount) / 10 ** digits).toFixed(digits);
}
