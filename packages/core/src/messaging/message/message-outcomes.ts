import * as z from "zod";
import { instant } from "../../kernel/schema.ts";
import { Counter } from "../../storage/read/counter.ts";
import { type Outcome, outcomes, recordScope } from "./daily-figures.rules.ts";
import { MESSAGE } from "./message.kind.ts";

/** The outcomes of the messages that one record sent to many recipients, from a counter that the stream maintains. No message is read. */

const countField = (what: string) => z.number().int().describe(what);

const countFields = {
  written: countField("All messages"),
  queued: countField("They wait, or are just being handed over"),
  sent: countField("The provider took them, whatever became of them since"),
  delivered: countField("The provider told that they arrived"),
  opened: countField("A person opened them, as far as can be told some ten minutes later"),
  clicked: countField("A person followed a link of them, as far as can be told by then"),
  undelivered: countField("They bounced: the provider told that they did not arrive"),
  failed: countField("The provider refused them for good"),
  refused: countField("Consent, an opt-out or the list of suppressions did not let them go"),
  recalled: countField("They were called off, or taken back by hand, before they were with the provider"),
  unknown: countField("Handed over, and nobody knows what became of them"),
} satisfies Record<Outcome, z.ZodType>;

export const Info = z.object({ ...countFields, as_of: instant().nullable().describe("Up to when changes are counted") });

export async function readCounts(id: string): Promise<z.output<typeof Info>> {
  const { scopes, as_of } = await Counter.read(MESSAGE.name, [recordScope(id)]);
  const counter = scopes.get(recordScope(id)) ?? {};
  const told = Object.fromEntries(outcomes.map((each) => [each, Number(counter[each] ?? 0)])) as Record<Outcome, number>;
  return { ...told, as_of: as_of ?? null };
}

export * as MessageOutcomes from "./message-outcomes.ts";
