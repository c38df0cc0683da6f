// Icons as stroke paths: no image files, no markup.

import { icon } from "./dom.js";

export const bellIcon = () =>
  icon("bell", "M6 9a6 6 0 0 1 12 0c0 6 2.5 7 2.5 7h-17S6 15 6 9M10 20a2.2 2.2 0 0 0 4 0");
export const heartIcon = () =>
  icon("heart", "M12 20S4 15 4 9.2A4.2 4.2 0 0 1 12 7a4.2 4.2 0 0 1 8 2.2C20 15 12 20 12 20Z");
export const commentIcon = () => icon("comment", "M4 5h16v11H11l-4 4v-4H4Z");
export const lockIcon = () => icon("lock", "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3");
export const plugIcon = () => icon("plug", "M9 3v5M15 3v5M6.5 8h11v4a5.5 5.5 0 0 1-11 0ZM12 17.5V21");
export const plusIcon = () => icon("plus", "M12 5v14M5 12h14");
export const closeIcon = () => icon("close", "M6 6l12 12M18 6 6 18");
