// What a person has to know at once: that something was refused, or that something of theirs was closed.

import { t } from "../text/language.js";
import { el, setText } from "./dom.js";

export class NoticeView {
  constructor(person) {
    this.person = person;
    this.element = el("div", { class: "notices" }, this.#makeError(), this.#makeNews());
  }

  #makeError() {
    this.errorText = el("p");
    this.retry = el("button", { type: "button", class: "small", text: "error.retry", on: { click: () => this.person.start() } });
    const close = el("button", { type: "button", class: "small", text: "error.close", on: { click: () => this.person.closeError() } });
    this.error = el("div", { class: "notice error", role: "alert", hidden: true }, this.errorText, this.retry, close);
    return this.error;
  }

  #makeNews() {
    this.newsText = el("p");
    const close = el("button", { type: "button", class: "small", text: "error.close", on: { click: () => this.person.tell(null) } });
    this.news = el("div", { class: "notice news", role: "status", hidden: true }, this.newsText, close);
    return this.news;
  }

  render() {
    const { error, news, me } = this.person;
    this.error.hidden = !error;
    this.retry.hidden = Boolean(me);
    if (error) setText(this.errorText, this.#errorText(error));
    this.news.hidden = !news;
    setText(this.newsText, news ? news() : "");
  }

  #errorText(error) {
    if (error.status === 0) return t("error.network");
    if (error.status === 404 && !this.person.me) return t("error.signIn");
    return t("error.server", { detail: error.message });
  }
}
