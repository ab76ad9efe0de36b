import { isDeepStrictEqual } from "node:util";
import type { Value } from "../../platform/custom-field/custom-field.rules.ts";
import { deriveFields, pointKey } from "./derived-fields.rules.ts";
import {
  type Address,
  type ContactPoint,
  fields,
  type JoinedPerson,
  type PersonRecord,
  type Preference,
} from "./person.entity.ts";

/**
 * Computes the result of a merge, and of undoing it.
 *
 * The single values of a person are slots: a field, an attribute (`custom_attributes.size`), a stored custom field
 * (`custom_fields.size`), the answer on a channel (`preferences.email.any`), or a sensitive value by its hash
 * (`sensitive.birth_date`). What a survivor shows in a slot is computed from its own value and those of the merged persons, in the
 * order of the merges. While another person's value is shown, the survivor's own value is kept in `own`. So merges can be undone in
 * any order: the rest is computed again. A slot that a user changed after a merge keeps that value in all merges.
 */
type Slots = ReadonlyMap<string, Value>;

const singleFields = Object.keys(fields).filter((field) => field !== "custom_attributes") as (keyof typeof fields)[];

/** Fields with one slot for each key. */
const keyedFields = ["custom_attributes", "custom_fields"] as const;

export function toSlots(person: PersonRecord): Map<string, Value> {
  const slots = new Map<string, Value>();
  const set = (slot: string, value: Value | undefined): void => {
    if (value !== null && value !== undefined) slots.set(slot, value);
  };
  for (const field of singleFields) set(field, person[field]);
  for (const keyedField of keyedFields)
    for (const [key, value] of Object.entries(person[keyedField] ?? {})) set(`${keyedField}.${key}`, value);
  for (const preference of person.preferences) set(`preferences.${preference.channel}.${preference.purpose}`, preference);
  for (const [name, hash] of Object.entries(person.hashes ?? {})) {
    if (name.startsWith("same.")) set(`sensitive.${name.slice("same.".length)}`, hash);
  }
  return slots;
}

/** Returns the person with these slots. Sensitive values are moved separately, by `moveSensitiveValues`. */
function applySlots(person: PersonRecord, slots: Slots): PersonRecord {
  const next: Record<string, Value> = {};
  for (const field of singleFields) next[field] = slots.get(field) ?? null;
  for (const field of keyedFields) {
    const fieldSlots = [...slots].filter(([slot]) => slot.startsWith(`${field}.`));
    next[field] =
      fieldSlots.length > 0 ? Object.fromEntries(fieldSlots.map(([slot, value]) => [slot.slice(field.length + 1), value])) : null;
  }
  const order = person.preferences.map(({ channel, purpose }) => `preferences.${channel}.${purpose}`);
  const preferenceSlots = [...slots].filter(([slot]) => slot.startsWith("preferences."));
  preferenceSlots.sort(([a], [b]) => findPosition(order, a) - findPosition(order, b));
  next.preferences = preferenceSlots.map(([, value]) => value);
  return { ...person, ...next };
}

const findPosition = (order: readonly string[], slot: string): number =>
  order.includes(slot) ? order.indexOf(slot) : order.length;

interface SlotValue {
  value: Value;
  /** The merged person that the value comes from; undefined for the survivor's own. */
  personId: string | undefined;
}

/**
 * Returns what a slot shows: the survivor's own value, unless it is empty, the caller chose otherwise, or the other's answer is a
 * refusal or came later.
 */
function resolveSlot(
  slot: string,
  ownValue: Value,
  merges: readonly JoinedPerson[],
  slotsByPerson: ReadonlyMap<string, Slots>,
): SlotValue {
  let slotValue: SlotValue = { value: ownValue ?? null, personId: undefined };
  for (const { person_id, choices } of merges) {
    const value = slotsByPerson.get(person_id)?.get(slot) ?? null;
    const choice = choices[slot] ?? (isPreferred(slot, value, slotValue.value) ? "merged" : "survivor");
    if (choice === "merged" && !isDeepStrictEqual(value, slotValue.value)) slotValue = { value, personId: person_id };
  }
  return slotValue;
}

