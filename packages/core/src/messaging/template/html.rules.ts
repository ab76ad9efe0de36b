/**
 * HTML of mails, by a list of what is allowed. Anything else is refused and nothing is repaired: the mail is sent as written, and
 * contains no scripts for mail programs or preview pages. Merge fields are allowed only between tags, where a value is always text.
 */

const allowedElements = new Set(
  (
    "a abbr b blockquote body br center code dd div dl dt em font h1 h2 h3 h4 h5 h6 head hr html i img li ol p pre s small span " +
    "strong sub sup table tbody td tfoot th thead title tr u ul"
  ).split(" "),
);

const allowedAttributes = new Set(
  (
    "align alt bgcolor border cellpadding cellspacing class color colspan dir face height href id lang role rowspan size src style " +
    "target title valign width"
  ).split(" "),
);

const TAG_PATTERN = /^(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*\/?>/i;
const ATTRIBUTE_PATTERN = /([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/gi;
const DOCTYPE_PATTERN = /^\s*<!doctype html>/i;

/** Links must begin with one of these schemes. Letters after other characters are not a scheme. */
const LINK_PATTERN = /^(https?:\/\/|mailto:|tel:|#)/i;
const IMAGE_PATTERN = /^https:\/\//i;
/** Styles that fetch or run something, or that hide this. */
const FORBIDDEN_STYLE_PATTERN = /url\s*\(|expression|javascript|behavior|binding|fixed|\/\*|[\\&<>@]/i;

function findAttributeFault(name: string, value: string): string | undefined {
  if (!allowedAttributes.has(name)) return `No attribute "${name}" in HTML of mails`;
  if (value.includes("{{") || value.includes("}}")) return `A merge field within the attribute "${name}": between tags alone`;
  if (name === "href" && !LINK_PATTERN.test(value)) return "An address in href that is not http, https, mailto or tel";
  if (name === "src" && !IMAGE_PATTERN.test(value)) return "An address in src that is not https";
  if (name === "style" && FORBIDDEN_STYLE_PATTERN.test(value)) return "A style that fetches or runs something";
  return undefined;
}

/** Returns all errors, without duplicates. */
export function findFaults(html: string): string[] {
  const [, ...tags] = html.replace(DOCTYPE_PATTERN, "").split("<");
  const faults = tags.flatMap((said): string[] => {
    const [, , name = "", own = ""] = TAG_PATTERN.exec(said) ?? [];
    if (name === "") return [`No tag: "<${said.slice(0, 20)}"; the sign itself is &lt;`];
    if (!allowedElements.has(name.toLowerCase())) return [`No element "${name}" in HTML of mails`];
    return [...own.matchAll(ATTRIBUTE_PATTERN)].flatMap(
      ([, attribute = "", value, other]) => findAttributeFault(attribute.toLowerCase(), value ?? other ?? "") ?? [],
    );
  });
  return [...new Set(faults)];
}

const namedCharacters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

/** Returns the text of HTML, for the plain text version. */
export const toPlainText = (html: string): string =>
  html
    .replace(DOCTYPE_PATTERN, "")
    .replace(/<title>[^<]*<\/title>/gi, "")
    .replaceAll(/[ \t\r\n]+/g, " ")
    .replaceAll(/<br\b[^<>]*>|<\/(?:p|div|li|tr|h[1-6]|table|blockquote)>/gi, "\n")
    .replaceAll(/<[^<>]*>/g, "")
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (whole, name: string) => namedCharacters[name] ?? whole)
    .replaceAll(/ *\n */g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
