import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { fn } from "../../kernel/fn.ts";
import { oneOf, text } from "../../kernel/schema.ts";
import { Preferences } from "../person/preferences.ts";
import { AddressRefusal, type PersonRecord } from "./address-refused.ts";
import { DoubleOptIn } from "./double-opt-in.ts";
import { decideMarketingConsent, needsOwnConsent } from "./marketing-consent.rules.ts";
import { hasOwnRefusal } from "./own-refusal.ts";
import { type LinkVisit, limitChoices, withLink } from "./preferences-link.ts";
import type { ChannelState, SuppressionReason, TypeState } from "./reasons.rules.ts";
import { type SubscriptionType, SubscriptionTypes } from "./subscription-type.ts";
import { type Channel, channels } from "./suppression.rules.ts";
import { Suppressions } from "./suppression-store.ts";

/** The page on which recipients choose what they get, and confirm consent that a form asked for. Opening it changes nothing. */

export interface TypeView {
  code: string;
  name: string;
  description: string | null;
  state: TypeState;
}

export interface ChannelView {
  channel: Channel;
  /** Of all marketing on the channel. While it is not `on`, no type can be switched. */
  state: ChannelState;
  types: readonly TypeView[];
}

export interface PageView {
  token: string;
  organisation: string;
  language: string;
  /** The address, masked, because the mail may have been forwarded. */
  to: string;
  channels: readonly ChannelView[];
  /** The consent that the button of the page confirms; undefined on pages without one. */
  confirmation: { code: string; type: string; text: string } | undefined;
}

const tokenField = text(1000);

export const render = fn(z.object({ token: tokenField }), ({ token }) => withLink(token, buildView));

/** Returns the channels that reach the address of a link. */
const listChannels = ({ channel }: LinkVisit): readonly Channel[] =>
  channel === "email" ? ["email"] : channels.filter((each) => each !== "email");

async function buildView(visit: LinkVisit): Promise<PageView> {
  const { token, organisation, language, channel, address } = visit;
  const [pending, views] = await Promise.all([
    DoubleOptIn.findOpen(visit),
    Promise.all(listChannels(visit).map((each) => buildChannel(each, address))),
  ]);
  const confirmation = pending && { code: pending.type.code, type: pending.type.name, text: pending.text };
  return { token, organisation, language, to: maskAddress(channel, address), channels: views, confirmation };
}

async function buildChannel(channel: Channel, address: string): Promise<ChannelView> {
  const [{ reasons, types: refusedTypes }, holders, types, isOptInRequired] = await Promise.all([
    Suppressions.readState(channel, address),
    AddressRefusal.loadHolders(channel, address),
    SubscriptionTypes.listForChannel(channel),
    Preferences.isMarketingOptInRequired(channel),
  ]);
  return {
    channel,
    state: await resolveState(channel, reasons, holders),
    types: types.flatMap((type) => {
      const { code, name, description } = type;
      const state = refusedTypes.includes(code) ? "off" : resolveTypeState({ type, channel, holders, isOptInRequired });
      return state === undefined ? [] : [{ code, name, description, state }];
    }),
  };
}

const stateByReason: readonly (readonly [SuppressionReason, ChannelState])[] = [
  ["COMPLAINED", "complained"],
  ["BOUNCED", "bounced"],
  ["STOP", "stopped"],
  ["BY_HAND", "noted"],
  ["UNSUBSCRIBED", "off"],
];

async function resolveState(
  channel: Channel,
  reasons: readonly SuppressionReason[],
  holders: readonly PersonRecord[],
): Promise<ChannelState> {
  const [, state] = stateByReason.find(([reason]) => reasons.includes(reason)) ?? [];
  if (state) return state;
  if (await AddressRefusal.isRefusedBy(holders, { channel, purpose: "marketing" })) return "noted";
  // A person may have opted out by the link of a mail to another address.
  return holders.some((person) => Preferences.findAnswer(person, channel, "marketing") === "REFUSED") ? "off" : "on";
}

