import { invalid } from "../../kernel/error.ts";
import type { MasterRules } from "../../kernel/master-kind.ts";
import { Master } from "../../platform/master-data/master.ts";
import { isTypeCode, type TypePolicy } from "./marketing-consent.rules.ts";
import { GENERAL_TYPE, SUBSCRIPTION_TYPES } from "./subscription-type.masters.ts";
import type { Channel } from "./suppression.rules.ts";

/** Subscription types: the subjects of marketing (docs/people/suppression.md). */

export interface SubscriptionType extends TypePolicy {
  name: string;
  description: string | null;
  channel: "email" | "sms" | "any";
  /** Whether messages can still name it. */
  isInUse: boolean;
}

const toType = (value: Master.Value): SubscriptionType => ({
  code: value.code,
  name: value.name,
  description: value.description ?? null,
  channel: value.channel ?? "any",
  is_default_on: value.is_default_on ?? true,
  needs_double_opt_in: value.needs_double_opt_in ?? false,
  isInUse: value.is_active && !value.deleted_at,
});

/** Returns the type with a code, also if it is not in use; messages that name none are of the type `general`. */
export async function load(code: string | null | undefined): Promise<SubscriptionType> {
  const known = code ?? GENERAL_TYPE;
  const value = await Master.find(
    SUBSCRIPTION_TYPES,
    await Master.resolve(SUBSCRIPTION_TYPES, known, "subscription_type", known),
  );
  if (!value) throw invalid("subscription_type", "No such subscription type");
  return toType(value);
}

/** Whether messages of a channel can be of a type. Text messages and WhatsApp reach the same number, but are channels of their own. */
export const isForChannel = (type: SubscriptionType, channel: string): boolean =>
  type.channel === "any" || type.channel === channel;

/** Lists the types in use that messages of a channel can have, in the order of display. */
export async function listForChannel(channel: Channel): Promise<SubscriptionType[]> {
  const values = await Master.listOrdered(SUBSCRIPTION_TYPES, () => true);
  return values.map(toType).filter((type) => isForChannel(type, channel));
}

/** Returns the fault of the type that a message or send on a channel names; undefined without one. */
export const findFault = (type: SubscriptionType, channel: string): string | undefined => {
  if (!type.isInUse) return "This subscription type is no longer in use: choose another";
  return isForChannel(type, channel)
    ? undefined
    : `This subscription type is for the channel ${type.channel}: choose one for ${channel} or for any channel`;
};

/** Rules for subscription types as master data: the code is a purpose of consent, so it must be none that has another meaning. */
export const rules: MasterRules = {
  async validate(value, before) {
    const { code = "" } = value as { code?: string };
    if (!before && !isTypeCode(code))
      throw invalid(
        "code",
        "Must begin with a letter, have at most 50 characters, and not be any, marketing, service, security, answer or test",
      );
    return value;
  },
  // Messages and answers keep the code of a type that was removed.
  requireUnused: async () => undefined,
};

export * as SubscriptionTypes from "./subscription-type.ts";
