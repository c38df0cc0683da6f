#!/usr/bin/env node
/** Listens to a user's channels and prints what they bring. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { read, USAGE, type Arguments } from './arguments.js';
import { listen, type Happening } from './listening.js';

const MISUSED = 2;

// Node 20 has WebSocket behind a flag, later ones as they are.
if (typeof WebSocket === 'undefined') again();
else process.exitCode = await main();

async function main(): Promise<number> {
  let given: Arguments | 'help';
  try {
    given = read(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`error: ${(error as Error).message}\n\n${USAGE}`);
    return MISUSED;
  }
  if (given === 'help') {
    console.log(USAGE);
    return 0;
  }
  const { json } = given;
  try {
    return await listen(given, (happening) => console.log(json ? JSON.stringify(happening) : line(happening)));
  } catch (error) {
    const { message, cause } = error as Error;
    console.error(`error: ${message}${cause instanceof Error ? `: ${cause.message}` : ''}`);
    return 1;
  }
}

/** `post:42  post_liked  {...}` */
function line({ event, channel, data, reason }: Happening): string {
  const { type, ...rest } = (data ?? {}) as { type?: string };
  const words = event === 'publication' ? [channel, type ?? '?'] : [channel, `(${event})`, type];
  const tail = Object.keys(rest).length > 0 ? JSON.stringify(rest) : undefined;
  return [...words, reason, tail].filter((word) => word !== undefined).join('  ');
}

function again(): void {
  const child = spawn(process.execPath, ['--experimental-websocket', fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => (process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
}
