/** The best room that there is here: a SharedWorker, else a leader among the tabs, else a socket for this tab. */
import type { Settings } from '../options.js';
import { Alone } from './alone.js';
import { Leading } from './leading.js';
import { browser, type Browser, type MakeHub, type Room, type Tab } from './room.js';
import { Working } from './working.js';

/** Raised when what tabs say to each other changes: after a deployment, tabs of two versions are open at once. */
const LANGUAGE = 1;

export function enterRoom(
  { share, socketUrl, channelLimit }: Settings,
  user: string,
  tab: Tab,
  makeHub: MakeHub,
  here: Browser | undefined = browser(),
): Room {
  // A visitor without a name cannot be told from another.
  if (share === false || !here || !user) return new Alone(tab, makeHub);
  if (typeof share === 'function' && typeof SharedWorker !== 'undefined') {
    return new Working(share, { socketUrl, user, channelLimit }, tab, here);
  }
  return new Leading(`fanwire ${LANGUAGE} ${socketUrl} ${user}`, tab, makeHub, here);
}
