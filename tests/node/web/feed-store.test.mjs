import assert from "node:assert/strict";
import { test } from "node:test";
import { FeedStore } from "../../../src/fanwire/web/static/store/feed-store.js";

const post = (id, second = 0, more = {}) => ({
  id,
  creatorId: "anna",
  creator: { id: "anna", nickname: "Анна", avatar: null },
  title: id,
  likesCount: 0,
  commentsCount: 0,
  isLiked: false,
  createdAt: `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`,
  ...more,
});
const comment = (id, second = 0) => ({ id, content: id, createdAt: `2026-01-01T00:01:${String(second).padStart(2, "0")}Z` });

function feedWith(...posts) {
  const feed = new FeedStore();
  feed.loaded(feed.startLoad(), posts);
  return feed;
}

const liked = (likesCount, version, type = "post_liked") => ({ type, postId: "p", userId: "boris", likesCount, version });

test("posts come newest first", () => {
  const feed = feedWith(post("a", 1), post("b", 2));
  assert.deepEqual(feed.posts.map(({ id }) => id), ["b", "a"]);
});

test("a like moves the counter", () => {
  const feed = feedWith(post("p"));
  assert.equal(feed.frame(liked(5, 10)), true);
  assert.equal(feed.post("p").likesCount, 5);
});

test("a counter that is not newer is dropped", () => {
  const feed = feedWith(post("p"));
  feed.frame(liked(5, 10));
  assert.equal(feed.frame(liked(4, 9, "post_unliked")), false);
  assert.equal(feed.frame(liked(4, 10)), false);
  assert.equal(feed.post("p").likesCount, 5);
});

test("a like without a count changes no counter", () => {
  const feed = feedWith(post("p", 0, { likesCount: 3 }));
  feed.frame(liked(undefined, 10));
  assert.equal(feed.post("p").likesCount, 3);
});

test("own like state keeps the newest version", () => {
  const feed = feedWith(post("p"));
  feed.frame({ type: "like_state", postId: "p", isLiked: true, version: 10 });
  feed.frame({ type: "like_state", postId: "p", isLiked: false, version: 9 });
  assert.equal(feed.post("p").isLiked, true);
});

test("an answer of the API does not undo a frame that came while it was on its way", () => {
  const feed = feedWith(post("p"));
  const load = feed.startLoad();
  feed.frame(liked(5, 10));
  feed.loaded(load, [post("p", 0, { likesCount: 4, commentsCount: 2 })]);
  assert.equal(feed.post("p").likesCount, 5);
  assert.equal(feed.post("p").commentsCount, 2);
});

test("a post created while an answer was on its way stays", () => {
  const feed = feedWith(post("p", 1));
  const load = feed.startLoad();
  feed.frame({ type: "post_created", post: post("new", 2) });
  feed.loaded(load, [post("p", 1)]);
  assert.deepEqual(feed.posts.map(({ id }) => id), ["new", "p"]);
});

test("a deleted post does not come back with an older answer", () => {
  const feed = feedWith(post("p"));
  const load = feed.startLoad();
  assert.equal(feed.frame({ type: "post_deleted", postId: "p", creatorId: "anna" }), true);
  feed.loaded(load, [post("p")]);
  feed.frame({ type: "post_created", post: post("p") });
  assert.deepEqual(feed.posts, []);
});

test("a post that the API no longer names is gone", () => {
  const feed = feedWith(post("a"), post("b"));
  feed.loaded(feed.startLoad(), [post("a")]);
  assert.deepEqual(feed.posts.map(({ id }) => id), ["a"]);
});

test("a comment appears once, whoever brings it", () => {
  const feed = feedWith(post("p"));
  feed.commentsLoaded(feed.startLoad(), "p", [comment("a", 1)]);
  feed.addComment("p", comment("b", 2));
  feed.frame({ type: "comment_added", postId: "p", comment: comment("b", 2), commentsCount: 2, version: 7 });
  assert.deepEqual(feed.comments("p").map(({ id }) => id), ["a", "b"]);
  assert.equal(feed.post("p").commentsCount, 2);
});

test("comments are unknown until loaded; one that came in the meantime stays", () => {
  const feed = feedWith(post("p"));
  assert.equal(feed.comments("p"), undefined);
  const load = feed.startLoad();
  feed.frame({ type: "comment_added", postId: "p", comment: comment("b", 2), commentsCount: 2, version: 7 });
  feed.frame({ type: "comment_deleted", postId: "p", commentId: "a", commentsCount: 1, version: 8 });
  feed.commentsLoaded(load, "p", [comment("a", 1)]);
  assert.deepEqual(feed.comments("p").map(({ id, isDeleted }) => [id, Boolean(isDeleted)]), [["a", true], ["b", false]]);
  assert.equal(feed.comments("p")[0].content, "");
  assert.equal(feed.post("p").commentsCount, 1);
});

