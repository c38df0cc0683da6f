import type { Json, JsonObject } from './schema.js';

const FIELD = /\{([\w.]+)\}/g;

/** `post:{postId}` with the fields of a payload in it; null where the template is one field that is not there. */
export function filled(template: string | null, payload: JsonObject): string | null {
  if (template === null) return null;
  let isAbsent = false;
  const text = template.replace(FIELD, (whole, path: string) => {
    const value = at(payload, path.split('.'));
    isAbsent = whole === template && (value ?? null) === null;
    return (value ?? null) === null ? '' : String(value);
  });
  return isAbsent ? null : text;
}

function at(payload: JsonObject, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, name) => (inner as JsonObject | undefined)?.[name], payload);
}
