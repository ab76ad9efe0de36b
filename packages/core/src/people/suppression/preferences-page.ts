import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { oneOf, text } from "../../kernel/schema.ts";
import { AddressRefusal } from "./address-refused.ts";
import { type LinkVisit, limitChoices, withLink } from "./preferences-link.ts";
import type { SuppressionReason } from "./reasons.rules.ts";
import { type Channel, channels } from "./suppression.rules.ts";
import { Suppressions } from "./suppression-store.ts";

/** The page on which recipients choose what they get. Opening it changes nothing. */

/**
 * Recipients can switch between `on` and `off`. For the others the page says what to do. `noted`: staff put the address on the
 * list, or a person with the address refuses. `stopped`: the recipient answered STOP. `bounced` and `complained`: reported by a
 * provider.
 */
export type ChannelState = "on" | "off" | "noted" | "stopped" | "bounced" | "complained";

export interface PageView {
  token: string;
  organisation: string;
  language: string;
  /** The address, masked, because the mail may have been forwarded. */
  to: string;
  channels: readonly { channel: Channel; state: ChannelState }[];
}

const tokenField = text(1000);

export const render = fn(z.object({ token: tokenField }), ({ token: linkToken }) => withLink(linkToken, buildView));

/** Returns the channels that reach the address of a link. */
const listChannels = ({ channel }: LinkVisit): readonly Channel[] =>
  channel === "email" ? ["email"] : channels.filter((each) => each !== "email");

async function buildView(open: LinkVisit): Promise<PageView> {
  const { token, organisation, language, channel, address } = open;
  const standings = listChannels(open).map(async (each) => ({ channel: each, state: await resolveState(each, address) }));
  return { token: token, organisation, language, to: maskAddress(channel, address), channels: await Promise.all(standings) };
}

const stateByReason: readonly (readonly [SuppressionReason, ChannelState])[] = [
  ["COMPLAINED", "complained"],
  ["BOUNCED", "bounced"],
  ["STOP", "stopped"],
  ["BY_HAND", "noted"],
  ["UNSUBSCRIBED", "off"],
];

async function resolveState(channel: Channel, address: string): Promise<ChannelState> {
  const reasons = await Suppressions.readReasons(channel, address);
  const [, standing] = stateByReason.find(([reason]) => reasons.includes(reason)) ?? [];
  if (standing) return standing;
  return (await AddressRefusal.isRefused({ channel, address, purpose: "marketing" })) ? "noted" : "on";
}

/** For example `j•••@mail.example`, `•••• 67`. */
const maskAddress = (channel: Channel, address: string): string =>
  channel === "email" ? address.replace(/^(.)[^@]*/u, "$1•••") : `•••• ${address.slice(-2)}`;

const ChoiceInput = z.object({ token: tokenField, channel: oneOf(channels), act: oneOf(["in", "out"]) });

/** Opts out of marketing on a channel, or in again. Repeating it changes nothing. */
export const choose = fn(ChoiceInput, ({ token: linkToken, channel, act }) =>
  withLink(linkToken, async (open) => {
    await limitChoices(open);
    if (listChannels(open).includes(channel)) await applyChoice(open, channel, act);
    return buildView(open);
  }),
);

/** Opts out of marketing on the channel of the link, for one-click unsubscribing (RFC 8058). */
export const unsubscribe = fn(z.object({ token: tokenField }), ({ token: linkToken }) =>
  withLink(linkToken, async (open) => {
    await limitChoices(open);
    await applyChoice(open, open.channel, "out");
    return buildView(open);
  }),
);

async function applyChoice({ address, message }: LinkVisit, channel: Channel, act: "in" | "out"): Promise<void> {
  const target = { channel, address };
  if (act === "out") await Suppressions.add({ ...target, reason: "UNSUBSCRIBED", source: message && `message ${message}` });
  else await Suppressions.lift({ ...target, reasons: ["UNSUBSCRIBED"], by: "SELF" });
}

export * as PreferencesPage from "./preferences-page.ts";