/** Compares two answers on a channel: a refusal is preferred, otherwise the later one. */
function isPreferred(slot: string, value: Value, otherValue: Value): boolean {
  if (otherValue === null) return value !== null;
  if (value === null || !slot.startsWith("preferences.")) return false;
  const [a, b] = [value as Preference, otherValue as Preference];
  const isRefusal = a.consent === "REFUSED";
  return isRefusal === (b.consent === "REFUSED") ? a.at > b.at : isRefusal;
}

interface Survivor {
  person: PersonRecord;
  /** The merged persons as they were, by id. */
  joinedById: ReadonlyMap<string, PersonRecord>;
}

/** Returns the survivor's own slots and its merges. A shown value that a user changed becomes the survivor's own. */
export function resolveOwnSlots({ person, joinedById }: Survivor): {
  ownSlots: Map<string, Value>;
  merges: JoinedPerson[];
} {
  const currentSlots = toSlots(person);
  const slotsByPerson = new Map([...joinedById].map(([id, joinedPerson]) => [id, toSlots(joinedPerson)]));
  const storedSlots = new Map<string, Value>(Object.entries(person.own ?? {}));
  const ownSlots = new Map<string, Value>();
  const merges = person.merges.map((merge) => ({ ...merge, choices: { ...merge.choices } }));
  for (const slot of listSlotNames(currentSlots, storedSlots, ...slotsByPerson.values())) {
    const current = currentSlots.get(slot) ?? null;
    const ownValue = storedSlots.has(slot) ? (storedSlots.get(slot) ?? null) : current;
    const expected = resolveSlot(slot, ownValue, person.merges, slotsByPerson).value;
    if (isDeepStrictEqual(expected, current)) ownSlots.set(slot, ownValue);
    else {
      ownSlots.set(slot, current);
      for (const merge of merges) merge.choices[slot] = "survivor";
    }
  }
  return { ownSlots, merges };
}

const listSlotNames = (...all: ReadonlyMap<string, Value>[]): string[] => [...new Set(all.flatMap((slots) => [...slots.keys()]))];

export interface MergeOutcome {
  person: PersonRecord;
  /** Each slot with its effective value and the person that the value comes from. */
  slots: ReadonlyMap<string, SlotValue>;
}

/** Computes the survivor with these merged persons, from its own slots. */
export function joinPersons(
  person: PersonRecord,
  ownSlots: ReadonlyMap<string, Value>,
  merges: readonly JoinedPerson[],
  joinedPersons: ReadonlyMap<string, PersonRecord>,
): MergeOutcome {
  const slotsByPerson = new Map([...joinedPersons].map(([id, joinedPerson]) => [id, toSlots(joinedPerson)]));
  const slots = new Map<string, SlotValue>();
  const storedValues: Record<string, Value> = {};
  for (const slot of listSlotNames(ownSlots, ...slotsByPerson.values())) {
    const ownValue = ownSlots.get(slot) ?? null;
    const slotValue = resolveSlot(slot, ownValue, merges, slotsByPerson);
    slots.set(slot, slotValue);
    if (slotValue.personId !== undefined) storedValues[slot] = ownValue;
  }
  const values = new Map([...slots].filter(([, { value }]) => value !== null).map(([slot, { value }]) => [slot, value]));
  const next = {
    ...applySlots(person, values),
    merges: [...merges],
    own: Object.keys(storedValues).length > 0 ? storedValues : null,
  };
  return { person: next as PersonRecord, slots };
}

export const addressKey = ({ type, address_line1, address_line2, city, state, country, postal_code }: Address): string =>
  JSON.stringify([type, address_line1, address_line2, city, state, country, postal_code]);

