import { usePorts, useTenant } from "../../kernel/context.ts";
import { keyFor } from "../../storage/vault/secret.ts";
import { tracked } from "./links.rules.ts";
import { sealed } from "./token.rules.ts";

/** The HTML of a mail as it goes out, where opens and clicks are counted; the text beside it is never changed. */

export interface TrackedMail {
  /** Our id of the message. */
  message: string;
  /** When it was written: the same at each try. */
  at: string;
  html: string;
  /** Addresses that stay: those of List-Unsubscribe. */
  plain?: readonly string[];
  /** Whether a link is put in that no person sees. */
  has_trap?: boolean;
}

export async function htmlOf({
  message,
  at,
  html,
  plain = [],
  has_trap = false,
}: TrackedMail): Promise<{ html: string; links: number }> {
  const key = await keyFor("tracking");
  const { origin } = usePorts();
  const own = { tenant: useTenant(), message, at: Date.parse(at) };
  const click = (address: string, link: number): string =>
    `${origin}/t/c/${sealed({ ...own, kind: "click", link, address }, key)}`;
  let links = 0;
  const written = tracked(html, {
    ...{ origin, plain },
    link(address, number) {
      links = number;
      return click(address, number);
    },
    point: `${origin}/t/o/${sealed({ ...own, kind: "open", link: 0, address: "" }, key)}`,
    ...(has_trap ? { trap: click("", 0) } : {}),
  });
  return { html: written, links };
}

export * as TrackedMails from "./mail.ts";
