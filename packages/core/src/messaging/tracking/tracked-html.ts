import { usePorts, useTenant } from "../../kernel/context.ts";
import { escapeHtml } from "../../kernel/html.ts";
import { memoize } from "../../kernel/memoize.ts";
import { appendUtm, type Utm } from "../../people/interaction/utm.rules.ts";
import { keyFor } from "../../storage/vault/secret.ts";
import { encryptToken } from "./token.rules.ts";

/** Builds the HTML of a tracked mail. The plain text is never changed. */

/** The module contains an HTML parser, so it is loaded with the first tracked mail. */
const loadLinkRewriting = memoize(() => import("./link-rewriting.rules.ts"));

interface LinkedMail {
  html: string;
  /** URLs that stay as they are, such as that of List-Unsubscribe. */
  plain?: readonly string[];
  /** The UTM parameters that links get. */
  utm?: Utm;
}

export interface TrackedMail extends LinkedMail {
  /** The id of the message. */
  message: string;
  /** When the message was written: the same at each try. */
  sentAt: string;
}

export async function build({
  message,
  sentAt,
  html,
  plain = [],
  utm = {},
}: TrackedMail): Promise<{ html: string; links: number }> {
  const key = await keyFor("links", "tracking");
  const { origin } = usePorts();
  const commonClaims = { tenant: useTenant(), message, issuedAt: Date.parse(sentAt) };
  const click = (address: string, link: number): string =>
    `${origin}/t/c/${encryptToken({ ...commonClaims, kind: "click", link, address }, key)}`;
  let count = 0;
  const { rewriteLinks } = await loadLinkRewriting();
  const rewrittenHtml = rewriteLinks(html, {
    ...{ origin, plain },
    buildLink(address, number) {
      count = number;
      return click(appendUtm(address, utm), number);
    },
    pixelUrl: `${origin}/t/o/${encryptToken({ ...commonClaims, kind: "open", link: 0, address: "" }, key)}`,
    trapUrl: click("", 0),
  });
  return { html: rewrittenHtml, links: count };
}

/** Adds UTM parameters to the links of a mail that is not tracked. Only links that lack one of them change. */
export async function addUtm({ html, plain = [], utm = {} }: LinkedMail): Promise<string> {
  if (Object.keys(utm).length === 0) return html;
  const { rewriteLinks } = await loadLinkRewriting();
  const buildLink = (address: string): string => {
    const url = appendUtm(address, utm);
    return url === address ? address : escapeHtml(url);
  };
  return rewriteLinks(html, { origin: usePorts().origin, plain, buildLink });
}

export * as TrackedHtml from "./tracked-html.ts";
