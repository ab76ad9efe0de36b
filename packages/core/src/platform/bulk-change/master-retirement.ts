import * as z from "zod";
import { hasPermission } from "../../kernel/context.ts";
import { invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { listNames } from "../../kernel/registry.ts";
import { text } from "../../kernel/schema.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { kindParameter } from "../master-data/kind-parameter.ts";
import { Master } from "../master-data/master.ts";
import { listUsages, type MasterUsage, requireEmpty } from "../master-data/usage.ts";
import { loadChangeable } from "./changeable.ts";
import { prepareStart } from "./start.ts";

/** Retires a value of master data and moves its records to another value. */

const RecordMove = z.object({
  kind: z.string(),
  field: z.string(),
  bulk_change_id: z.string(),
});

const KeptRecords = z.object({ kind: z.string(), field: z.string(), reason: z.string() });

export const RetireResult = z.object({
  value: z.object({ id: z.string(), code: z.string(), name: z.string(), is_active: z.boolean(), version: z.number().int() }),
  moves: z.array(RecordMove).describe("The bulk changes that move its records to the other value"),
  stays: z
    .array(KeptRecords)
    .describe("Records that keep the value: they cannot be found by this field, or the caller cannot change them"),
});
type RetireResult = z.output<typeof RetireResult>;

/**
 * Retires a value. Without `replace_with`, records keep the value, and it is no longer offered. With it, bulk changes in the caller's name move the
 * records in the background; they begin in the transaction that retires the value.
 */
export const retire = fn(
  z.strictObject({
    kind: kindParameter,
    id: text(64),
    replace_with: text(64).optional().describe("The value that replaces it in records, by id or code"),
  }),
  async ({ kind, id, replace_with }) => {
    const value = await Master.find(kind, id);
    if (!value || value.deleted_at) throw notFound();
    Master.requireRetirable(kind, value);
    const { startedMoves, stays } =
      replace_with === undefined ? noMoves : await planMoves(kind, value, await requireReplacement(kind, value, replace_with));
    if (replace_with === undefined) await requireEmpty(kind, value);
    let moves: RetireResult["moves"] = [];
    const along = async (tx: Transaction): Promise<void> => {
      moves = [];
      for (const { use, begin } of startedMoves)
        moves.push({ kind: use.collection.name, field: use.field, bulk_change_id: (await begin(tx)).id });
    };
    const answer = ({ code, name, is_active, version }: Master.Value): RetireResult => ({
      value: { id, code, name, is_active, version },
      moves,
      stays,
    });
    return Master.deactivate(kind, id, along, answer);
  },
);

interface MovePlan {
  startedMoves: readonly { use: MasterUsage; begin: Awaited<ReturnType<typeof prepareStart>> }[];
  stays: RetireResult["stays"];
}

const noMoves: MovePlan = { startedMoves: [], stays: [] };

/** Returns the value that records get. It must have the same outcome as the retired one (open, won or lost). */
async function requireReplacement(kind: MasterKind, value: Master.Value, input: string): Promise<Master.Value> {
  const replacement = await Master.find(kind, await Master.resolve(kind, input, "replace_with"));
  if (!replacement || replacement.id === value.id) throw invalid("replace_with", "Must be a different value");
  if (replacement.is_closed !== value.is_closed || replacement.is_won !== value.is_won)
    throw invalid("replace_with", "Must be a value with the same outcome (open, won or lost)");
  return replacement;
}

async function planMoves(kind: MasterKind, value: Master.Value, replacement: Master.Value): Promise<MovePlan> {
  const bulk = new Set(listNames("bulk"));
  const startedMoves: MovePlan["startedMoves"][number][] = [];
  const remainingUses: RetireResult["stays"] = [];
  for (const use of await listUsages(kind)) {
    const { collection, field, filter, isMany, toStoredValue } = use;
    const stay = (reason: string) => remainingUses.push({ kind: collection.name, field, reason });
    if (isMany) stay("The field holds several values");
    else if (!filter?.isIndexed) stay("No index finds records by this field");
    else if (!bulk.has(collection.name)) stay("Records of this kind do not support bulk changes");
    else if (!hasPermission((await loadChangeable(collection.name)).write)) stay("The caller cannot change these records");
    else {
      const request = { query: { [filter.name]: toStoredValue(value) }, changes: { [field]: toStoredValue(replacement) } };
      startedMoves.push({ use, begin: await prepareStart({ kind: collection.name, action: "update", ...request }) });
    }
  }
  return { startedMoves, stays: remainingUses };
}
