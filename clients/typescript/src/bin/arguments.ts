import { parseArgs } from 'node:util';

export const USAGE = `Usage: fanwire-test-client --user ID [options] [CHANNEL ...]

Prints what a user's channels bring: notifications: and feed: come by themselves, others are named (post:42).

  --user ID        whom to be
  --url URL        the server (FANWIRE_URL, else http://127.0.0.1:8000)
  --token TOKEN    a connection token (FANWIRE_TOKEN; else one of the development server)
  --json           one JSON object a line
  --count N        end after N events
  --seconds S      end after S seconds: with --count as a failure`;

export interface Arguments {
  readonly url: string;
  readonly user: string;
  readonly token: string | undefined;
  readonly channels: readonly string[];
  readonly json: boolean;
  readonly count: number;
  readonly seconds: number;
}

/** Throws with a sentence for people. */
export function read(argv: readonly string[], variables: NodeJS.ProcessEnv): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      user: { type: 'string', short: 'u' },
      url: { type: 'string' },
      token: { type: 'string' },
      json: { type: 'boolean', default: false },
      count: { type: 'string' },
      seconds: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const token = values.token ?? variables['FANWIRE_TOKEN'];
  if (values.user === undefined && token === undefined) throw new Error('say who to be: --user ID, or --token TOKEN');
  return {
    url: (values.url ?? variables['FANWIRE_URL'] ?? 'http://127.0.0.1:8000').replace(/\/+$/, ''),
    user: values.user ?? '',
    token,
    channels: positionals,
    json: values.json,
    count: positive('--count', values.count),
    seconds: positive('--seconds', values.seconds),
  };
}

function positive(name: string, text: string | undefined): number {
  const number = text === undefined ? Infinity : Number(text);
  if (!(number > 0)) throw new Error(`${name} is '${text}'; it is a number above zero`);
  return number;
}
