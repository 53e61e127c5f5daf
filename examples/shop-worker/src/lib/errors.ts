import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** A failure that the caller is told about. */
export class AppError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'AppError';
  }

  toJSON() {
    return { code: this.code, message: this.message };
  }
}

export function notFound(what: string, id: string): AppError {
  return new AppError(404, 'not-found', `${what} ${id} does not exist`);
}

export function conflict(code: string, message: string): AppError {
  return new AppError(409, code, message);
}

export function unauthorized(): AppError {
  return new AppError(401, 'unauthorized', 'Sign in first');
}
