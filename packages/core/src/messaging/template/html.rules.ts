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

export const describeFieldInAttribute = (attribute: string): string =>
  `Merge fields are not allowed in the attribute "${attribute}", only between tags`;

function findAttributeFault(name: string, value: string): string | undefined {
  if (!allowedAttributes.has(name)) return `The attribute "${name}" is not allowed in HTML mails`;
  if (value.includes("{{") || value.includes("}}")) return describeFieldInAttribute(name);
  if (name === "href" && !LINK_PATTERN.test(value)) return "The address in href must be http, https, mailto or tel";
  if (name === "src" && !IMAGE_PATTERN.test(value)) return "The address in src must be https";
  if (name === "style" && FORBIDDEN_STYLE_PATTERN.test(value)) return "A style must not fetch or run anything";
  return undefined;
}

/** Returns all errors, without duplicates. */
export function findFaults(html: string): string[] {
  const [, ...tags] = html.replace(DOCTYPE_PATTERN, "").split("<");
  const faults = tags.flatMap((tag): string[] => {
    const [, , name = "", attributes = ""] = TAG_PATTERN.exec(tag) ?? [];
    if (name === "") return [`"<${tag.slice(0, 20)}" is not a tag: write &lt; for the character itself`];
    if (!allowedElements.has(name.toLowerCase())) return [`The element "${name}" is not allowed in HTML mails`];
    return [...attributes.matchAll(ATTRIBUTE_PATTERN)].flatMap(
      ([, attribute = "", value, alternateValue]) =>
        findAttributeFault(attribute.toLowerCase(), value ?? alternateValue ?? "") ?? [],
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
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity, name: string) => namedCharacters[name] ?? entity)
    .replaceAll(/ *\n */g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
