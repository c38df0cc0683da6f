// The event log of one column: every event with its channel, its offset and how it came.

import { clockTime, t } from "../text/language.js";
import { each, el, setAttribute, setText } from "./dom.js";
import { eventText } from "./event-text.js";

// Half a line of slack: a reader who has scrolled up is not pulled down again.
const NEAR_THE_END = 12;

class EntryView {
  constructor(feed) {
    this.feed = feed;
    this.time = el("time");
    this.what = el("span", { class: "entry-text" });
    this.mark = el("span", { class: "mark" });
    this.type = el("code");
    this.channel = el("span", { class: "entry-channel" });
    this.offset = el("span", { class: "entry-offset" });
    const source = el("span", { class: "entry-source" }, this.type, this.channel, this.offset);
    this.element = el("li", { class: "entry" }, this.time, this.what, this.mark, source);
  }

  update({ at, channel, offset, mark, data }) {
    setText(this.time, clockTime(at));
    setText(this.what, eventText(data, this.feed));
    setText(this.type, String(data?.type ?? "?"));
    setText(this.channel, channel);
    setText(this.offset, offset === undefined ? "" : `#${offset}`);
    setAttribute(this.offset, "title", offset === undefined ? null : t("log.offset", { offset }));
    setText(this.mark, mark && t(`log.mark.${mark}`));
    const facts = { channel, offset, mark, type: data?.type };
    for (const [name, fact] of Object.entries(facts)) setAttribute(this.element, `data-${name}`, fact);
  }
}

export class LogView {
  #views = new Map();

  constructor(person) {
    this.person = person;
    this.count = el("span", { class: "count" });
    this.empty = el("p", { class: "quiet", text: "log.empty" });
    this.list = el("ol", { class: "entries", label: "log.title", tabindex: "0" });
    const summary = el("summary", {}, el("span", { text: "log.title" }), this.count);
    this.element = el("details", { class: "log" }, summary, this.empty, this.list);
  }

  /** Opens the log: something worth seeing is about to come. */
  show() {
    this.element.open = true;
  }

  render() {
    const { log, feed } = this.person;
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    setText(this.count, t("log.count", { n: log.count }));
    this.empty.hidden = log.count > 0;
    this.list.hidden = log.count === 0;
    each(this.list, this.#views, log.entries, () => new EntryView(feed));
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
  }
}
