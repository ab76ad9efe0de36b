/** Finds the addresses in a text that a link may open: of the web and of mail. Everything else stays text. */

type TextPart = { readonly text: string; readonly href?: string };

/** Where an address may begin. It ends at a space, a quotation mark or a bracket of code. */
const CANDIDATE =
  /\b(?:https?:\/\/|mailto:|www\.)[^\s<>"`\u200e\u200f\u202a-\u202e\u2066-\u2069]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
/** What a sentence puts after an address. */
const PUNCTUATION = /[.,;:!?'’”»…*_~]+$/u;
const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

/** Takes off what belongs to the sentence around the address: `(see https://a.example/b).` */
function trimAddress(candidate: string): string {
  let address = candidate;
  for (;;) {
    const shorter = address.replace(PUNCTUATION, "");
    const [opening, closing] = ["(", ")"].map((sign) => shorter.split(sign).length);
    const next = shorter.endsWith(")") && (closing ?? 0) > (opening ?? 0) ? shorter.slice(0, -1) : shorter;
    if (next === address) return address;
    address = next;
  }
}

/** Returns the address that a link opens. Undefined where it would lead elsewhere than it says, such as with a user name before the host. */
function toHref(text: string): string | undefined {
  const isMail = !/^(?:https?:|mailto:|www\.)/i.test(text);
  const address = isMail ? `mailto:${text}` : /^www\./i.test(text) ? `https://${text}` : text;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!SCHEMES.has(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  return url.protocol === "mailto:" ? (url.pathname.includes("@") ? `mailto:${url.pathname}` : undefined) : url.href;
}

export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: candidate, index } of text.matchAll(CANDIDATE)) {
    const address = trimAddress(candidate);
    const href = toHref(address);
    if (href === undefined) continue;
    if (index > end) parts.push({ text: text.slice(end, index) });
    parts.push({ text: address, href });
    end = index + address.length;
  }
  if (end < text.length || parts.length === 0) parts.push({ text: text.slice(end) });
  return parts;
}
