// What a page under test does; the test drives it through `window.site`.
import { createFanwire } from '/pkg/dist/esm/client/index.js';

const WORKER = '/pkg/dist/esm/client/worker.js';

async function tokens(userId) {
  const response = await fetch('/api/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId }),
  });
  return response.json();
}

const tokenOf = (userId) => async (purpose) => {
  const { token, connectionToken } = await tokens(userId);
  return purpose === 'api' ? token : connectionToken;
};

let fanwire;
const heard = [];

window.site = {
  enter(userId, { share, ...options } = {}) {
    const worker = share === 'worker' ? WORKER : share === 'missing' ? '/pkg/no-such-worker.js' : undefined;
    const how = worker ? () => new SharedWorker(worker, { type: 'module' }) : share;
    fanwire = createFanwire({ getToken: tokenOf(userId), ...(how === undefined ? {} : { share: how }), ...options });
    fanwire.inbox.hold();
    fanwire.connect();
  },
  follow(postId) {
    const post = fanwire.post(postId);
    post.on('comment_added', ({ comment }) => heard.push(comment.content));
    post.on('post_liked', () => undefined);
    fanwire.feed.on('like_state', ({ isLiked }) => heard.push(`feed ${isLiked}`));
    return new Promise((resolve) => {
      const look = () => post.getSnapshot().status === 'live' && resolve();
      post.subscribe(look);
      look();
    });
  },
  heard: () => heard,
  likes: (postId) => fanwire.post(postId).getSnapshot().likesCount,
  unread: () => (fanwire.inbox.getSnapshot().isReady ? fanwire.inbox.getSnapshot().unread : null),
  titles: () => fanwire.inbox.getSnapshot().items.map(({ metadata }) => metadata.commentId ?? metadata.postId),
  connection: () => fanwire.connection.getSnapshot(),
  switchUser: (userId) => fanwire.switchUser(tokenOf(userId)),
  signOut: () => fanwire.signOut(),
  /** A card for each post, live while it is in view. */
  cards(postIds) {
    const viewport = (window.viewport = fanwire.viewport({ rootMargin: '0px' }));
    for (const id of postIds) {
      const card = document.createElement('div');
      card.className = 'card';
      card.id = `card-${id}`;
      card.textContent = '?';
      document.body.append(card);
      const post = fanwire.post(id);
      viewport.observe(card, id);
      post.watch(() => (card.textContent = String(post.getSnapshot().likesCount ?? '?')));
    }
  },
  live: () => window.viewport.live,
  status: (id) => fanwire.post(id).getSnapshot().status,
};
window.isHere = true;
