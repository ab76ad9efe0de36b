import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission } from "../../kernel/context.ts";
import { forbidden, invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, instant, oneLine, oneOf, text } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { resolveAddress } from "./address.ts";
import { purposes, type SuppressionReason as Reason, suppressionReasons } from "./reasons.rules.ts";
import { Stored, SuppressedAddresses, type SuppressionRecord } from "./suppression.entity.ts";
import { suppressionGrants } from "./suppression.kind.ts";
import { channels, listActiveReasons } from "./suppression.rules.ts";
import { Suppressions } from "./suppression-store.ts";

/** The suppression list, as leaders manage it. */

export const Info = Stored.omit({ address_hash: true, holders: true });
export const Row = rowSchema(Stored, SuppressedAddresses.definition.row);

const addressFields = {
  channel: oneOf(channels).meta({ examples: ["email"] }),
  address: text(255)
    .min(1)
    .meta({ examples: ["jane@mail.example"] })
    .describe("An email address, or a telephone number as written in the tenant's country"),
};

export const list = fn(
  listSchema(SuppressedAddresses, { channel: oneOf(channels).optional(), reason: oneOf(suppressionReasons).optional() }),
  (input) => listRecords(SuppressedAddresses, buildListQuery(SuppressedAddresses, input)),
);

export const get = fn(IdInput, ({ id }) => Records.read(SuppressedAddresses, id));

export const fields = {
  ...addressFields,
  reason: oneOf(suppressionReasons).default("BY_HAND"),
  source: oneLine(255).nullish().describe("Origin of the information"),
  at: instant()
    .meta({ examples: ["2026-01-15T09:30:00.000Z"] })
    .optional()
    .describe("When it was reported; defaults to now"),
};
export const Create = z.strictObject(fields);

/** Puts an address on the list. Repeating it for the same reason changes nothing. */
export const create = fn(
  Create,
  async (input): Promise<SuppressionRecord> => {
    requirePast(input.at);
    const record = await Suppressions.add(input);
    // The reason was lifted later than `at`, so no record is active.
    if (!record || record.deleted_at) throw invalid("at", "The reason was lifted after this time");
    return record;
  },
  async ({ channel, address, at }) => {
    requirePast(at);
    if (channel !== undefined && address !== undefined) await resolveAddress(channel, address);
  },
);

function requirePast(time: string | undefined): void {
  if (time !== undefined && time > Clock.now()) throw invalid("at", "Must not be in the future");
}

export const CheckResult = z.object({
  is_suppressed: z.boolean(),
  reasons: z.array(oneOf(suppressionReasons)),
  refuses: z.array(oneOf(purposes)).describe("Purposes for which nothing is sent"),
  subscription_types: z.array(z.string()).describe("Codes of the subscription types that the address refuses"),
  suppression_id: z.string().nullable(),
});

/** Tells whether an address is on the list, and why. */
export const check = fn(z.strictObject(addressFields), async ({ channel, address }): Promise<z.output<typeof CheckResult>> => {
  const record = await Suppressions.findByAddress(channel, address);
  if (!record || record.deleted_at)
    return { is_suppressed: false, reasons: [], refuses: [], subscription_types: [], suppression_id: null };
  const { reasons, refuses, subscription_types, id } = record;
  return { is_suppressed: true, reasons, refuses, subscription_types, suppression_id: id };
});

const reasonFields = {
  reason: oneOf(suppressionReasons)
    .optional()
    .describe("The reason to lift, for every subscription type; defaults to all active reasons"),
};

/** Takes an address off the list. */
export const lift = fn(z.strictObject({ ...addressFields, ...reasonFields }), async ({ channel, address, reason }) => {
  const record = await Suppressions.findByAddress(channel, address);
  if (!record || record.deleted_at) throw notFound();
  return liftById(record.id, reason);
});

/** Takes an address off the list by the id of its record. */
export const remove = fn(IdInput.extend(reasonFields), ({ id, reason }) => liftById(id, reason));

const liftById = (id: string, reason: Reason | undefined): Promise<SuppressionRecord> =>
  Records.change(SuppressedAddresses, id, (current, tx: Transaction) => {
    const active = listActiveReasons(current.entries);
    const reasons = reason === undefined ? active : [reason];
    if (reasons.some((each) => !active.includes(each))) throw notFound();
    requireLiftPermission(reasons);
    return Suppressions.liftOnRecord(tx, current, reasons);
  });

const reportedReasons: readonly Reason[] = ["BOUNCED", "COMPLAINED"];

function requireLiftPermission(reasons: readonly Reason[]): void {
  if (reasons.some((reason) => reportedReasons.includes(reason)) && !hasPermission(suppressionGrants.lift_reported))
    throw forbidden("Only an administrator can lift a bounce or a complaint that a provider reported");
}

export * as Suppression from "./suppression.ts";