test("a locked post keeps neither its text nor its comments", () => {
  const feed = feedWith(post("p", 0, { content: "secret", isLocked: true }));
  feed.commentsLoaded(feed.startLoad(), "p", [comment("a")]);
  feed.lock("p");
  assert.equal(feed.post("p").content, null);
  assert.equal(feed.post("p").locked, true);
  assert.equal(feed.comments("p"), undefined);
});

test("names come with posts, comments and profile changes; until then the id stands", () => {
  const feed = feedWith(post("p"));
  assert.equal(feed.name("anna"), "Анна");
  assert.equal(feed.name("boris"), "boris");
  feed.addComment("p", { ...comment("c"), userId: "boris", nickname: "Борис" });
  assert.equal(feed.name("boris"), "Борис");
  feed.frame({ type: "creator_updated", creatorId: "anna", changes: { nickname: "Аня" } });
  assert.equal(feed.name("anna"), "Аня");
});

test("a frame's locked post is a teaser, the author's own is not", () => {
  const feed = feedWith();
  const teaser = { id: "t", creatorId: "anna", title: "t", isLocked: true, createdAt: "2026-01-01T00:00:00Z" };
  feed.frame({ type: "post_created", post: teaser });
  feed.frame({ type: "post_created", post: { ...teaser, id: "own", content: "text" } });
  feed.frame({ type: "post_created", post: { ...teaser, id: "open", isLocked: false, content: "" } });
  assert.deepEqual(["t", "own", "open"].map((id) => feed.post(id).locked), [true, false, false]);
});

test("an open post of a followed creator comes once", () => {
  const feed = feedWith(post("a", 1));
  const update = { type: "feed_update", post: post("b", 2, { content: "whole", isLocked: false }) };
  assert.equal(feed.frame(update), true);
  feed.frame(update);
  assert.deepEqual(feed.posts.map(({ id }) => id), ["b", "a"]);
  assert.equal(feed.post("b").locked, false);
  assert.equal(feed.frame({ type: "feed_update" }), false);
});