interface TypeQuestion {
  type: SubscriptionType;
  channel: Channel;
  holders: readonly PersonRecord[];
  isOptInRequired: boolean;
}

/**
 * Returns the state of a type that the list does not refuse, by the answers of the persons with the address. Without such a person
 * consent cannot be recorded, so types that need it are left out (undefined).
 */
function resolveTypeState({ type, channel, holders, isOptInRequired }: TypeQuestion): TypeState | undefined {
  if (holders.length === 0) return needsOwnConsent(type) ? undefined : "on";
  if (holders.some((person) => hasOwnRefusal(person, channel, type.code))) return "noted";
  const decisions = holders.map(({ preferences }) => decideMarketingConsent({ preferences, channel, type, isOptInRequired }));
  return decisions.includes("allowed") && !decisions.includes("refused") ? "on" : "off";
}

/** For example `j•••@mail.example`, `•••• 67`. */
const maskAddress = (channel: Channel, address: string): string =>
  channel === "email" ? address.replace(/^(.)[^@]*/u, "$1•••") : `•••• ${address.slice(-2)}`;

const ChoiceInput = z.object({
  token: tokenField,
  channel: oneOf(channels),
  type: text(64).optional(),
  act: oneOf(["in", "out"]),
});

/** Opts out of all marketing on a channel, or of a type, or in again. Repeating it changes nothing. */
export const choose = fn(ChoiceInput, ({ token, channel, type, act }) =>
  withLink(token, async (visit) => {
    await limitChoices(visit);
    const isShown = type === undefined || (await SubscriptionTypes.listForChannel(channel)).some(({ code }) => code === type);
    if (isShown && listChannels(visit).includes(channel)) await applyChoice(visit, { channel, type: type ?? null, act });
    return buildView(visit);
  }),
);

/**
 * Opts out, on the channel of the link, of the type of the link, or else of all marketing: for one-click unsubscribing (RFC 8058). The
 * link of a confirmation opts out of nothing.
 */
export const unsubscribe = fn(z.object({ token: tokenField }), ({ token }) =>
  withLink(token, async (visit) => {
    await limitChoices(visit);
    const { channel, type, confirms } = visit;
    if (confirms === null) await applyChoice(visit, { channel, type, act: "out" });
    return buildView(visit);
  }),
);

/** Confirms the consent of the link, by the button of the page. Repeating it changes nothing. */
export const confirm = fn(z.object({ token: tokenField }), ({ token }) =>
  withLink(token, async (visit) => {
    await limitChoices(visit);
    await DoubleOptIn.confirm(visit);
    return buildView(visit);
  }),
);

interface Choice {
  channel: Channel;
  /** null: all marketing. */
  type: string | null;
  act: "in" | "out";
}

async function applyChoice({ address, message }: LinkVisit, { channel, type, act }: Choice): Promise<void> {
  const source = message && `message ${message}`;
  if (act === "out") {
    await Suppressions.add({ channel, address, type, reason: "UNSUBSCRIBED", source });
    return;
  }
  await Suppressions.lift({ channel, address, type, reasons: ["UNSUBSCRIBED"], by: "SELF" });
  await recordConsent(channel, address, type ?? "marketing", source ?? "preferences page");
}

/**
 * Records that the persons with an address allow all marketing or a type. The listener does this only for what this address refused
 * before, not for types that are off by default, and not for what another address of the person refused.
 */
async function recordConsent(channel: Channel, address: string, purpose: string, source: string): Promise<void> {
  const holders = await AddressRefusal.loadHolders(channel, address);
  const answer = { channel, purpose, consent: "ALLOWED" as const, source, at: Clock.now() };
  for (const person of holders)
    if (!hasOwnRefusal(person, channel, purpose)) await Preferences.applyAnswers(person.id, () => [answer]);
}

export * as PreferencesPage from "./preferences-page.ts";
