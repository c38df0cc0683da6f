// How the connection is, and the button that drops it.

import { t } from "../text/language.js";
import { el, setAttribute, setText } from "./dom.js";
import { plugIcon } from "./icons.js";

const SECONDS = 10;

export class ConnectionView {
  constructor(person, onDrop) {
    this.person = person;
    this.onDrop = onDrop;
    this.stateText = el("span");
    this.state = el("p", { class: "state", role: "status" }, el("span", { class: "dot", "aria-hidden": "true" }), this.stateText);
    this.buttonText = el("span");
    this.button = el("button", { type: "button", class: "drop", on: { click: () => this.#press() } }, plugIcon(), this.buttonText);
    // The seconds are for the eye: spoken each second they would drown everything else.
    this.left = el("span", { class: "left", "aria-hidden": "true" });
    this.back = el("span", { class: "back", role: "status" });
    this.bar = el("div", { class: "drop-bar" }, this.button, this.left, this.back);
  }

  render() {
    const { connection, secondsLeft, missed } = this.person;
    setText(this.stateText, t(`state.${connection.name}`));
    setAttribute(this.state, "title", connection.reason);
    setAttribute(this.state, "data-state", connection.name);
    setText(this.buttonText, t(this.#act()));
    this.button.disabled = connection.name === "connecting";
    setText(this.left, secondsLeft ? t("drop.left", { n: secondsLeft }) : "");
    setText(this.back, missed === null ? "" : t(missed ? "drop.back" : "drop.nothing", { n: missed }));
  }

  #act() {
    if (this.person.secondsLeft) return "drop.now";
    return this.person.connection.name === "disconnected" ? "connect.button" : "drop.button";
  }

  #press() {
    if (this.#act() !== "drop.button") {
      this.person.comeBack();
      return;
    }
    this.onDrop();
    this.person.dropConnection(SECONDS);
  }
}
