/** The script of the SharedWorker: a hub per user, for all tabs of this browser. */
import { SYSTEM_CLOCK } from './clock.js';
import { Hub } from './hub/hub.js';
import { watch } from './rooms/room.js';
import type { FromWorker, HubSettings, ToWorker } from './rooms/working.js';

const hubs = new Map<string, Hub>();
const ports = new Map<string, MessagePort>();

function hubFor(settings: HubSettings): Hub {
  const key = JSON.stringify([settings.socketUrl, settings.user, settings.channelLimit]);
  let hub = hubs.get(key);
  if (!hub) {
    hub = new Hub({
      ...settings,
      websocket: null,
      clock: SYSTEM_CLOCK,
      send: (tabs, message) => tabs.forEach((tab) => say(ports.get(tab), { type: 'message', message })),
    });
    hubs.set(key, hub);
  }
  return hub;
}

function say(port: MessagePort | undefined, message: FromWorker): void {
  port?.postMessage(message);
}

function enter(port: MessagePort, { tab, hub: settings }: ToWorker & { type: 'enter' }): void {
  const hub = hubFor(settings);
  ports.set(tab, port);
  watch(navigator.locks, tab, () => {
    leave(hub, tab);
    ports.delete(tab);
    port.close();
  });
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.type !== 'message') return;
    if (data.message.type === 'leave') leave(hub, tab);
    else hub.receive(tab, data.message);
  };
  say(port, { type: 'entered' });
}

/** Of a user whose last tab is gone, nothing stays. */
function leave(hub: Hub, tab: string): void {
  hub.gone(tab);
  if (!hub.isEmpty) return;
  for (const [key, one] of hubs) if (one === hub) hubs.delete(key);
}

(globalThis as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = ({ ports: [port] }) => {
  port!.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.type === 'enter') enter(port!, data);
  };
};
