// A server made of a function: what it is asked, and what it answers.
import { configure } from 'fanwire';

export const URL_ = 'http://fanwire.test:8000';

/** `answer(events, number)` gives `[status, body, headers]`, or throws; without it everything is stored. */
export function server(answer = stored, options = {}) {
  const requests = [];
  const said = [];
  const fetch = async (url, init) => {
    const { events } = JSON.parse(init.body);
    requests.push({ url, init, events });
    const [status, body, headers = {}] = await answer(events, requests.length, init);
    return new Response(JSON.stringify(body), { status, headers });
  };
  const log = { warn: (line) => said.push(line), error: (line) => said.push(line) };
  configure({ url: URL_, apiKey: 'the-key', fetch, log, ...options });
  return { requests, said };
}

export function stored(events) {
  return [202, { receipts: events.map(({ eventId }) => ({ id: eventId, status: 'stored' })) }];
}

export const NOTE = { type: 'NEW_MESSAGE', title: 't' };
