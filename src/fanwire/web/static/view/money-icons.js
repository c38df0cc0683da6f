// Icons of messages and money, as stroke paths.

import { icon } from "./dom.js";

export const backIcon = () => icon("back", "M15 5l-7 7 7 7");
export const tickIcon = () => icon("tick", "M5 12.5l4.5 4.5L19 7.5");
export const ticksIcon = () => icon("ticks", "M2 12.5l4.5 4.5L16 7.5M11 16l1 1L21.5 7.5");
