/**
 * A caller's arguments into the payload of an event: only the fields that the Python models name, as JSON.
 *
 * The server drops unknown fields as well; here they are dropped before they travel, for a whole row may hold secrets.
 */
import { SCHEMAS } from '../generated/schema.js';
import { InvalidEvent } from './errors.js';
import { filled } from './template.js';
import { storable } from './text.js';

/** The part of JSON Schema that the models use. */
export interface Node {
  $ref?: string;
  anyOf?: Node[];
  oneOf?: Node[];
  allOf?: Node[];
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  default?: Json;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  maxBytes?: number;
  items?: Node;
  properties?: Record<string, Node>;
  required?: readonly string[];
  additionalProperties?: Node | boolean;
}

/** Texts are templates: `{post.creatorId}` stands for that field of the payload. */
export interface EventFunction {
  $ref: string;
  orderingKey: string;
  access?: Record<'user' | 'resource' | 'kind', string> & Record<'tier' | 'until' | 'reason', string | null>;
}

export interface Schemas {
  functions: Record<string, EventFunction>;
  $defs: Record<string, Node>;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The payload column of the event. Throws InvalidEvent, which lists every field that does not fit. */
export function payloadOf(name: string, values: object): JsonObject {
  const entry = SCHEMAS.functions[name];
  if (entry === undefined) throw new InvalidEvent(`no event function ${name}`);
  const fitting = new Fitting();
  const payload = fitting.fit(entry, values, '');
  if (fitting.problems.length > 0) throw new InvalidEvent(`${name}: ${fitting.problems.join('; ')}`);
  return payload as JsonObject;
}

/** Events with the same key keep their order among themselves. */
export function orderingKey(name: string, payload: JsonObject): string | null {
  return filled(SCHEMAS.functions[name]?.orderingKey ?? null, payload) || null;
}

class Fitting {
  readonly problems: string[] = [];

  fit(node: Node, given: unknown, path: string): Json | undefined {
    if (node.$ref !== undefined) return this.fit(definition(node.$ref), given, path);
    const branches = node.anyOf ?? node.oneOf ?? node.allOf;
    if (branches !== undefined) return this.either(branches, given, path);
    const value = plain(given);
    if (node.enum !== undefined || node.const !== undefined) return this.word(node, value, path);
    switch (node.type) {
      case 'object':
        return this.object(node, value, path);
      case 'array':
        return this.list(node, value, path);
      case 'string':
        return this.text(node, value, path);
      case 'integer':
      case 'number':
        return this.number(node, value, path);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.no(path, 'is neither true nor false');
      default:
        return freeJson(value);
    }
  }

  /** The first branch that the value fits; if none does, what is wrong with the first. */
  private either(branches: Node[], given: unknown, path: string): Json | undefined {
    let first: string[] | undefined;
    for (const branch of branches.filter((one) => one.type !== 'null')) {
      const trial = new Fitting();
      const value = trial.fit(branch, given, path);
      if (trial.problems.length === 0) return value;
      first ??= trial.problems;
    }
    this.problems.push(...(first ?? []));
    return undefined;
  }

  private object(node: Node, value: unknown, path: string): Json | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.no(path, 'is not an object');
    return node.properties === undefined ? this.free(node, value, path) : this.known(node, value, path);
  }

  private known(node: Node, value: object, path: string): JsonObject {
    const fitted: JsonObject = {};
    for (const [name, field] of Object.entries(node.properties ?? {})) {
      const inner = path === '' ? name : `${path}.${name}`;
      const given = (value as Record<string, unknown>)[name];
      if (given === undefined || given === null) {
        if (node.required?.includes(name)) this.no(inner, 'is missing');
        if (field.default !== undefined) fitted[name] = field.default;
        continue;
      }
      const json = this.fit(field, given, inner);
      if (json !== undefined) fitted[name] = json;
    }
    return fitted;
  }

