// What Next.js does at build time: names of tsconfig's `paths` are files, and imports need no extension.
import { register } from 'node:module';

const here = new URL('./built/', import.meta.url).href;
const dist = new URL('../../dist/esm/', import.meta.url).href;

const hooks = `
const paths = [['@/websocket-server/src/', ${JSON.stringify(dist)}], ['@/lib/', ${JSON.stringify(`${here}lib/`)}]];
export async function resolve(name, context, next) {
  if (name === 'next/server') return next(${JSON.stringify(`${here}lib/next-server.js`)}, context);
  const path = paths.find(([prefix]) => name.startsWith(prefix));
  const target = path ? path[1] + name.slice(path[0].length) : name;
  const isFile = path !== undefined || target.startsWith('.');
  return next(isFile && !/\\.(js|mjs|wasm)$/.test(target) ? target + '.js' : target, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
