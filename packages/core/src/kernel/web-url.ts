/**
 * Web addresses, parsed as browsers do (WHATWG URL). The parser repairs much silently: it drops line ends and blanks around the address, and
 * reads a backslash as a slash. A person would then read another host than a program, so such texts are refused.
 */
interface UrlRules {
  /** Accept a user and password before the host. */
  takesCredentials?: boolean;
}

type ParsedUrl = { url: URL; problem?: undefined } | { url?: undefined; problem: string };

function findTextProblem(text: string): string | undefined {
  if (text !== text.trim()) return "Must not begin or end with a blank";
  if (/\p{C}/u.test(text)) return "Must not contain control characters or line ends";
  return text.includes("\\") ? "Must not contain a backslash: write / or %5C" : undefined;
}

/** Parses a complete URL with http or https. */
export function parseWebUrl(text: string, { takesCredentials = false }: UrlRules = {}): ParsedUrl {
  const problem = findTextProblem(text);
  if (problem !== undefined) return { problem };
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return { problem: "Must be a complete URL, such as https://www.example.com/path" };
  if (!takesCredentials && (url.username !== "" || url.password !== ""))
    return { problem: "Must not contain a user or password" };
  return { url };
}

export const findUrlProblem = (text: string, rules?: UrlRules): string | undefined => parseWebUrl(text, rules).problem;

/** Returns the scheme as a browser reads it, ignoring blanks. A host of several parts with a port has no scheme. */
const parseScheme = (text: string): string | undefined =>
  /^(?!(?:[\w-]+\.)+[\w-]+:\d{1,5}(?:[/?#]|$))([a-z][a-z0-9+.-]*):/i
    .exec(text.replaceAll(/[\s\p{C}]+/gu, ""))?.[1]
    ?.toLowerCase();

/** Whether a link to this address could run a program. */
export const hasUnsafeScheme = (text: string): boolean => !["http", "https", undefined].includes(parseScheme(text));

/** Returns what is wrong with an address that may lack a scheme. A text without a scheme may be no address at all, such as `none yet`. */
export function findLinkProblem(text: string): string | undefined {
  if (hasUnsafeScheme(text)) return "Must be a web address with http, https or no scheme";
  if (parseScheme(text) !== undefined) return findUrlProblem(text);
  const complete = `https://${text.replace(/^\/\//, "")}`;
  return findTextProblem(text) ?? (URL.canParse(complete) ? findUrlProblem(complete) : undefined);
}

/** Returns the address as the parser writes it; as it is, if it has no scheme or is invalid. */
export const serializeLink = (text: string): string => parseWebUrl(text, { takesCredentials: true }).url?.href ?? text;
