/**
 * The link with which a reader chooses what they get. It is made for each marketing mail when it leaves, so a template has its place only: a link to
 * `#preferences`. Other mails have no such link, so its place is removed from them.
 */

export const PREFERENCES_HREF = "#preferences";

const PLACE_PATTERN = /<a ([^<>]*)href=(["'])#preferences\2([^<>]*)>([^<]*)<\/a>/gi;

export const hasPreferencesPlace = (html: string): boolean => html.search(PLACE_PATTERN) !== -1;

/** Puts the link in its places, or removes them. The address must be escaped for an attribute. */
export const placePreferencesLink = (html: string, address: string | null): string =>
  html.replaceAll(PLACE_PATTERN, (_, before: string, _quote: string, after: string, label: string) =>
    address === null ? "" : `<a ${before}href="${address}"${after}>${label}</a>`,
  );
