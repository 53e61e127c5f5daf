import { Hono } from 'hono';
import { z } from 'zod';
import { json } from '../middleware/validate';
import { addReview, reviewsOf, searchReviews } from '../services/reviews';
import type { AppEnv } from '../types/env';

export const reviews = new Hono<AppEnv>()
  .get('/', async (c) => {
    const productId = c.req.query('product');
    if (productId) return c.json(await reviewsOf(c.env.DB, productId));
    return c.json(await searchReviews(c.env.DB, c.req.query('q') ?? ''));
  })
  .post('/', async (c) => {
    const body = await c.req.json();
    const review = await addReview(c.env.DB, {
      productId: body.productId,
      customerId: c.var.customer?.id ?? null,
      rating: body.rating,
      body: body.body,
    });
    return c.json(review, 201);
  });
