// Where a creator works: a new post.

import { ComposerView } from "../composer-view.js";
import { el } from "../dom.js";
import { studioIcon } from "../icons.js";

export class StudioPanel {
  static id = "studio";
  static icon = studioIcon;
  static isFor = (person) => person.isCreator;

  constructor(person) {
    this.composer = new ComposerView(person);
    this.element = el("div", { class: "stack" }, this.composer.element);
  }

  render() {
    this.composer.render();
  }
}
