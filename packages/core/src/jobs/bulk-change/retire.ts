import * as z from "zod";
import { may } from "../../kernel/context.ts";
import { invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { MasterKind } from "../../kernel/master.ts";
import { namesOf } from "../../kernel/names.ts";
import { text } from "../../kernel/schema.ts";
import { Master } from "../../masters/master.ts";
import { kindParameter } from "../../masters/parameter.ts";
import { requireEmpty, type Use, usesOf } from "../../masters/used.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { changeableNamed } from "./changeable.ts";
import { prepared } from "./start.ts";

/** Taking a value of master data out of use, and its records along to another. */

const Moving = z.object({
  kind: z.string(),
  field: z.string(),
  bulk_change_id: z.string(),
});

const Staying = z.object({ kind: z.string(), field: z.string(), reason: z.string() });

export const Retired = z.object({
  value: z.object({ id: z.string(), code: z.string(), name: z.string(), is_active: z.boolean(), version: z.number().int() }),
  moves: z.array(Moving).describe("The bulk changes that give its records the other value"),
  stays: z
    .array(Staying)
    .describe("Records that keep the value, as it may be kept: nothing finds them by this field, or the caller may not"),
});
type Retired = z.output<typeof Retired>;

/**
 * Without `replace_with` the value stays on the records that have it, and is offered no more. With it they are moved in the
 * background, in the name of who asks; that begins in the transaction that retires the value.
 */
export const retire = fn(
  z.strictObject({
    kind: kindParameter,
    id: text(64),
    replace_with: text(64).optional().describe("The value that its records get, by id or code"),
  }),
  async ({ kind, id, replace_with }) => {
    const value = await Master.find(kind, id);
    if (!value || value.deleted_at) throw notFound();
    Master.requireRetirable(kind, value);
    const { begun, stays } =
      replace_with === undefined ? nothing : await movesTo(kind, value, await otherOf(kind, value, replace_with));
    if (replace_with === undefined) await requireEmpty(kind, value);
    let moves: Retired["moves"] = [];
    const along = async (tx: Transaction): Promise<void> => {
      moves = [];
      for (const { use, begin } of begun)
        moves.push({ kind: use.collection.name, field: use.field, bulk_change_id: (await begin(tx)).id });
    };
    const answer = ({ code, name, is_active, version }: Master.Value): Retired => ({
      value: { id, code, name, is_active, version },
      moves,
      stays,
    });
    return Master.deactivate(kind, id, along, answer);
  },
);

interface Moves {
  begun: readonly { use: Use; begin: Awaited<ReturnType<typeof prepared>> }[];
  stays: Retired["stays"];
}

const nothing: Moves = { begun: [], stays: [] };

/** The value that records get; what is under way goes on where something may be under way. */
async function otherOf(kind: MasterKind, value: Master.Value, given: string): Promise<Master.Value> {
  const other = await Master.find(kind, await Master.resolve(kind, given, "replace_with"));
  if (!other || other.id === value.id) throw invalid("replace_with", "Name another value");
  if (other.is_closed !== value.is_closed || other.is_won !== value.is_won)
    throw invalid("replace_with", "It ends what the other does not: name one of the same end");
  return other;
}

async function movesTo(kind: MasterKind, value: Master.Value, other: Master.Value): Promise<Moves> {
  const bulk = new Set(namesOf("bulk"));
  const begun: Moves["begun"][number][] = [];
  const stays: Retired["stays"] = [];
  for (const use of await usesOf(kind)) {
    const { collection, field, filter, isMany, held } = use;
    const stay = (reason: string) => stays.push({ kind: collection.name, field, reason });
    if (isMany) stay("It holds several values");
    else if (!filter?.isIndexed) stay("No index finds records by it");
    else if (!bulk.has(collection.name)) stay("Records of this kind are not changed in bulk");
    else if (!may((await changeableNamed(collection.name)).write)) stay("The caller may not change these records");
    else {
      const asked = { query: { [filter.name]: held(value) }, changes: { [field]: held(other) } };
      begun.push({ use, begin: await prepared({ kind: collection.name, action: "update", ...asked }) });
    }
  }
  return { begun, stays };
}
