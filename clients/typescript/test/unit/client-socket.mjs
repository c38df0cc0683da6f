// A WebSocket to a server that is in the test: connects, subscribes to everything, and says what it is told to say.
export function serverOf({ refuse = () => undefined, data = () => undefined } = {}) {
  const sockets = [];
  const asked = [];
  const state = { sockets, asked, get open() { return sockets.filter((one) => one.readyState === 1).length; }, push, publish };

  class Socket {
    readyState = 0;
    constructor() {
      sockets.push(this);
      queueMicrotask(() => {
        this.readyState = 1;
        this.onopen?.();
      });
    }
    send(text) {
      for (const line of text.split('\n').filter(Boolean)) this.#answer(JSON.parse(line));
    }
    close() {
      this.readyState = 3;
      this.onclose?.({ code: 1000, reason: '' });
    }
    #answer(command) {
      asked.push(command);
      const reply = answer(command);
      if (reply) queueMicrotask(() => this.say({ id: command.id, ...reply }));
    }
    say(message) {
      if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(message) });
    }
  }

  function answer({ connect, subscribe, unsubscribe }) {
    if (connect) return { connect: { client: 'c', version: 'test', subs: data('connect') ?? {} } };
    if (unsubscribe) return { unsubscribe: {} };
    if (!subscribe) return undefined;
    const error = refuse(subscribe.channel);
    return error ? { error } : { subscribe: { data: data(subscribe.channel) } };
  }

  function push(message) {
    sockets.at(-1).say({ push: message });
  }

  function publish(channel, frame) {
    push({ channel, pub: { data: frame } });
  }

  state.Socket = Socket;
  return state;
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
export const tokenOf = (user) => `${part({ alg: 'none' })}.${part({ sub: user })}.x`;

/** Lets everything happen that waits for nothing outside. */
export const turns = () => new Promise((resolve) => setImmediate(resolve));
