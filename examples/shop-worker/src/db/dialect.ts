import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
} from 'kysely';

/** Kysely's SQLite dialect, spoken over a D1 binding. */
export class D1Dialect implements Dialect {
  constructor(private readonly database: D1Database) {}

  createAdapter(): DialectAdapter {
    return new SqliteAdapter();
  }

  createDriver(): Driver {
    return new D1Driver(this.database);
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }
}

class D1Driver implements Driver {
  constructor(private readonly database: D1Database) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new D1Connection(this.database);
  }

  async beginTransaction(): Promise<void> {
    throw new Error('D1 has no interactive transactions: use batch()');
  }

  async commitTransaction(): Promise<void> {
    throw new Error('D1 has no interactive transactions: use batch()');
  }

  async rollbackTransaction(): Promise<void> {
    throw new Error('D1 has no interactive transactions: use batch()');
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

class D1Connection implements DatabaseConnection {
  constructor(private readonly database: D1Database) {}

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.database.prepare(query.sql).bind(...query.parameters);
    const { results, meta } = await statement.all<R>();
    return {
      rows: results,
      insertId: BigInt(meta.last_row_id ?? 0),
      numAffectedRows: BigInt(meta.changes ?? 0),
    };
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('D1 does not stream rows');
  }
}
