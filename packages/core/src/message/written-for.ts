import * as z from "zod";
import { instant } from "../kernel/schema.ts";
import { Counter } from "../storage/read/counter.ts";
import { forOne, type Outcome, outcomes } from "./day.rules.ts";
import { MESSAGE } from "./message.domain.ts";

/** What became of messages that were written to many for one record, from a counter that the stream keeps: no message is read. */

const count = (what: string) => z.number().int().describe(what);

const numbers = {
  written: count("All messages"),
  queued: count("They wait, or are just being handed over"),
  sent: count("The provider took them, whatever became of them since"),
  delivered: count("The provider told that they arrived"),
  opened: count("A person opened them, as far as can be told some ten minutes later"),
  clicked: count("A person followed a link of them, as far as can be told by then"),
  undelivered: count("They bounced: the provider told that they did not arrive"),
  failed: count("The provider refused them for good"),
  refused: count("Consent, an opt-out or the list of suppressions did not let them go"),
  recalled: count("They were called off, or taken back by hand, before they were with the provider"),
  unknown: count("Handed over, and nobody knows what became of them"),
} satisfies Record<Outcome, z.ZodType>;

export const Info = z.object({ ...numbers, as_of: instant().nullable().describe("Up to when changes are counted") });

export async function countsOf(id: string): Promise<z.output<typeof Info>> {
  const { scopes, as_of } = await Counter.read(MESSAGE.name, [forOne(id)]);
  const counter = scopes.get(forOne(id)) ?? {};
  const told = Object.fromEntries(outcomes.map((each) => [each, Number(counter[each] ?? 0)])) as Record<Outcome, number>;
  return { ...told, as_of: as_of ?? null };
}

export * as WrittenFor from "./written-for.ts";