/** Appends the contact points and addresses of another person to the survivor's, without duplicates. */
export function mergeLists(person: PersonRecord, otherPerson: PersonRecord): PersonRecord {
  const contact_points = [...person.contact_points, ...listAbsent(person.contact_points, otherPerson.contact_points, pointKey)];
  const addresses = [...person.addresses, ...listAbsent(person.addresses, otherPerson.addresses, addressKey)];
  return deriveFields({ ...person, contact_points: keepFirstPrimary(contact_points), addresses: keepFirstDefault(addresses) });
}

function listAbsent<T>(existingItems: readonly T[], more: readonly T[], toKey: (item: T) => string): T[] {
  const existingKeys = new Set(existingItems.map(toKey));
  return more.filter((item) => !existingKeys.has(toKey(item)));
}

const keepFirstPrimary = (points: readonly ContactPoint[]): ContactPoint[] => {
  const seen = new Set<string>();
  return points.map((point) => {
    const is_primary = point.is_primary && !seen.has(point.contact_type);
    if (point.is_primary) seen.add(point.contact_type);
    return { ...point, is_primary };
  });
};

const keepFirstDefault = (addresses: readonly Address[]): Address[] => {
  const seen = new Set<string>();
  return addresses.map((address) => {
    const is_default = address.is_default && !seen.has(address.type);
    if (address.is_default) seen.add(address.type);
    return { ...address, is_default };
  });
};

/**
 * Separates the lists of a merged person from the survivor's. Items that came from that person and are unchanged go back, with
 * later verification and geocoding. Changed items stay. Items that another merged person also has stay as that person's.
 */
export function separateLists(
  person: PersonRecord,
  leaving: PersonRecord,
  staying: readonly PersonRecord[],
): { person: PersonRecord; leaving: PersonRecord } {
  const points = separateItems(
    person.contact_points,
    leaving.contact_points,
    staying.map((otherPerson) => otherPerson.contact_points),
    pointKey,
  );
  const places = separateItems(
    person.addresses,
    leaving.addresses,
    staying.map((otherPerson) => otherPerson.addresses),
    addressKey,
  );
  const contact_points = leaving.contact_points.map((point) => {
    const since = points.gone.get(point.id);
    if (!since) return point;
    const { is_verified, verified_at, verified_by, verified_by_id, is_shared, lead_id, updated_at } = since;
    return { ...point, is_verified, verified_at, verified_by, verified_by_id, is_shared, lead_id, updated_at };
  });
  const addresses = leaving.addresses.map((address) => {
    const since = places.gone.get(address.id);
    if (!since) return address;
    const { is_verified, verified_at, latitude, longitude, updated_at } = since;
    return { ...address, is_verified, verified_at, latitude, longitude, updated_at };
  });
  return {
    person: deriveFields({ ...person, contact_points: points.left, addresses: ensureDefaults(places.left) }),
    leaving: { ...leaving, contact_points, addresses },
  };
}

function separateItems<T extends { id: string }>(
  items: readonly T[],
  leaving: readonly T[],
  staying: readonly (readonly T[])[],
  toKey: (item: T) => string,
): { left: T[]; gone: Map<string, T> } {
  const keyById = new Map(leaving.map((item) => [item.id, toKey(item)]));
  const removedById = new Map<string, T>();
  const remainingItems = items.flatMap((item) => {
    if (keyById.get(item.id) !== toKey(item)) return [item];
    removedById.set(item.id, item);
    const replacement = staying.flat().find((stayingItem) => toKey(stayingItem) === toKey(item));
    return replacement ? [replacement] : [];
  });
  return { left: remainingItems, gone: removedById };
}

/** Gives each address type without a default a new one: its first address. */
function ensureDefaults(addresses: readonly Address[]): Address[] {
  const types = new Set(addresses.filter(({ is_default }) => is_default).map(({ type }) => type));
  return addresses.map((address) => {
    if (types.has(address.type)) return address;
    types.add(address.type);
    return { ...address, is_default: true };
  });
}
