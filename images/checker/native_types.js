'use strict';
// Whether a printed type tells all that other files can see of the type. Two types with one name, literals (which may or
// may not widen), `any` of different origins and what is left out print alike; a type with these tells nothing.

const WORDS = new Set(['string', 'number', 'boolean', 'void', 'undefined', 'null', 'unknown', 'object', 'symbol', 'bigint',
  'never', 'readonly']);
const GLOBALS = new Set(['Promise', 'Map', 'Set', 'Date', 'RegExp', 'Error', 'Array', 'ReadonlyArray', 'ReadonlyMap',
  'ReadonlySet', 'Uint8Array', 'ArrayBuffer', 'Response', 'Request', 'Headers', 'URL', 'Record', 'Partial', 'Iterable']);
const TOKEN = /import\("[^"]+"\)\.[\w$]+(?!\.)\b|[A-Za-z_$][\w$]*\??(?=:)|[A-Za-z_$][\w$]*|[{}[\]<>(),;:|&]|\s+|./gsy;
const PLAIN = /^(?:import\("[^"]+"\)\.[\w$]+|[\w$]+\?|[{}[\]<>(),;:|&]|\s+)$/;

/**
 * @param {string} type  printed in full: a function's, or a getter's
 * @param {(pattern: RegExp) => boolean} declares  whether a file of the project has this text
 * @returns {boolean}
 */
function isTelling(type, declares) {
  const result = type.startsWith('(') ? returned(type) : type;
  if (!result || result.includes('{}') || (result.includes('{') && result.includes('|'))) return false;
  for (const match of result.matchAll(TOKEN)) {
    const [token] = match;
    const property = result[match.index + token.length] === ':';
    if (PLAIN.test(token) || WORDS.has(token) || (property && /^[\w$]+$/.test(token))) continue;
    if (!GLOBALS.has(token) || declares(new RegExp(`\\b(?:class|interface|type|enum|namespace)\\s+${token}\\b`))) return false;
  }
  return true;
}

/** What stands behind the arrow of `(a: A) => B`; '' if there is more than one arrow. */
function returned(type) {
  const parts = type.split(' => ');
  return parts.length === 2 ? parts[1] : '';
}

module.exports = { isTelling };
