import * as z from "zod";
import { instant } from "../../kernel/schema.ts";
import { Counter } from "../../storage/read/counter.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Outcome, outcomes, recordScope } from "./daily-figures.rules.ts";
import { MESSAGE } from "./message.kind.ts";

/** The outcomes of the messages that one record sent to many recipients, from a counter that the stream maintains. No message is read. */

const countField = (description: string) => z.number().int().describe(description);

const trackedField = (description: string) => countField(description).nullable();

const countFields = {
  written: countField("All messages"),
  queued: countField("Waiting, or being handed to the provider"),
  sent: countField("Accepted by the provider, regardless of the later outcome"),
  delivered: countField("The provider confirmed the delivery"),
  tracked: countField(
    "Mails whose opens and clicks are counted. If messages were written and it is 0, `opened` and `clicked` are null: they are not tracked",
  ),
  opened: trackedField("Opened by a person, as judged about ten minutes later. null: not tracked"),
  clicked: trackedField("A person followed a link, as judged about ten minutes later. null: not tracked"),
  undelivered: countField("Bounced: the provider reported that they did not arrive"),
  failed: countField("Permanently rejected by the provider"),
  refused: countField("Blocked by consent, an opt-out or the suppression list"),
  recalled: countField("Cancelled or manually recalled before they reached the provider"),
  unknown: countField("Handed to the provider, with unknown outcome"),
} satisfies Record<Outcome, z.ZodType>;

export const Info = z.object({ ...countFields, as_of: instant().nullable().describe("Time up to which changes are counted") });

type Counts = Record<Exclude<Outcome, TrackedOutcome>, number> & Record<TrackedOutcome, number | null>;
type TrackedOutcome = "opened" | "clicked";

function parseCounts(counter: Item = {}): Counts {
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, Number(counter[outcome] ?? 0)])) as Record<
    Outcome,
    number
  >;
  // Mails of earlier releases do not say whether they are tracked. An open shows it.
  if (counts.written === 0 || counts.tracked + counts.opened + counts.clicked > 0) return counts;
  return { ...counts, opened: null, clicked: null };
}

/** Reads the counts of several records or parts of them, in their order. With `consistent`, without a cache. */
export async function readAllCounts(ids: readonly string[], { consistent = false } = {}): Promise<Counts[]> {
  const scopes = ids.map(recordScope);
  const items = consistent
    ? new Map((await Counter.readConsistent(MESSAGE.name, scopes)).map((item) => [Counter.parseScope(item.sk), item]))
    : (await Counter.read(MESSAGE.name, scopes)).scopes;
  return scopes.map((scope) => parseCounts(items.get(scope)));
}

export async function readCounts(id: string): Promise<z.output<typeof Info>> {
  const { scopes, as_of } = await Counter.read(MESSAGE.name, [recordScope(id)]);
  return { ...parseCounts(scopes.get(recordScope(id))), as_of: as_of ?? null };
}

export * as MessageOutcomes from "./outcome-counts.ts";