test("times with and without a fraction are in order", () => {
  const at = (createdAt) => post(createdAt, 0, { createdAt });
  const feed = feedWith(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:00.500000Z"));
  assert.equal(feed.posts[0].createdAt, "2026-01-01T00:00:00.500000Z");
});

test("what is no feed frame changes nothing", () => {
  const feed = feedWith(post("p"));
  for (const frame of [undefined, null, "text", 1, {}, { type: "hello" }, { type: "constructor" }, { type: "comment_added" }, { type: "post_created", post: 1 }]) assert.equal(feed.frame(frame), false);
});

test("a comment that comes while the list is read again does not become a post", () => {
  const feed = feedWith(post("p"));
  const load = feed.startLoad();
  feed.frame({ type: "comment_added", postId: "p", comment: comment("c"), commentsCount: 1, version: 1 });
  feed.loaded(load, [post("p")]);
  assert.deepEqual(feed.posts.map(({ id }) => id), ["p"]);
});

test("where the counters stood when the subscription began is taken, older frames are not", () => {
  const feed = feedWith(post("p"));
  feed.frame(liked(5, 10));
  assert.equal(feed.frame({ type: "counters", postId: "p", likesCount: 8, commentsCount: 2, version: 20 }), true);
  assert.deepEqual([feed.post("p").likesCount, feed.post("p").commentsCount], [8, 2]);
  assert.equal(feed.frame(liked(7, 19)), false);
  assert.equal(feed.frame(liked(9, 21)), true);
  assert.equal(feed.post("p").likesCount, 9);
});

test("counters that nobody knows change nothing, and older ones neither", () => {
  const feed = feedWith(post("p", 0, { commentsCount: 4 }));
  feed.frame(liked(5, 10));
  assert.equal(feed.frame({ type: "counters", postId: "p", likesCount: 4, version: 10 }), false);
  assert.deepEqual([feed.post("p").likesCount, feed.post("p").commentsCount], [5, 4]);
});

const held = (feed, id) => feed.comments("p").find((one) => one.id === id);
const commentLiked = (likesCount, version) => ({ type: "comment_liked", postId: "p", commentId: "a", likesCount, version });

test("likes of a comment keep the newest version, also over a load and the counters of a subscribe", () => {
  const feed = feedWith(post("p"));
  feed.commentsLoaded(feed.startLoad(), "p", [{ ...comment("a"), likesCount: 1 }]);
  feed.frame(commentLiked(5, 10));
  feed.frame(commentLiked(4, 9));
  assert.equal(held(feed, "a").likesCount, 5);
  const load = feed.startLoad();
  feed.frame({ type: "counters", postId: "p", commentLikes: { a: 7 }, version: 12 });
  feed.frame({ type: "comment_like_state", postId: "p", commentId: "a", isLiked: true, version: 12 });
  feed.commentsLoaded(load, "p", [{ ...comment("a"), likesCount: 5, isLiked: false }]);
  assert.equal(held(feed, "a").likesCount, 7);
  assert.equal(held(feed, "a").isLiked, true);
});

test("a frame that knows less than the API takes nothing away", () => {
  const feed = feedWith(post("p"));
  feed.commentsLoaded(feed.startLoad(), "p", []);
  feed.addComment("p", { ...comment("a"), isMine: true, isAnonymous: true });
  feed.frame({ type: "comment_added", postId: "p", comment: comment("a"), commentsCount: 1, version: 3 });
  assert.equal(held(feed, "a").isMine, true);
});

test("a deleted comment stays above its replies, without text or author", () => {
  const feed = feedWith(post("p"));
  const reply = { ...comment("b", 5), parentId: "a" };
  feed.commentsLoaded(feed.startLoad(), "p", [{ ...comment("a", 1), userId: "boris" }, comment("c", 2), reply, { ...comment("d", 6), parentId: "b" }]);
  assert.deepEqual(feed.thread("p").map(({ id, depth }) => [id, depth]), [["a", 0], ["b", 1], ["d", 1], ["c", 0]]);
  feed.frame({ type: "comment_deleted", postId: "p", commentId: "a", commentsCount: 3, version: 9 });
  assert.deepEqual(feed.thread("p").map(({ id }) => id), ["a", "b", "d", "c"]);
  const { isDeleted, content, userId } = held(feed, "a");
  assert.deepEqual({ isDeleted, content, userId }, { isDeleted: true, content: "", userId: null });
  feed.frame({ type: "comment_added", postId: "p", comment: comment("a", 1), commentsCount: 4, version: 8 });
  assert.equal(held(feed, "a").content, "");
});

test("comments that answer each other in a circle, or themselves, are shown all the same", () => {
  const feed = feedWith(post("p"));
  const answers = (id, parentId) => ({ ...comment(id), parentId });
  feed.commentsLoaded(feed.startLoad(), "p", [answers("a", "b"), answers("b", "a"), answers("c", "c")]);
  assert.deepEqual(feed.thread("p").map(({ id }) => id).sort(), ["a", "b", "c"]);
});

test("an edit changes the post and leaves counters and own state", () => {
  const feed = feedWith(post("p", 0, { content: "old", isLocked: false, locked: false, price: 5, isLiked: true, likesCount: 3 }));
  const edited = { id: "p", creatorId: "anna", title: "new", content: "new text", isLocked: false, createdAt: post("p").createdAt };
  assert.equal(feed.frame({ type: "post_updated", postId: "p", post: edited, version: 20 }), true);
  assert.equal(feed.frame({ type: "post_updated", postId: "p", post: { ...edited, title: "older" }, version: 19 }), false);
  const { title, content, price, isLiked, likesCount } = feed.post("p");
  assert.deepEqual({ title, content, price, isLiked, likesCount }, { title: "new", content: "new text", price: null, isLiked: true, likesCount: 3 });
});

test("of an edited locked post the public part and the whole come in any order, and both count", () => {
  const whole = { id: "p", title: "new", content: "new text", isLocked: true, createdAt: post("p").createdAt };
  const { content: _, ...teaser } = whole;
  for (const order of [[whole, teaser], [teaser, whole]]) {
    const feed = feedWith(post("p", 0, { content: "old", isLocked: true, locked: false }));
    for (const part of order) feed.frame({ type: "post_updated", postId: "p", post: part, version: 20 });
    assert.equal(feed.post("p").content, "new text");
    assert.equal(feed.post("p").locked, false);
  }
});

test("a post that is closed by an edit loses its text; one that is opened has it", () => {
  const feed = feedWith(post("p", 0, { content: "old", isLocked: false, locked: false }));
  const edited = { id: "p", title: "p", createdAt: post("p").createdAt };
  feed.frame({ type: "post_updated", postId: "p", post: { ...edited, isLocked: true }, restricted: true, version: 20 });
  assert.deepEqual([feed.post("p").locked, feed.post("p").content, feed.post("p").closedReason], [true, null, "restricted"]);
  feed.frame({ type: "post_updated", postId: "p", post: { ...edited, isLocked: false, content: "again" }, version: 21 });
  assert.deepEqual([feed.post("p").locked, feed.post("p").content], [false, "again"]);
});

test("the public part of an edit does not close what an answer on its way opens", () => {
  const feed = feedWith(post("p", 0, { content: "text", isLocked: true, locked: false }));
  const teaser = { id: "p", title: "p", isLocked: true, createdAt: post("p").createdAt };
  feed.frame({ type: "post_updated", postId: "p", post: teaser, restricted: true, version: 20 });
  const load = feed.startLoad();
  feed.frame({ type: "post_updated", postId: "p", post: teaser, version: 20 });
  feed.loaded(load, [post("p", 0, { content: "text", isLocked: true, locked: false })]);
  assert.deepEqual([feed.post("p").locked, feed.post("p").content], [false, "text"]);
});

test("why a post was closed stays until it is open again, whichever frame said so first", () => {
  const open = post("p", 0, { content: "text", isLocked: true, locked: false });
  const closed = { ...open, content: null, locked: true };
  for (const close of [
    (feed) => feed.lock("p", "refunded"),
    (feed) => feed.frame({ type: "post_locked", postId: "p", reason: "refunded" }),
    (feed) => feed.frame({ type: "subscription_cancelled", creatorId: "anna", reason: "refunded" }),
  ]) {
    const feed = feedWith(open);
    close(feed);
    feed.loaded(feed.startLoad(), [closed]);
    assert.equal(feed.post("p").closedReason, "refunded");
    feed.loaded(feed.startLoad(), [open]);
    feed.loaded(feed.startLoad(), [closed]);
    assert.equal(feed.post("p").closedReason, undefined);
  }
});

test("authors stay known when the feed shows others, or nobody", () => {
  const feed = feedWith({ id: "p", creatorId: "anna", isLocked: false, locked: false });
  feed.frame({ type: "feed_update", post: { id: "q", creatorId: "eva", isLocked: false, content: "c" } });
  feed.loaded(feed.startLoad(), []);
  assert.deepEqual(feed.authors, ["anna", "eva"]);
});

test("a reason that comes after the closing explains it", () => {
  const open = { id: "p", creatorId: "anna", isLocked: true, locked: false };
  const closed = { ...open, locked: true };
  for (const close of [(feed) => feed.lock("p", ""), (feed) => feed.loaded(feed.startLoad(), [closed])]) {
    const feed = feedWith(open);
    close(feed);
    assert.equal(feed.post("p").closedReason, undefined);
    assert.equal(feed.frame({ type: "subscription_updated", creatorId: "anna", tier: "basic" }), true);
    assert.equal(feed.post("p").closedReason, "downgraded");
    assert.equal(feed.frame({ type: "subscription_cancelled", creatorId: "anna", reason: "refunded" }), false);
  }
  const never = feedWith(closed);
  assert.equal(never.frame({ type: "subscription_updated", creatorId: "anna", tier: "basic" }), false);
  assert.equal(never.post("p").closedReason, undefined);
});

test("an open post that is closed says that its author did it, whatever says so first", () => {
  const open = post("p", 0, { content: "text", isLocked: false, locked: false });
  const closed = { ...open, isLocked: true, locked: true, content: null };
  const { content: _, ...teaser } = { ...open, isLocked: true };
  for (const close of [
    (feed) => feed.lock("p"),
    (feed) => feed.frame({ type: "post_updated", postId: "p", post: teaser, version: 20 }),
    () => undefined,
  ]) {
    const feed = feedWith(open);
    close(feed);
    feed.loaded(feed.startLoad(), [closed]);
    assert.equal(feed.post("p").closedReason, "restricted");
  }
});

test("a profile is learnt piece by piece", () => {
  const feed = feedWith(post("p"));
  feed.frame({ type: "creator_updated", creatorId: "anna", changes: { bio: "sea", avatar: "https://x/a.png" } });
  assert.deepEqual(feed.person("anna"), { nickname: "Анна", bio: "sea", avatar: "https://x/a.png" });
  feed.frame({ type: "creator_updated", creatorId: "anna", changes: { avatar: "" } });
  assert.equal(feed.person("anna").avatar, "");
  assert.deepEqual(feed.people, ["anna"]);
});
