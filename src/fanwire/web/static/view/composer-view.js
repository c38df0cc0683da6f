// The button that opens the form of a new post.

import { el, setAttribute } from "./dom.js";
import { freshId } from "./fresh-id.js";
import { plusIcon } from "./icons.js";
import { PostForm } from "./post-form.js";

export class ComposerView {
  constructor(person) {
    const id = freshId("composer");
    const opener = { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": id };
    this.opener = el("button", { ...opener, on: { click: () => this.#open() } }, plusIcon(), el("span", { text: "composer.open" }));
    this.form = new PostForm({ id, onSend: (post) => person.posts.publish(post), onCancel: () => this.#close() });
    this.form.element.hidden = true;
    this.element = el("div", { class: "composer" }, this.opener, this.form.element);
  }

  render() {
    this.form.render();
  }

  #open() {
    this.form.fill(null);
    this.#show(true);
    this.form.focus();
  }

  #close() {
    this.#show(false);
    this.opener.focus();
  }

  #show(open) {
    this.form.element.hidden = !open;
    this.opener.hidden = open;
    setAttribute(this.opener, "aria-expanded", String(open));
  }
}
