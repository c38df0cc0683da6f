// The same imagined server as the demo page's stores are tried against: one of them, so that both learn its rules.
export * from "../../../../tests/node/web/inbox-server.mjs";
