// A Vitest file that looks at modules instead of testing them: what they export, and what their pure functions answer.
//
// OBSERVE_JOB names a JSON file, {"modules": [{"path", "file", "samples": {name: [[argument, …], …]}}]}. For each module
// one line of JSON goes to the file OBSERVE_ANSWER: {"path", "exports": {name: {kind, …}}} or {"path", "error"}.
import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, it, vi } from 'vitest';

const job = JSON.parse(readFileSync(process.env.OBSERVE_JOB, 'utf8'));

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Whether a value is plain JSON, short, and the same after a round trip (no -0, no NaN, no prototypes). */
function isPlain(value, depth = 0) {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || depth > 4) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.keys(value).every((key) => isPlain(value[key], depth + 1));
}

const short = (value) => isPlain(value) && JSON.stringify(value).length <= 300;

/** One call in a world with a clock and dice of its own. */
function call(fn, args, now, dice) {
  vi.useFakeTimers({ now });
  vi.spyOn(Math, 'random').mockReturnValue(dice);
  try {
    const value = fn(...structuredClone(args));
    if (value === undefined) return { undefined: true };
    return short(value) ? { value } : null;
  } catch {
    return { throws: true };
  } finally {
    vi.useRealTimers();
    vi.restoreAllMocks();
  }
}

/** The answers that do not depend on when, or how often, one asks. */
function answers(fn, samples) {
  const told = [];
  for (const args of samples) {
    const first = call(fn, args, 1_000_000_000_000, 0.25);
    const second = call(fn, args, 2_000_000_000_000, 0.75);
    if (first && JSON.stringify(first) === JSON.stringify(second)) told.push({ args, ...first });
  }
  return told;
}

function look(value, samples) {
  if (typeof value === 'function') {
    if (/^class\b/.test(Function.prototype.toString.call(value))) {
      const own = Object.getOwnPropertyDescriptors(value.prototype ?? {});
      const methods = Object.keys(own).filter((key) => key !== 'constructor' && typeof own[key].value === 'function');
      return { kind: 'class', arity: value.length, methods };
    }
    return { kind: 'function', arity: value.length, answers: samples ? answers(value, samples) : [] };
  }
  if (value === null) return { kind: 'null' };
  if (Array.isArray(value)) return { kind: 'array', length: value.length, ...(short(value) ? { value } : {}) };
  if (typeof value !== 'object') return { kind: typeof value, ...(short(value) ? { value } : {}) };
  if (typeof value.safeParse === 'function') {
    return { kind: 'schema', accepts: value.safeParse(undefined).success };
  }
  if (typeof value.fetch === 'function' && Array.isArray(value.routes)) {
    return { kind: 'routes', routes: value.routes.map((route) => `${route.method} ${route.path}`) };
  }
  const plain = Object.getPrototypeOf(value) === Object.prototype;
  return { kind: 'object', ...(plain ? { keys: Object.keys(value) } : {}) };
}

for (const module of job.modules) {
  it(module.path, async () => {
    const answer = { path: module.path };
    try {
      const namespace = await import(/* @vite-ignore */ module.file);
      answer.exports = {};
      for (const name of Object.keys(namespace).sort()) {
        answer.exports[name] = look(namespace[name], module.samples[name]);
      }
    } catch (error) {
      answer.error = String(error?.message ?? error).split('\n')[0];
    }
    appendFileSync(process.env.OBSERVE_ANSWER, `${JSON.stringify(answer)}\n`);
  });
}