  private free(node: Node, value: object, path: string): Json | undefined {
    const json = freeJson(value);
    const written = JSON.stringify(json);
    if (written.includes('\\u0000') && hasNul(json)) return this.no(path, 'holds the character U+0000');
    const size = new TextEncoder().encode(written).length;
    if (node.maxBytes !== undefined && size > node.maxBytes) {
      return this.no(path, `has ${size} bytes of JSON, at most ${node.maxBytes}`);
    }
    return json;
  }

  private list(node: Node, value: unknown, path: string): Json | undefined {
    if (!Array.isArray(value)) return this.no(path, 'is not a list');
    if (value.length > (node.maxItems ?? Infinity)) return this.no(path, `has more than ${node.maxItems} entries`);
    if (value.length < (node.minItems ?? 0)) return this.no(path, `has fewer than ${node.minItems} entries`);
    return value.map((one, number) => this.fit(node.items ?? {}, one, `${path}.${number}`) ?? null);
  }

  private word(node: Node, value: unknown, path: string): Json | undefined {
    const words = node.enum ?? [node.const];
    return words.includes(value) ? (value as Json) : this.no(path, `is not one of ${words.join(', ')}`);
  }

  private text(node: Node, value: unknown, path: string): Json | undefined {
    const text = typeof value === 'number' && Number.isInteger(value) ? String(value) : value;
    if (typeof text !== 'string') return this.no(path, 'is not text');
    if (text.includes('\0')) return this.no(path, 'holds the character U+0000');
    const length = text.length > (node.maxLength ?? Infinity) ? [...text].length : text.length;
    if (length > (node.maxLength ?? Infinity)) return this.no(path, `has more than ${node.maxLength} characters`);
    if (length < (node.minLength ?? 0)) return this.no(path, 'is empty');
    if (node.pattern !== undefined && !new RegExp(node.pattern).test(text)) {
      return this.no(path, `does not match ${node.pattern}`);
    }
    if (node.format === 'date-time' && !isMoment(text)) return this.no(path, 'is no time with its zone (RFC 3339)');
    return storable(text);
  }

  private number(node: Node, value: unknown, path: string): Json | undefined {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) return this.no(path, 'is not a number');
    if (node.type === 'integer' && !Number.isInteger(number)) return this.no(path, 'is not a whole number');
    if (number < (node.minimum ?? -Infinity)) return this.no(path, `is less than ${node.minimum}`);
    if (number > (node.maximum ?? Infinity)) return this.no(path, `is more than ${node.maximum}`);
    if (number <= (node.exclusiveMinimum ?? -Infinity)) return this.no(path, `is not more than ${node.exclusiveMinimum}`);
    if (number >= (node.exclusiveMaximum ?? Infinity)) return this.no(path, `is not less than ${node.exclusiveMaximum}`);
    return number;
  }

  private no(path: string, problem: string): undefined {
    this.problems.push(`${path || 'the event'} ${problem}`);
    return undefined;
  }
}

/** Without a zone it would be read in that of whoever reads it: the server, or the database session. */
function isMoment(text: string): boolean {
  return /(Z|[+-]\d\d(:?\d\d)?)$/i.test(text) && !Number.isNaN(Date.parse(text));
}

function definition(reference: string): Node {
  return SCHEMAS.$defs[reference.slice(reference.lastIndexOf('/') + 1)] ?? {};
}

/** A `Date`, a bigint and whatever says how it is written (Prisma's `Decimal`) become what they are in JSON. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  const writes = value as { toJSON?: unknown } | null | undefined;
  return typeof writes?.toJSON === 'function' ? (writes.toJSON() as unknown) : value;
}

function freeJson(value: unknown): Json {
  const written = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    return typeof part === 'string' ? storable(part) : part;
  });
  return written === undefined ? null : (JSON.parse(written) as Json);
}

function hasNul(value: Json): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (Array.isArray(value)) return value.some(hasNul);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key.includes('\0') || hasNul(inner));
}
