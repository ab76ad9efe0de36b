import { usePorts, useTenant } from "../../kernel/context.ts";
import { lazily } from "../../kernel/once.ts";
import { keyFor } from "../../storage/vault/secret.ts";
import { sealed } from "./token.rules.ts";

/** The HTML of a mail as it goes out, where opens and clicks are counted; the text beside it is never changed. */

/** A parser of HTML, loaded for the first mail that is counted. */
const links = lazily(() => import("./links.rules.ts"));

export interface TrackedMail {
  /** Our id of the message. */
  message: string;
  /** When it was written: the same at each try. */
  at: string;
  html: string;
  /** Addresses that stay: those of List-Unsubscribe. */
  plain?: readonly string[];
}

export async function htmlOf({ message, at, html, plain = [] }: TrackedMail): Promise<{ html: string; links: number }> {
  const key = await keyFor("tracking");
  const { origin } = usePorts();
  const own = { tenant: useTenant(), message, at: Date.parse(at) };
  const click = (address: string, link: number): string =>
    `${origin}/t/c/${sealed({ ...own, kind: "click", link, address }, key)}`;
  let count = 0;
  const { tracked } = await links();
  const written = tracked(html, {
    ...{ origin, plain },
    link(address, number) {
      count = number;
      return click(address, number);
    },
    point: `${origin}/t/o/${sealed({ ...own, kind: "open", link: 0, address: "" }, key)}`,
    trap: click("", 0),
  });
  return { html: written, links: count };
}

export * as TrackedMails from "./mail.ts";
