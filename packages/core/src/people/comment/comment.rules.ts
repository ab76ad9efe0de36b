/** Pure rules: mentions in the text of a comment. */

/** Mentions of one comment. */
export const MAX_MENTIONS = 20;

/** Number of characters of a comment that lists and notifications show, and that searches cover. */
export const EXCERPT_LENGTH = 280;
/** Characters of the content that can be in the excerpt: a name can be shorter than its mention. */
const EXCERPT_SOURCE_LENGTH = 40 * EXCERPT_LENGTH;

/** `@[usr_…]` mentions a user, `@[tea_…]` a team. */
const TOKEN_PATTERN = /@\[((?:usr|tea)_[0-9a-z]+)\]/g;

/** Lists the ids that a text mentions, each once, in the order of the text. */
export const parseMentions = (content: string): string[] => [
  ...new Set([...content.matchAll(TOKEN_PATTERN)].map(([, id = ""]) => id)),
];

/** Replaces the mentions in a text by names. A mention without a name becomes `@…`. */
const renderMentions = (content: string, names: ReadonlyMap<string, string>): string =>
  content.replaceAll(TOKEN_PATTERN, (_, id: string) => `@${names.get(id) ?? "…"}`);

/** Returns the beginning of a text, with the names of those whom it mentions. */
export const buildExcerpt = (content: string, names: ReadonlyMap<string, string>): string =>
  [...renderMentions(content.slice(0, EXCERPT_SOURCE_LENGTH), names)].slice(0, EXCERPT_LENGTH).join("");
