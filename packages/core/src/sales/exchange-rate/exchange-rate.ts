import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { today } from "../../kernel/day.ts";
import { type ErrorDetail, invalidAll, isFailure } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { laterInstant } from "../../kernel/interval.ts";
import { currency, IdInput, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type ExchangeRateRecord, ExchangeRates, fields, Stored } from "./exchange-rate.entity.ts";
import { MAX_AHEAD_DAYS, pairCode, rateId } from "./rates.rules.ts";
import { Rates } from "./rates.ts";

/** Exchange rates: one for each pair of currencies and day. */

export const Info = Stored;
export const Row = rowSchema(Stored, ExchangeRates.definition.row);
export const Create = z.strictObject(fields);

const Query = listSchema(ExchangeRates, {
  pair: text(6)
    .toUpperCase()
    .regex(/^[A-Z]{6}$/, "Must be a pair of currencies, such as EURUSD")
    .meta({ examples: ["EURUSD"] })
    .optional(),
  from: currency().optional(),
  to: currency().optional(),
});

/** Builds the list query of rates. `from` and `to` together select the pair, and conditions on `date` become a range of its index. */
export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => {
  const { filters: requestedFilters, fieldFilters = [], ...query } = buildListQuery(ExchangeRates, input);
  const { from, to, ...rest } = requestedFilters;
  const filters =
    from !== undefined && to !== undefined && !requestedFilters.pair
      ? { ...rest, pair: pairCode({ from, to }) }
      : requestedFilters;
  const days = fieldFilters.filter(({ field, operator }) => field === "date" && operator in dayBounds);
  const sides = days.map(({ operator, value }) => dayBounds[operator as keyof typeof dayBounds](String(value)));
  const [low] = sides
    .flatMap(({ low }) => low ?? [])
    .sort()
    .reverse();
  const [high] = sides.flatMap(({ high }) => high ?? []).sort();
  // A range that ends before it begins cannot be an index range, so the conditions stay filters and match no row.
  if (days.length === 0 || (low !== undefined && high !== undefined && low > high)) return { ...query, fieldFilters, filters };
  return {
    ...query,
    filters,
    fieldFilters: fieldFilters.filter((ask) => !days.includes(ask)),
    timeRange: { from: low, to: high },
  };
};

/** Ids contain the beginning of the day, which is not before the epoch. */
const shiftDay = (day: string, days: number): string => laterInstant(addDays(day, days), "1970-01-01");

type DayBounds = { low?: string; high?: string };

/** Inclusive bounds of a condition on the day. Ids contain the beginning of the day. */
const dayBounds: Readonly<Record<"eq" | "gt" | "gte" | "lt" | "lte", (day: string) => DayBounds>> = {
  eq: (day) => ({ low: day, high: day }),
  gt: (day) => ({ low: shiftDay(day, 1) }),
  gte: (day) => ({ low: day }),
  lt: (day) => ({ high: shiftDay(day, -1) }),
  lte: (day) => ({ high: day }),
};

export const list = fn(Query, async (input) => listRecords(ExchangeRates, await listQuery(input)));

/** The list definition, for exports. */
export const listDefinition = {
  collection: ExchangeRates,
  query: Query,
  listQuery,
  info: Info,
  fields,
  // Ids contain the day of the rate, which may lie in the future.
  maxIdSkewMs: (MAX_AHEAD_DAYS + 2) * 24 * 60 * 60 * 1000,
};

export const get = fn(IdInput, ({ id }) => Records.read(ExchangeRates, id));

/** Sets the rate of a pair on a day. An existing rate gets the new value, and a deleted one is restored. */
export const create = fn(
  Create,
  async (input) => upsertRate(input),
  async (read) => requireValidPair(read),
);

async function upsertRate(input: z.output<typeof Create>): Promise<ExchangeRateRecord> {
  requireValidPair(input);
  const id = rateId(input);
  return invalidateCacheAfter(
    retryOnConflict(async () => {
      const existing = await Records.load(ExchangeRates, id);
      if (!existing) {
        const newRate = Records.init(ExchangeRates, { ...toStoredFields(fields, input), pair: pairCode(input) }, { id });
        const now = Clock.now();
        // `Records.init` takes the time from the id, which is the day of the rate. The rate was created now.
        const rate = { ...newRate, created_at: now, updated_at: now };
        return transaction()
          .create(ExchangeRates, rate, () => new WriteConflict("The rate of this day was written concurrently"))
          .commit(rate);
      }
      const next = (current: ExchangeRateRecord): ExchangeRateRecord => ({ ...current, rate: input.rate, deleted_at: null });
      try {
        return await Records.change(ExchangeRates, id, next, { deleted: existing.deleted_at !== null });
      } catch (error) {
        if (!isFailure(error, "NOT_FOUND")) throw error;
        throw new WriteConflict("The rate was deleted or restored concurrently");
      }
    }),
  );
}

export const replace = fn(
  z.strictObject({ ...fields, ...IdInput.shape }),
  ({ id, ...input }) => edit(id, toStoredFields(fields, input)),
  async (read) => requireValidPair(read),
);

export const Update = patchSchema(fields).extend(IdInput.shape);

export const update = fn(Update, ({ id, ...patch }) => edit(id, toStoredPatch(fields, patch)));

const edit = (id: string, changes: Partial<ExchangeRateRecord>): Promise<ExchangeRateRecord> =>
  invalidateCacheAfter(
    Records.change(ExchangeRates, id, (current) => {
      const changedFields = (["from", "to", "date"] as const).filter(
        (field) => changes[field] !== undefined && changes[field] !== current[field],
      );
      if (changedFields.length > 0)
        throw invalidAll(
          changedFields.map(
            (field): ErrorDetail => ({ field, message: "Cannot be changed: write the rate of the other pair or day" }),
          ),
        );
      return { ...current, ...changes };
    }),
  );

export const remove = fn(IdInput, ({ id }) => invalidateCacheAfter(Records.remove(ExchangeRates, id)));

export const restore = fn(IdInput, ({ id }) => invalidateCacheAfter(Records.restore(ExchangeRates, id)));

async function invalidateCacheAfter(writing: Promise<ExchangeRateRecord>): Promise<ExchangeRateRecord> {
  const rate = await writing;
  Rates.forget(rate.pair);
  return rate;
}

function requireValidPair({ from, to, date }: { from?: string; to?: string; date?: string }): void {
  const details: ErrorDetail[] = [];
  if (from !== undefined && from === to) details.push({ field: "to", message: "Must differ from `from`: the rate would be 1" });
  if (date !== undefined && date > addDays(today(), MAX_AHEAD_DAYS))
    details.push({ field: "date", message: "Must be at most ten years ahead" });
  if (details.length > 0) throw invalidAll(details);
}

export * as ExchangeRate from "./exchange-rate.ts";
