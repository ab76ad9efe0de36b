import type * as z from "zod";
import { collectDetails, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { type StoredFields, toStoredFields } from "../../kernel/schema.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Addresses } from "./addresses.ts";
import { fields } from "./person.entity.ts";
import * as Preferences from "./preferences.ts";
import { type SensitiveValues, sensitiveFields } from "./sensitive-values.ts";

/** Converts the input of a person to its stored form. */

/** Converts channels to their codes, and empty attributes to one form. */
export async function normalizeProfile<T extends Partial<StoredFields<typeof fields>>>(profile: T): Promise<T> {
  const { preferred_contact_method, custom_attributes } = profile;
  const next = { ...profile };
  if (preferred_contact_method)
    next.preferred_contact_method = await Preferences.resolveChannel(preferred_contact_method, "preferred_contact_method");
  if (custom_attributes && Object.keys(custom_attributes).length === 0) next.custom_attributes = null;
  return next;
}

interface PersonInput extends Partial<z.output<z.ZodObject<typeof fields>>> {
  addresses?: readonly z.output<typeof Addresses.AddressInput>[] | undefined;
  preferences?: readonly z.output<typeof Preferences.PreferenceInput>[] | undefined;
}

/** Converts the input of a new person, except contact points and sensitive values. Reports all errors in one answer. */
export async function normalizeNewPerson(
  { addresses = [], preferences = [], ...input }: PersonInput,
  custom: CustomFields.CustomFieldInput | null,
) {
  const errors: ErrorDetail[] = [];
  const profile = toStoredFields(fields, input);
  const formed = await collectDetails(errors, normalizeProfile(profile), profile);
  const answers = await collectDetails(errors, Preferences.normalizeAnswers(preferences), []);
  const placing = addresses.map((typed, index) => Addresses.buildAddress(typed, `addresses[${index}].`));
  const places = await Promise.all(placing.map((place) => collectDetails(errors, place, undefined)));
  const custom_fields = custom === null ? null : await collectDetails(errors, CustomFields.resolveValues("person", custom), null);
  if (errors.length > 0) throw invalidAll(errors);
  return {
    ...formed,
    preferences: Preferences.mergeAnswers([], answers),
    addresses: Addresses.markDefaultAddresses(places.filter((place) => place !== undefined)),
    custom_fields,
  };
}

/** Refuses a person without any value. */
export function requireAnyValue(input: object): void {
  const hasValue = (value: unknown): boolean => {
    if (typeof value === "string") return value.trim() !== "";
    if (value === null || typeof value !== "object") return value !== undefined && value !== null;
    return Object.values(value).some(hasValue);
  };
  if (!hasValue(input))
    throw invalid("", "No data about the person: specify a name, a contact point, an external key or another field");
}

export const pickSensitive = (input: Record<string, unknown>): SensitiveValues =>
  Object.fromEntries(
    Object.keys(sensitiveFields)
      .filter((field) => input[field] !== undefined)
      .map((field) => [field, input[field]]),
  );
