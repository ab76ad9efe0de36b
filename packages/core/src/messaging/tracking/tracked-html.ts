import { usePorts, useTenant } from "../../kernel/context.ts";
import { memoize } from "../../kernel/memoize.ts";
import { appendUtm, type Utm } from "../../people/interaction/utm.rules.ts";
import { keyFor } from "../../storage/vault/secret.ts";
import { encryptToken } from "./token.rules.ts";

/** Builds the HTML of a tracked mail. The plain text is never changed. */

/** The module contains an HTML parser, so it is loaded with the first tracked mail. */
const loadLinkRewriting = memoize(() => import("./link-rewriting.rules.ts"));

export interface TrackedMail {
  /** The id of the message. */
  message: string;
  /** When the message was written: the same at each try. */
  at: string;
  html: string;
  /** URLs that are not tracked, such as that of List-Unsubscribe. */
  plain?: readonly string[];
  /** The UTM parameters that links get. */
  utm?: Utm;
}

export async function build({
  message,
  at: sentAt,
  html,
  plain = [],
  utm = {},
}: TrackedMail): Promise<{ html: string; links: number }> {
  const key = await keyFor("links", "tracking");
  const { origin } = usePorts();
  const commonClaims = { tenant: useTenant(), message, at: Date.parse(sentAt) };
  const click = (address: string, link: number): string =>
    `${origin}/t/c/${encryptToken({ ...commonClaims, kind: "click", link, address }, key)}`;
  let count = 0;
  const { rewriteLinks: tracked } = await loadLinkRewriting();
  const rewrittenHtml = tracked(html, {
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

export * as TrackedHtml from "./tracked-html.ts";
