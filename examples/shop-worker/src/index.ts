import { Hono } from 'hono';
import { database } from './middleware/database';
import { identify } from './middleware/auth';
import { onError, onMissing } from './middleware/problems';
import { requestId } from './middleware/request-id';
import { carts } from './routes/carts';
import { customers } from './routes/customers';
import { health } from './routes/health';
import { orders } from './routes/orders';
import { products } from './routes/products';
import { reports } from './routes/reports';
import { reviews } from './routes/reviews';
import type { AppEnv } from './types/env';

const app = new Hono<AppEnv>();

app.use(requestId, database, identify);
app.route('/health', health);
app.route('/products', products);
app.route('/carts', carts);
app.route('/orders', orders);
app.route('/customers', customers);
app.route('/reviews', reviews);
app.route('/reports', reports);
app.onError(onError);
app.notFound(onMissing);

export default app;
