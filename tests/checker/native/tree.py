"""A small project that has something of everything that makes a warm verdict hard."""

from __future__ import annotations

import json

OPTIONS = {
    "strict": True,
    "noEmit": True,
    "module": "esnext",
    "moduleResolution": "bundler",
    "target": "es2022",
    "lib": ["es2022"],
    "jsx": "preserve",
    "skipLibCheck": True,
    "noUnusedLocals": True,
    "types": [],
}

FILES = {
    "tsconfig.json": json.dumps({"compilerOptions": OPTIONS, "include": ["src"]}),
    "src/shape.ts": """\
export interface Shape { name: string; area?: number }
export enum Colour { Red, Green }
export const fail: (message: string) => never = (message) => { throw new Error(message); };
export function isShape(value: unknown): value is Shape { return typeof value === 'object'; }
export const isText = (value: string | number) => typeof value === 'string';
export function assertText(value: unknown): asserts value is string {
  if (typeof value !== 'string') throw new Error('text');
}
export const key = Symbol('key');
export const limits = { low: 1, high: 9 } as const;
export function pick(flag: boolean) { return flag ? 1 : 2; }
export function size(shape: Shape): number { const name = shape.name; return name.length; }
""",
    "src/state.ts": """\
export class Counter {
  private count = 0;
  total;
  constructor(start: number) { this.total = start; }
  add(step: number): number { this.count += step; return this.count; }
}
export function tag() { return 'tag'; }
tag.version = 1;
let current: string | undefined = 'start';
export const read = () => current;
export function write(text: string): void { current = text; }
export const made = class { get value() { return 1; } };
""",
    "src/middle.ts": """\
import { fail, size, type Shape, pick, limits } from './shape';
export * from './shape';
export const area = (shape: Shape) => shape.area ?? fail(shape.name);
export const measured = (shape: Shape): number => { const found = area(shape); return found + size(shape); };
export const picked = pick(true);
export const low = limits.low;
""",
    "src/far.ts": """\
import { area, Colour, isText, assertText, fail, key, picked } from './middle';
const seen: Record<Colour, string> = { [Colour.Red]: 'r', [Colour.Green]: 'g' };
export const wide: number = area({ name: 'a' });
export function text(value: string | number): string {
  if (isText(value)) return value;
  return String(value) + seen[Colour.Red];
}
export function sure(value: unknown): string { assertText(value); return value; }
export function stops(value?: string): string { if (!value) { fail('none'); } return value; }
export const keyed = { [key]: 1 };
export const one: 1 | 2 = picked;
""",
    "src/all.ts": """\
import * as shape from './shape';
export type Names = keyof typeof shape;
export const known: Record<Names, boolean> = {
  Colour: true, fail: true, isShape: true, isText: true, assertText: true, key: true, limits: true, pick: true, size: true,
};
""",
    "src/user.ts": """\
import { Counter, tag, read, made } from './state';
const counter = new Counter(1);
export const sum: number = counter.add(tag.version) + counter.total;
export const now: string | undefined = read();
export const value: number = new made().value;
""",
    "src/ring-a.ts": """\
import { b } from './ring-b';
export const a = (depth: number): number => { return depth ? b(depth - 1) : 0; };
""",
    "src/ring-b.ts": """\
import { a } from './ring-a';
export const b = (depth: number) => a(depth);
export type Depth = ReturnType<typeof a>;
""",
    "src/grown.ts": """\
import type { Shape } from './shape';
declare module './shape' { interface Shape { grown?: Grown } }
export interface Grown { tall: number }
export const tall = (shape: Shape) => shape.grown?.tall;
""",
    "src/globals.d.ts": """\
interface Window2 { shape: import('./declared').Declared }
declare namespace JSX {
  interface Element { tag: string }
  interface IntrinsicElements { box: { width: number } }
}
""",
    "src/declared.ts": "export interface Declared { width: number }\nexport const declared: Declared = { width: 1 };\n",
    "src/view.tsx": "declare const outer: Window2;\nexport const view = () => <box width={outer.shape.width} />;\n",
    "src/old.ts": "export const old: string = 1;\n",
}
