// The server under test, and its people.
import { createFanwire } from 'fanwire/client';

export const URL_ = process.env.FANWIRE_TEST_URL;
const KEY = process.env.FANWIRE_TEST_KEY;
const LIMIT = 10_000;

let people = 0;
/** A user whom no other test knows. */
export const someone = (name) => `${name}_${process.pid}_${++people}`;

async function post(path, body, headers) {
  const response = await fetch(URL_ + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

export async function tokens(userId) {
  return post('/api/dev/token', { userId });
}

export function tokenOf(userId) {
  return async (purpose) => {
    const { token, connectionToken } = await tokens(userId);
    return purpose === 'api' ? token : connectionToken;
  };
}

export function event(name, payload) {
  return post(`/events/${name}`, payload, { 'x-api-key': KEY });
}

export async function server(method, body = {}) {
  return (await post(`/api/${method}`, body, { 'x-api-key': KEY })).result;
}

/** A call of the platform API as this user. */
export async function as(userId, method, path, body) {
  const { token } = await tokens(userId);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(URL_ + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

export const publish = (userId, more = {}) => as(userId, 'POST', '/api/posts', { title: 'A post', content: 'its text', ...more });

/** A client that ends with the test. */
export function client(t, userId, options = {}) {
  const fanwire = createFanwire({ url: URL_, getToken: tokenOf(userId), grace: 20, settle: 10, ...options });
  t.after(() => fanwire.signOut());
  return fanwire;
}

/** The snapshot, once it is as wanted. */
export function until(store, wanted) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(reject, new Error(`not in ${LIMIT} ms; now ${JSON.stringify(store.getSnapshot())}`)), LIMIT);
    const look = () => wanted(store.getSnapshot()) && end(resolve, store.getSnapshot());
    let isOver = false;
    let stop = () => undefined;
    const end = (settle, value) => {
      isOver = true;
      clearTimeout(timer);
      stop();
      settle(value);
    };
    stop = store.subscribe(look);
    look();
    if (isOver) stop();
  });
}

/** The next frame of this type. */
export function next(channel, type) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${type} in ${LIMIT} ms`)), LIMIT);
    const off = channel.on(type, (frame) => {
      clearTimeout(timer);
      off();
      resolve(frame);
    });
  });
}

/** Asks until the answer is as wanted: of what the server has, nobody tells us. */
export async function eventually(ask, wanted) {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not in ${LIMIT} ms; now ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

export const subscribers = async (channel) => (await server('channels', { pattern: channel })).channels[channel]?.num_clients ?? 0;
