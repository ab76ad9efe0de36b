import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { today } from "../kernel/day.ts";
import { type Detail, invalidAll, isFailure } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { currency, filled, patched, patchOf, text } from "../kernel/schema.ts";
import { dayAfter } from "../kernel/zone.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { type ExchangeRateRecord, ExchangeRates, fields, Stored } from "./exchange-rate.entity.ts";
import { AHEAD_DAYS, idOf, pairOf } from "./rates.rules.ts";
import { Rates } from "./rates.ts";

/** Exchange rates: one for a pair of currencies on a day. */

export const Info = Stored;
export const Row = rowOf(Stored, ExchangeRates.definition.row);
export const Create = z.strictObject(fields);

const One = z.strictObject({ id: text(64) });

const Query = listSchema(ExchangeRates, {
  pair: text(6)
    .toUpperCase()
    .regex(/^[A-Z]{6}$/, "Not a pair of currencies, such as EURUSD")
    .meta({ examples: ["EURUSD"] })
    .optional(),
  from: currency().optional(),
  to: currency().optional(),
});

/** What a list of rates is asked for: both sides together are the pair, and days are a part of the order of its rates. */
export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => {
  const { filters: given, asks = [], ...query } = queryOf(ExchangeRates, input);
  const { from, to, ...rest } = given;
  const filters = from !== undefined && to !== undefined && !given.pair ? { ...rest, pair: pairOf({ from, to }) } : given;
  const days = asks.filter(({ field, operator }) => field === "date" && operator in bounds);
  const sides = days.map(({ operator, value }) => bounds[operator as keyof typeof bounds](String(value)));
  const [low] = sides
    .flatMap(({ low }) => low ?? [])
    .sort()
    .reverse();
  const [high] = sides.flatMap(({ high }) => high ?? []).sort();
  // A time that ends before it begins is no part of any order: the days are asked of each row, and nothing is found.
  if (days.length === 0 || (low !== undefined && high !== undefined && low > high)) return { ...query, asks, filters };
  return { ...query, filters, asks: asks.filter((ask) => !days.includes(ask)), between: { from: low, to: high } };
};

const DAY = 24 * 60 * 60 * 1000;
const LAST = "9999-12-31";
const moved = (day: string, by: number): string => {
  const time = Date.parse(day) + by * DAY;
  return time > Date.parse(LAST) ? LAST : new Date(Math.max(0, time)).toISOString().slice(0, 10);
};

type Side = { low?: string; high?: string };

/** What is asked of a day, as bounds that are within: ids are made of the beginnings of days. */
const bounds: Readonly<Record<"eq" | "gt" | "gte" | "lt" | "lte", (day: string) => Side>> = {
  eq: (day) => ({ low: day, high: day }),
  gt: (day) => ({ low: moved(day, 1) }),
  gte: (day) => ({ low: day }),
  lt: (day) => ({ high: moved(day, -1) }),
  lte: (day) => ({ high: day }),
};

export const list = fn(Query, async (input) => listRecords(ExchangeRates, await asked(input)));

/** What an export has to know of the list. */
export const listed = { collection: ExchangeRates, query: Query, asked, info: Info, fields };

export const get = fn(One, ({ id }) => Records.read(ExchangeRates, id));

/** The rate of a pair on a day: the one that there is gets this value, and a deleted one comes back with it. */
export const create = fn(
  Create,
  async (input) => set(input),
  async (read) => requirePlaced(read),
);

async function set(input: z.output<typeof Create>): Promise<ExchangeRateRecord> {
  requirePlaced(input);
  const id = idOf(input);
  return remembered(
    retryOnConflict(async () => {
      const held = await Records.load(ExchangeRates, id);
      if (!held) {
        const born = Records.born(ExchangeRates, { ...filled(fields, input), pair: pairOf(input) }, { id });
        const now = Clock.now();
        // Its id tells of which day it is; when it was written down is now.
        const rate = { ...born, created_at: now, updated_at: now };
        return transaction()
          .create(ExchangeRates, rate, () => new Moved("Somebody else wrote the rate of this day"))
          .commit(rate);
      }
      const next = (current: ExchangeRateRecord): ExchangeRateRecord => ({ ...current, rate: input.rate, deleted_at: null });
      try {
        return await Records.change(ExchangeRates, id, next, { deleted: held.deleted_at !== null });
      } catch (error) {
        if (!isFailure(error, "NOT_FOUND")) throw error;
        throw new Moved("It was deleted, or came back, meanwhile");
      }
    }),
  );
}

export const replace = fn(
  z.strictObject({ ...fields, ...One.shape }),
  ({ id, ...input }) => edit(id, filled(fields, input)),
  async (read) => requirePlaced(read),
);

export const Update = patchOf(fields).extend(One.shape);

export const update = fn(Update, ({ id, ...patch }) => edit(id, patched(fields, patch)));

const edit = (id: string, changes: Partial<ExchangeRateRecord>): Promise<ExchangeRateRecord> =>
  remembered(
    Records.change(ExchangeRates, id, (current) => {
      const others = (["from", "to", "date"] as const).filter(
        (field) => changes[field] !== undefined && changes[field] !== current[field],
      );
      if (others.length > 0)
        throw invalidAll(
          others.map((field): Detail => ({ field, message: "It stays: write the rate of the other pair or day" })),
        );
      return { ...current, ...changes };
    }),
  );

export const remove = fn(One, ({ id }) => remembered(Records.remove(ExchangeRates, id)));

export const restore = fn(One, ({ id }) => remembered(Records.restore(ExchangeRates, id)));

async function remembered(writing: Promise<ExchangeRateRecord>): Promise<ExchangeRateRecord> {
  const rate = await writing;
  Rates.forget(rate.pair);
  return rate;
}

function requirePlaced({ from, to, date }: { from?: string; to?: string; date?: string }): void {
  const details: Detail[] = [];
  if (from !== undefined && from === to) details.push({ field: "to", message: "The same currency as `from`: its rate is 1" });
  if (date !== undefined && date > dayAfter(today(), AHEAD_DAYS))
    details.push({ field: "date", message: "More than ten years ahead" });
  if (details.length > 0) throw invalidAll(details);
}

export * as ExchangeRate from "./exchange-rate.ts";
