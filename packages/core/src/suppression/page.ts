import * as z from "zod";
import { fn } from "../kernel/fn.ts";
import { oneOf, text } from "../kernel/schema.ts";
import { HeldAddresses } from "./held.ts";
import { type Opened, takeChoice, through } from "./link.ts";
import type { Suppression } from "./reasons.rules.ts";
import { type Channel, channels } from "./suppression.rules.ts";
import { Suppressions } from "./suppressions.ts";

/** What somebody who was written to sees and says on the page of their link. Opening it does nothing. */

/**
 * `on` and `off` are theirs to switch. Of the others the page says what to do: somebody else put the address on the list, or their person
 * refuses (`noted`); they answered STOP; a provider says that nothing arrives, or that it is spam.
 */
export type Standing = "on" | "off" | "noted" | "stopped" | "bounced" | "complained";

export interface Look {
  token: string;
  organisation: string;
  language: string;
  /** The address, masked: a mail may have been passed on. */
  to: string;
  channels: readonly { channel: Channel; standing: Standing }[];
}

const token = text(1000);

export const look = fn(z.object({ token }), ({ token: given }) => through(given, lookOf));

/** What reaches the address of a link. */
const besides = ({ channel }: Opened): readonly Channel[] =>
  channel === "email" ? ["email"] : channels.filter((each) => each !== "email");

async function lookOf(open: Opened): Promise<Look> {
  const { token: given, organisation, language, channel, address } = open;
  const standings = besides(open).map(async (each) => ({ channel: each, standing: await standingOf(each, address) }));
  return { token: given, organisation, language, to: masked(channel, address), channels: await Promise.all(standings) };
}

const said: readonly (readonly [Suppression, Standing])[] = [
  ["COMPLAINED", "complained"],
  ["BOUNCED", "bounced"],
  ["STOP", "stopped"],
  ["BY_HAND", "noted"],
  ["UNSUBSCRIBED", "off"],
];

async function standingOf(channel: Channel, address: string): Promise<Standing> {
  const reasons = await Suppressions.of(channel, address);
  const [, standing] = said.find(([reason]) => reasons.includes(reason)) ?? [];
  if (standing) return standing;
  return (await HeldAddresses.isRefused({ channel, address, purpose: "marketing" })) ? "noted" : "on";
}

/** `j•••@mail.example`, `•••• 67`. */
const masked = (channel: Channel, address: string): string =>
  channel === "email" ? address.replace(/^(.)[^@]*/u, "$1•••") : `•••• ${address.slice(-2)}`;

const Choice = z.object({ token, channel: oneOf(channels), act: oneOf(["in", "out"]) });

/** Opts out of marketing on a channel, or in again. Twice is once. */
export const choose = fn(Choice, ({ token: given, channel, act }) =>
  through(given, async (open) => {
    await takeChoice(open);
    if (besides(open).includes(channel)) await chosen(open, channel, act);
    return lookOf(open);
  }),
);

/** One press in a mail program (RFC 8058): out of marketing, on the channel of the link. */
export const press = fn(z.object({ token }), ({ token: given }) =>
  through(given, async (open) => {
    await takeChoice(open);
    await chosen(open, open.channel, "out");
    return lookOf(open);
  }),
);

async function chosen({ address, message }: Opened, channel: Channel, act: "in" | "out"): Promise<void> {
  const told = { channel, address };
  if (act === "out") await Suppressions.add({ ...told, reason: "UNSUBSCRIBED", source: message && `message ${message}` });
  else await Suppressions.lift({ ...told, reasons: ["UNSUBSCRIBED"], by: "SELF" });
}

export * as ReachPage from "./page.ts";
