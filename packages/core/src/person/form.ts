import { invalid } from "../kernel/error.ts";
import type { Filled } from "../kernel/schema.ts";
import type { fields } from "./person.entity.ts";
import * as Preferences from "./preferences.ts";
import { type Sensitive, sensitiveFields } from "./sensitive.ts";

/** What is written of a person, in the form in which it is stored. */

/** Channels by their code, and no attributes in one form. */
export async function inForm<T extends Partial<Filled<typeof fields>>>(changed: T): Promise<T> {
  const { preferred_contact_method: channel, custom_attributes } = changed;
  const next = { ...changed };
  if (channel) next.preferred_contact_method = await Preferences.channelNamed(channel, "preferred_contact_method");
  if (custom_attributes && Object.keys(custom_attributes).length === 0) next.custom_attributes = null;
  return next;
}

/** A person of whom nothing is said is none. */
export function requireSomething(input: object): void {
  const says = (value: unknown): boolean => {
    if (typeof value === "string") return value.trim() !== "";
    if (value === null || typeof value !== "object") return value !== undefined && value !== null;
    return Object.values(value).some(says);
  };
  if (!says(input))
    throw invalid("", "Says nothing of the person: give a name, a contact point, an external key or another field");
}

export const sensitiveIn = (input: Record<string, unknown>): Sensitive =>
  Object.fromEntries(
    Object.keys(sensitiveFields)
      .filter((field) => input[field] !== undefined)
      .map((field) => [field, input[field]]),
  );
