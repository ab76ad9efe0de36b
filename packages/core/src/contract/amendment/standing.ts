import { Records } from "../../storage/write/records.ts";
import { type Agreed, agreedAt, type Change, compareChanges } from "../agreed.rules.ts";
import { figuresIn } from "../changes.ts";
import { type ContractRecord, type DeliverableRecord, deliverableFields } from "../contract.entity.ts";
import { wordingOf } from "../wording.ts";
import { type AmendmentRecord, Amendments, type Clause, type SaidDeliverable, type Scope } from "./amendment.entity.ts";
import { isAfter, type Place, setOf } from "./changes.rules.ts";

/** What a contract says at the place of a change among its others: what an amendment is drawn from, and is compared with later. */

const saidFields = Object.keys(deliverableFields);

/** What is said of a deliverable; how far it is, is no part of what was agreed. */
export const saidOf = (deliverable: Partial<DeliverableRecord> & { id: string }): SaidDeliverable =>
  Object.fromEntries([
    ["id", deliverable.id],
    ...saidFields.map((field) => [field, (deliverable as Record<string, unknown>)[field] ?? null]),
  ]) as SaidDeliverable;

export const scopeOf = ({ added, changed, removed }: Scope): NonNullable<Change["scope"]> => ({
  added,
  changed: changed.map(({ id, set }) => ({ id, ...set })),
  removed: removed.map(({ id }) => id),
});

/** An amendment as it counts among the changes of its contract. */
export const changeOf = ({ amendment_type, number, effective_date, figures, deliverables }: AmendmentRecord): Change => ({
  kind: amendment_type,
  ...{ number, effective_date },
  set: setOf(figures),
  ...(deliverables ? { scope: scopeOf(deliverables) } : {}),
});

export const placeOf = ({
  amendment_type,
  number,
  effective_date,
}: Pick<AmendmentRecord, "amendment_type" | "number" | "effective_date">): Place => ({
  kind: amendment_type,
  ...{ number, effective_date },
});

/** The text of a term as it is, the amended one where there is one. */
export type Original = Clause["original"];

export interface Standing {
  agreed: Agreed;
  /** By their keys; empty where the contract has no wording. */
  terms: ReadonlyMap<string, Original>;
}

/** What holds at a place: without what comes behind it, and with what is agreed and takes effect before. */
export async function standingAt(contract: ContractRecord, place: Place): Promise<Standing> {
  const applied = contract.changes.filter((each) => isAfter(place, each));
  const clauses = applied.filter((each) => each.clauses.length > 0);
  const ahead = contract.amendments_ahead.filter(({ number, effective_date }) =>
    isAfter(place, { kind: "VALUE", number, effective_date }),
  );
  const wanted = [...new Set([...clauses, ...ahead].flatMap(({ amendment_id }) => amendment_id ?? []))];
  const [wording, loaded] = await Promise.all([wordingOf(contract), Records.loadMany(Amendments, wanted)]);
  const byId = new Map(loaded.flatMap((each) => (each ? [[each.id, each] as const] : [])));
  const coming = ahead.flatMap(({ amendment_id }) => byId.get(amendment_id) ?? []);
  const first: Agreed = {
    ...(contract.first_agreed ?? figuresIn(contract)),
    deliverables: contract.deliverables.map(saidOf),
    term_number: 1,
    amendment_count: 0,
  };
  const agreed = agreedAt(first, [
    ...applied.map(
      ({ kind, number, effective_date, set }): Change => ({ kind, number, effective_date, set: set as Change["set"] }),
    ),
    ...coming.map(changeOf),
  ]);
  const texts = [...byId.values()].toSorted((one, other) => compareChanges(changeOf(one), changeOf(other)));
  const terms = new Map(
    (wording?.terms ?? []).map(({ key, number, heading, text }): [string, Original] => [key, { number, heading, text }]),
  );
  for (const { clauses: amended } of texts)
    for (const { key, heading, text, original } of amended)
      terms.set(key, { number: original.number, heading: heading ?? original.heading, text });
  return { agreed, terms };
}
