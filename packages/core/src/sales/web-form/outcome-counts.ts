import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { queryAll, update } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";

/**
 * Numbers of the outcomes of submissions, by form and day in UTC. They are not part of the transaction, because all requests of a form
 * would write the same item. A process that stops in between may miss one.
 */
export const outcomes = ["accepted", "anonymous", "repeated", "spam", "bot", "no_consent", "refused"] as const;
export type Outcome = (typeof outcomes)[number];

const counters = ["views", ...outcomes] as const;

const count = z.number().int();
export const Day = z.object({
  date: z.string(),
  views: count.describe("Times that a person opened the page of the form; programs and prefetches do not count"),
  accepted: count.describe("Submissions that became an interaction"),
  anonymous: count.describe("Did not identify a person"),
  repeated: count.describe("Were already received"),
  spam: count.describe("Filled in the hidden field, were sent too soon, or had an invalid token"),
  bot: count.describe("Came from programs, or were prefetched"),
  no_consent: count.describe("Lacked a consent that the form requires"),
  refused: count.describe("Came from an origin that is not allowed, or could not be read"),
});

const RETENTION_SECONDS = 400 * 24 * 60 * 60;
const partitionKey = (form: string): string => tenantKey(useTenant(), "INTAKE", form);

/** Counts an outcome, or a view of the page. Returns its number today. */
export async function add(form: string, counter: (typeof counters)[number]): Promise<number> {
  const { Attributes } = await update({
    Key: { pk: partitionKey(form), sk: Clock.now().slice(0, 10) },
    UpdateExpression: "ADD #counter :one SET #ttl = :ttl",
    ExpressionAttributeNames: { "#counter": counter, "#ttl": "ttl" },
    ExpressionAttributeValues: { ":one": 1, ":ttl": Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS)) },
    ReturnValues: "UPDATED_NEW",
  });
  return Number(Attributes?.[counter] ?? 1);
}

/** Lists the days with submissions, latest first, as far back as counts are retained. */
export async function listByForm(form: string, days: number): Promise<z.output<typeof Day>[]> {
  const since = Clock.addSeconds(-days * 24 * 60 * 60).slice(0, 10);
  const items = (await queryAll(partitionKey(form))).filter(({ sk }) => String(sk) > since);
  return items
    .map((item) => ({
      date: String(item.sk),
      ...(Object.fromEntries(counters.map((counter) => [counter, Number(item[counter] ?? 0)])) as Record<
        (typeof counters)[number],
        number
      >),
    }))
    .reverse();
}

export * as OutcomeCounts from "./outcome-counts.ts";
