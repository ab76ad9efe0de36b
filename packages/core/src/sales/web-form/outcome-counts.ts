import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { queryAll, update } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";

/**
 * Numbers of the outcomes of submissions, by form and day in UTC. They are not part of the transaction, because all requests of a form
 * would write the same item. A process that stops in between may miss one.
 */
export const outcomes = ["accepted", "anonymous", "repeated", "spam", "bot", "refused"] as const;
export type Outcome = (typeof outcomes)[number];

const count = z.number().int();
export const Day = z.object({
  date: z.string(),
  accepted: count.describe("Submissions that became an interaction"),
  anonymous: count.describe("Did not identify a person"),
  repeated: count.describe("Were already received"),
  spam: count.describe("Filled in the hidden field, were sent too soon, or had an invalid token"),
  bot: count.describe("Came from programs, or were prefetched"),
  refused: count.describe("Came from an origin that is not allowed, or could not be read"),
});

const RETENTION_SECONDS = 400 * 24 * 60 * 60;
const partitionKey = (form: string): string => tenantKey(useTenant(), "INTAKE", form);

export async function add(form: string, outcome: Outcome): Promise<void> {
  await update({
    Key: { pk: partitionKey(form), sk: Clock.now().slice(0, 10) },
    UpdateExpression: "ADD #outcome :one SET #ttl = :ttl",
    ExpressionAttributeNames: { "#outcome": outcome, "#ttl": "ttl" },
    ExpressionAttributeValues: { ":one": 1, ":ttl": Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS)) },
  });
}

/** Lists the days with submissions, latest first, as far back as counts are retained. */
export async function listByForm(form: string, days: number): Promise<z.output<typeof Day>[]> {
  const since = Clock.addSeconds(-days * 24 * 60 * 60).slice(0, 10);
  const items = (await queryAll(partitionKey(form))).filter(({ sk }) => String(sk) > since);
  return items
    .map((item) => ({
      date: String(item.sk),
      ...(Object.fromEntries(outcomes.map((outcome) => [outcome, Number(item[outcome] ?? 0)])) as Record<Outcome, number>),
    }))
    .reverse();
}

export * as OutcomeCounts from "./outcome-counts.ts";
