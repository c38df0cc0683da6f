// Drives the published npm `centrifuge` client: one JSON command a line on stdin, one JSON event a line on stdout.
import { createInterface } from "node:readline";
import { Centrifuge } from "centrifuge";
import WebSocket from "ws";

const say = (event) => process.stdout.write(JSON.stringify(event) + "\n");
let client;

const publication = (channel, ctx, serverSide) =>
  say({ event: "publication", channel, serverSide, data: ctx.data, offset: ctx.offset ?? 0, tags: ctx.tags ?? {} });

const subscribed = (channel, ctx, serverSide) =>
  say({
    event: "subscribed", channel, serverSide, data: ctx.data ?? null, recovered: ctx.recovered ?? false,
    wasRecovering: ctx.wasRecovering ?? false, offset: ctx.streamPosition?.offset ?? 0,
  });

function connect({ url, token }) {
  client = new Centrifuge(url, { token, websocket: WebSocket, minReconnectDelay: 50, maxReconnectDelay: 200 });
  client.on("connecting", (ctx) => say({ event: "connecting", code: ctx.code, reason: ctx.reason }));
  client.on("connected", (ctx) => say({ event: "connected", client: ctx.client }));
  client.on("disconnected", (ctx) => say({ event: "disconnected", code: ctx.code, reason: ctx.reason }));
  client.on("error", (ctx) => say({ event: "error", code: ctx.error.code, message: ctx.error.message }));
  client.on("subscribed", (ctx) => subscribed(ctx.channel, ctx, true));
  client.on("unsubscribed", (ctx) => say({ event: "unsubscribed", channel: ctx.channel, serverSide: true }));
  client.on("publication", (ctx) => publication(ctx.channel, ctx, true));
  client.on("join", (ctx) => say({ event: "join", channel: ctx.channel, user: ctx.info.user }));
  client.on("leave", (ctx) => say({ event: "leave", channel: ctx.channel, user: ctx.info.user }));
  client.connect();
}

function subscribe({ channel, options }) {
  const sub = client.newSubscription(channel, options ?? {});
  sub.on("subscribing", (ctx) => say({ event: "subscribing", channel, code: ctx.code, reason: ctx.reason }));
  sub.on("subscribed", (ctx) => subscribed(channel, ctx, false));
  sub.on("unsubscribed", (ctx) => say({ event: "unsubscribed", channel, code: ctx.code, reason: ctx.reason }));
  sub.on("publication", (ctx) => publication(channel, ctx, false));
  sub.on("join", (ctx) => say({ event: "join", channel, user: ctx.info.user }));
  sub.on("leave", (ctx) => say({ event: "leave", channel, user: ctx.info.user }));
  sub.on("error", (ctx) => say({ event: "error", channel, code: ctx.error.code, message: ctx.error.message }));
  sub.subscribe();
}

const calls = {
  connect,
  subscribe,
  unsubscribe: ({ channel }) => client.getSubscription(channel).unsubscribe(),
  resubscribe: ({ channel }) => client.getSubscription(channel).subscribe(),
  disconnect: () => client.disconnect(),
  reconnect: () => client.connect(),
};

const questions = {
  publish: async ({ channel, data }) => ((await client.publish(channel, data)), {}),
  history: async ({ channel, options }) => {
    const found = await client.history(channel, options);
    return { offset: found.offset, data: found.publications.map((p) => p.data) };
  },
  presence: async ({ channel }) => ({ users: Object.values((await client.presence(channel)).clients).map((c) => c.user) }),
  presence_stats: async ({ channel }) => client.presenceStats(channel),
  rpc: async ({ method, data }) => ({ data: (await client.rpc(method, data)).data }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, call, ...args } = JSON.parse(line);
  if (calls[call]) calls[call](args);
  else
    questions[call](args).then(
      (result) => say({ event: "answer", id, result }),
      (error) => say({ event: "answer", id, error: error.code, message: error.message }),
    );
}
process.exit(0);
