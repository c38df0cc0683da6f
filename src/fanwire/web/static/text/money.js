// Phrases of messages, tips, flash sales and auctions, in both languages.
export default {
  en: {},
  ru: {},
};
