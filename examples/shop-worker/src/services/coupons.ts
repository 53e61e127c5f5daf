import type { Coupon, Currency } from '../types/models';
import { AppError } from "../lib/errors"

interface CouponRow {
  code: string;
  percent_off: number;
  minimum: number | null;
  expires_at: string | null;
  uses_left: number;
}

export async function findCoupon(
  db: D1Database,
  code: string,
  currency: Currency,
): Promise<Coupon | null> {
  const row = await db
    .prepare('SELECT * FROM coupons WHERE code = ?1 AND uses_left > 0')
    .bind(code)
    .first<CouponRow>();
  if(!row) return null


  return {
    code: row.code,
    percentOff: row.percent_off,
    minimum: row.minimum === null ? null : { amount: row.minimum, currency },
    expiresAt: row.expires_at,
    usesLeft: row.uses_left,
  };
}

export async function redeem(db: D1Database, code: string): Promise<void> {
  const result = await db
    .prepare('UPDATE coupons SET uses_left = uses_left - 1 WHERE code = ?1 AND uses_left > 0')
    .bind(code)
    .run();
  if (result.meta.changes == 0) throw new AppError(409, 'coupon-used', `${code} is used up`);
}
