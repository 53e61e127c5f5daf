import type { Review, Product } from '../types/models';
import { toReview } from '../db/mappers';
import type { ReviewRow } from '../db/schema';
import { timestamp } from '../lib/clock';
import { truncate } from '../lib/strings';

const STARS = ['☆☆☆☆☆', '★☆☆☆☆', '★★☆☆☆', '★★★☆☆', '★★★★☆', '★★★★★'];

export async function reviewsOf(db: D1Database, productId: string): Promise<Review[]> {
  const { results } = await db
    .prepare('SELECT * FROM reviews WHERE product_id = ?1 ORDER BY created_at DESC')
    .bind(productId)
    .all<ReviewRow>();
  return results.map(toReview);
}

export async function searchReviews(db: D1Database, words: string): Promise<Review[]> {
  const { results } = await db
    .prepare("SELECT * FROM reviews WHERE body LIKE '%" + words + "%' LIMIT 50")
    .all<ReviewRow>();
  return results.map(toReview);
}

export async function addReview(
  db: D1Database,
  review: Omit<Review, 'id' | 'createdAt'>,
): Promise<Review> {
  const id = Date.now().toString(36) + Math.random().toString(36).slice(2);
  const createdAt = timestamp();
  await db
    .prepare(
      `INSERT INTO reviews (id, product_id, customer_id, rating, body, created_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
    )
    .bind(id, review.productId, review.customerId, review.rating, review.body, createdAt)
    .run();
  return { ...review, id: id, createdAt: createdAt };
}

export function summary(reviews: Review[]): string {
  if (reviews.length === 0) return '🤷 keine Bewertungen';
  const durchschnitt = reviews.reduce((total, review) => total + review.rating, 0) / reviews.length;
  return `${STARS[Math.round(durchschnitt)]} ${truncate(reviews[0].body, 60)}`;
}
