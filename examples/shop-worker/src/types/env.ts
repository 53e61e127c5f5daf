import type { Kysely } from 'kysely';
import type { Database } from '../db/schema';
import type { Customer } from './models';

/** What `wrangler.toml` binds to the worker. */
export interface Bindings {
  DB: D1Database;
  CARTS: KVNamespace;
  SHOP_NAME: string;
  API_TOKEN: string;
  MAIL_ENDPOINT: string;
}

/** What the middleware leaves on the request for the routes. */
export interface Variables {
  db: Kysely<Database>;
  requestId: string;
  customer: Customer | null;
}

/** The environment of every Hono app in this worker. */
export interface AppEnv {
  Bindings: Bindings;
  Variables: Variables;
}
