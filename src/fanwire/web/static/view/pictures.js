// Pictures that can be chosen without an address at hand: they come with the page.

const NAMES = ["sea", "city", "sketch"];

/** Addresses of the pictures, whole, as the API wants them. */
export const SAMPLES = NAMES.map((name) => new URL(`/static/pictures/${name}.svg`, location.href).href);
