import { RateLimit } from "../auth/rate-limit.ts";
import { Clock } from "../kernel/clock.ts";
import { usePorts } from "../kernel/context.ts";
import { boxToken, type Host, throughBox } from "../sign-in/box-link.ts";
import { visitor } from "../sign-in/visitor.ts";
import { Vault } from "../storage/vault/vault.ts";
import { addressOf } from "./addresses.ts";
import type { Channel } from "./suppression.rules.ts";

/**
 * Links by which whoever has an address says what they want to be sent. They are about the address, whoever it belongs to by now: channel and
 * address stand in them, encrypted, and nothing is stored for them.
 */

export interface Named {
  channel: Channel;
  address: string;
  /** The message in which the link stood. */
  message: string | null;
}

const DAY = 24 * 60 * 60 * 1000;
const LIFETIME = 3650 * DAY;
/** Boxes are of so many lengths alone: one does not tell how long an address is. */
const STEP = 64;

const NAME = "reach";

/** The page at which somebody who was written to says what they want. */
export async function linkOf({
  channel,
  address,
  message = null,
}: Omit<Named, "message"> & { message?: string | null }): Promise<string> {
  const { point } = await addressOf(channel, address);
  const said = JSON.stringify([channel, point.normalized, message, Clock.ms()]);
  const bytes = Buffer.byteLength(said);
  const padded = said + " ".repeat(Math.ceil(bytes / STEP) * STEP - bytes);
  return `${usePorts().origin}/u/${await boxToken(NAME, padded)}`;
}

/** What lets a mail program unsubscribe by one press (RFC 8058, RFC 2369). */
export async function unsubscribeHeaders(mail: { address: string; message?: string | null }): Promise<Record<string, string>> {
  const link = await linkOf({ channel: "email", ...mail });
  return { "List-Unsubscribe": `<${link}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
}

/** Undefined for one that is too old. */
function read(said: string): Named | undefined {
  const [channel, address, message, at] = JSON.parse(said) as [Channel, string, string | null, number];
  return at + LIFETIME > Clock.ms() ? { channel, address, message } : undefined;
}

export type Opened = Named & Host;

/** Choices a minute, of one place. */
const MOST_CHOICES = 20;

const counted = ({ channel, address }: Named): Promise<string> => Vault.mac("reach", JSON.stringify([channel, address]));

/** Does `work` for what a link is about; NOT_FOUND for one that is not good, whyever. */
export const through = <T>(token: string, work: (open: Opened) => Promise<T>): Promise<T> =>
  throughBox(token, { name: NAME, read, counted, limits: [60, 600] }, work);

export const takeChoice = async (named: Named): Promise<unknown> =>
  RateLimit.take(`${NAME}.choice.${await counted(named)}.${visitor()}`, MOST_CHOICES);

export * as ReachLink from "./link.ts";
