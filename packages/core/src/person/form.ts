import type * as z from "zod";
import { CustomFields } from "../custom-field/values.ts";
import { type Detail, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { type Filled, filled } from "../kernel/schema.ts";
import { Addresses } from "./addresses.ts";
import { fields } from "./person.entity.ts";
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

interface Said extends Partial<z.output<z.ZodObject<typeof fields>>> {
  addresses?: readonly z.output<typeof Addresses.Typed>[] | undefined;
  preferences?: readonly z.output<typeof Preferences.Typed>[] | undefined;
}

/** What is said of a new person, in its form, but for contact points and what is sealed; all that is wrong is said at once. */
export async function newInForm({ addresses = [], preferences = [], ...input }: Said, custom: CustomFields.Given | null) {
  const wrong: Detail[] = [];
  const profile = filled(fields, input);
  const formed = await gathered(wrong, inForm(profile), profile);
  const answers = await gathered(wrong, Preferences.inForm(preferences), []);
  const placing = addresses.map((typed, at) => Addresses.newAddress(typed, `addresses[${at}].`));
  const places = await Promise.all(placing.map((place) => gathered(wrong, place, undefined)));
  const custom_fields = custom === null ? null : await gathered(wrong, CustomFields.checked("person", custom), null);
  if (wrong.length > 0) throw invalidAll(wrong);
  return {
    ...formed,
    preferences: Preferences.withAnswers([], answers),
    addresses: Addresses.oneDefault(places.filter((place) => place !== undefined)),
    custom_fields,
  };
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
