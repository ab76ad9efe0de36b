import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { type ErrorDetail, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { recordKey } from "../../storage/table/key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { kindParameter } from "./kind-parameter.ts";
import { displayOrderKey } from "./list.ts";
import { type MasterRecord, Masters, Stored } from "./master.entity.ts";
import { forgetValues, loadValues, requireStored } from "./values.ts";

/** Writes the display order of all values of a kind at once. */

/** Each value is an action of one transaction; one more action stores the answer of a request with an idempotency key. */
const MAX_VALUES = dynamodbLimits.transaction - 1;

/** The distance between two values, so that another can be inserted between them. */
const SEQUENCE_STEP = 10;

/** Default values that are stored concurrently. */
const MAX_CONCURRENT_WRITES = 10;

export const ReorderResult = z.object({
  kind: z.string(),
  values: z.array(Stored.pick({ code: true, name: true, sequence: true }).extend({ id: z.string(), version: z.number().int() })),
});

/**
 * Puts values into the given order; other values follow in their present order. The transaction includes every value, even one that does not move, so
 * that of two concurrent orders one applies completely.
 */
export const reorder = fn(
  z.strictObject({
    kind: kindParameter,
    ids: z
      .array(text(64))
      .min(1)
      .max(MAX_VALUES)
      .describe("Values by id or code, in the new order; values that are not listed follow in their current order"),
  }),
  async ({ kind, ids }) => {
    const answer = await retryOnConflict(async () => {
      forgetValues(kind);
      const { byId, byCode } = await loadValues(kind);
      const live = [...byId.values()].filter(({ deleted_at }) => !deleted_at);
      if (live.length > MAX_VALUES)
        throw ruleViolation(
          `There are ${live.length} ${kind.label.toLowerCase()}: at most ${MAX_VALUES} can be ordered manually`,
        );
      const first = resolveNamed(ids, (idOrCode) => byId.get(idOrCode) ?? byCode.get(idOrCode.toLowerCase()));
      const orderedValues = new Set([...first, ...live.sort(compareDisplayOrder)]);
      return writePlaces([...orderedValues].map((value, index) => ({ value, sequence: (index + 1) * SEQUENCE_STEP })));
    });
    forgetValues(kind);
    return answer;

    async function writePlaces(places: readonly { value: MasterRecord; sequence: number }[]) {
      const movedPlaces = places.filter(({ value, sequence }) => value.sequence !== sequence);
      for (let index = 0; index < movedPlaces.length; index += MAX_CONCURRENT_WRITES)
        await Promise.all(
          movedPlaces.slice(index, index + MAX_CONCURRENT_WRITES).map(({ value }) => requireStored(kind, value.id)),
        );
      const stored = await Records.loadMany(
        Masters,
        places.map(({ value }) => value.id),
      );
      const tx = transaction();
      const after = places.map(({ value, sequence }, index) => {
        const current = stored[index];
        if (!current) {
          if (value.sequence !== sequence) throw new WriteConflict(`${value.id} no longer exists`);
          tx.requireAbsent(recordKey(useTenant(), value.id), () => new WriteConflict(`${value.id} was changed meanwhile`));
          return value;
        }
        if (current.version !== value.version || current.deleted_at) throw new WriteConflict(`${value.id} was changed meanwhile`);
        if (current.sequence === sequence) {
          tx.requireUnchanged(current);
          return current;
        }
        const next = Records.nextVersion(current, { ...current, sequence });
        tx.replace(Masters, current, next);
        return next;
      });
      const values = after.map(({ id, code, name, sequence, version }) => ({ id, code, name, sequence, version }));
      return tx.commit({ kind: kind.name, values });
    }
  },
);

const compareDisplayOrder = (a: MasterRecord, b: MasterRecord): number => (displayOrderKey(a) < displayOrderKey(b) ? -1 : 1);

/** Returns the named values; refuses unknown and repeated ones. */
function resolveNamed(ids: readonly string[], find: (id: string) => MasterRecord | undefined): Set<MasterRecord> {
  const values = new Set<MasterRecord>();
  const details: ErrorDetail[] = [];
  for (const [index, id] of ids.entries()) {
    const value = find(id);
    if (!value || value.deleted_at) details.push({ field: `ids[${index}]`, message: "No such value" });
    else if (values.has(value)) details.push({ field: `ids[${index}]`, message: "Must be listed only once" });
    else values.add(value);
  }
  if (details.length > 0) throw invalidAll(details);
  return values;
}
