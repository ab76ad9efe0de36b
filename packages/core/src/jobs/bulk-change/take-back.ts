import type { BulkChangeRecord } from "../../bulk-change/bulk-change.ts";
import type { Kept, Told } from "../../bulk-change/ledger.ts";
import { notFound, ruleViolation } from "../../kernel/error.ts";
import { Records } from "../../storage/write/records.ts";
import { openedText } from "../import/sealed.ts";
import { isUntouched } from "../import/undo.ts";
import { inputOf, markOf, type Plan, valueAt } from "./bulk-plan.ts";
import { changedSince } from "./deeds.ts";
import { type Answer, asItWas, type Deed, type Spared, type Work } from "./row.ts";

/** A bulk change that is taken back, with the secret of its marks. */
export interface Undone {
  original: BulkChangeRecord;
  plan: Plan;
}

/** What takes back what was done with one record, where nobody has touched that since. */
export function takingBack(work: Work, { original, plan }: Undone, entry: Kept): () => Promise<Deed | Spared> {
  if (original.action === "update") return () => setBack(work, { original, plan }, entry);
  return original.action === "delete" ? () => broughtBack(work, entry) : () => removedAgain(work, original, entry);
}

async function setBack(
  { changeable }: Work,
  { original, plan }: Undone,
  { id, left = {}, sealed }: Kept,
): Promise<Deed | Spared> {
  const { before } = JSON.parse(sealed ? await openedText(original.id, sealed) : "{}") as Partial<Told>;
  if (!before) throw ruleViolation("What it had before was too long to be kept");
  const current = (await changeable.verbs.get({ id })) as Answer;
  const isSo = (name: string, mark: string | undefined): boolean => markOf(plan, valueAt(current, name)) === mark;
  const names = Object.keys(before).filter((name) => !isSo(name, markOf(plan, before[name])));
  if (names.length === 0) return asItWas;
  const standing = names.filter((name) => isSo(name, left[name]));
  const details = names
    .filter((name) => !standing.includes(name))
    .map((field) => ({ field, message: "Changed since: it stays as it is" }));
  if (standing.length === 0) return changedSince(details);
  const values = Object.fromEntries(standing.map((name) => [name, before[name]]));
  const had = Object.fromEntries(standing.map((name) => [name, valueAt(current, name)]));
  return {
    ...{ meant: current, before: had, details },
    act: () => changeable.verbs.update({ ...inputOf(values), id: current.id }),
  };
}

async function broughtBack({ changeable: { collection, verbs } }: Work, { id, version }: Kept): Promise<Deed | Spared> {
  const record = await Records.load(collection, id);
  if (!record) throw notFound();
  if (!record.deleted_at) return asItWas;
  return record.version === version ? { act: () => verbs.restore({ id }) } : changedSince();
}

async function removedAgain({ changeable }: Work, original: BulkChangeRecord, { id, version }: Kept): Promise<Deed | Spared> {
  const record = await Records.load(changeable.collection, id);
  if (!record) throw notFound();
  if (record.deleted_at) return asItWas;
  const isSame = await isUntouched(record, version ?? record.version, original.created_at);
  return isSame ? { act: () => changeable.verbs.remove({ id }) } : changedSince();
}
