import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { laterInstant } from "../../kernel/interval.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { recordChange } from "../contract/change-log.ts";
import { type ContractRecord, Contracts, type DeliverableRecord } from "../contract/contract.entity.ts";
import { computeInstants } from "../contract/contract.ts";
import { findEnd, resolveEndStatus } from "../contract/lifecycle.ts";
import { withNotice } from "../contract/renewal-fields.ts";
import { isEnd } from "../contract/status.rules.ts";
import { countTermMonths } from "../contract/term.rules.ts";
import { type AmendmentRecord, Amendments, type DeliverableTerms } from "./amendment.entity.ts";
import { applyAct } from "./amendment.ts";
import { toChangePosition, toScope } from "./baseline.ts";
import { applyScopeBefore, isAfter, omitFieldsSetLater, toFigureSet } from "./changes.rules.ts";
import { requireAmendable, requireFresh } from "./drafting.ts";
import { isActAllowed, isPending } from "./status.rules.ts";

/**
 * How an amendment takes effect: once, on its day, together with its contract. And what becomes of those that are open when the contract
 * ends.
 */

/** The contract has ended by its day, or will have when its own clock comes: what was agreed comes to nothing. */
const isTooLate = ({ effective_at }: AmendmentRecord, contract: ContractRecord | undefined): boolean => {
  const end = contract && findEnd(contract);
  return contract === undefined || contract.deleted_at !== null || (end != null && end <= effective_at);
};

/** Agreed to by all who had to: takes effect at once where its day has come, and else on that day. Joins the contract to the transaction. */
export async function bindAmendment(
  tx: Transaction,
  amendment: AmendmentRecord,
  contract: ContractRecord,
): Promise<AmendmentRecord> {
  const signed = { ...amendment, signed_at: Clock.now() };
  if (signed.effective_at <= Clock.now()) return takeEffect(tx, signed, contract);
  const { id: amendment_id, number, effective_date, effective_at } = signed;
  const amendments_ahead = [...contract.amendments_ahead, { amendment_id, number, effective_date, effective_at }];
  tx.replace(Contracts, contract, Records.nextVersion(contract, { ...contract, amendments_ahead }));
  return signed;
}

/** With one signature more of `amendment`, of which the contract still says what it was drawn from: with the second one it is agreed. */
export async function applySignature(
  tx: Transaction,
  amendment: AmendmentRecord,
  contract: ContractRecord,
): Promise<AmendmentRecord> {
  requireAmendable(contract);
  await requireFresh(contract, amendment);
  if (amendment.customer_signed && amendment.company_signed) return bindAmendment(tx, applyAct(amendment, "complete"), contract);
  tx.requireUnchanged(contract);
  return amendment;
}

/** The amendment in effect, and its contract as it is changed by it. */
async function takeEffect(tx: Transaction, amendment: AmendmentRecord, contract: ContractRecord): Promise<AmendmentRecord> {
  tx.replace(
    Contracts,
    contract,
    Contracts.applyComputed(Records.nextVersion(contract, await applyAmendment(contract, amendment))),
  );
  return { ...applyAct(amendment, "effect"), took_effect_at: Clock.now() };
}

/** A contract with one more change: what it says then is what all its changes come to, whichever of them was worked off first. */
export async function applyAmendment(contract: ContractRecord, amendment: AmendmentRecord): Promise<ContractRecord> {
  const place = toChangePosition(amendment);
  const whole = toFigureSet(amendment.figures);
  const set = omitFieldsSetLater(whole, place, contract.changes);
  const deliverables = amendment.deliverables
    ? applyScopeBefore(
        contract.deliverables,
        toScope(amendment.deliverables),
        await loadLaterScopes(contract, amendment),
        deliverableBuilders,
      )
    : contract.deliverables;
  const next = { ...contract, ...set, deliverables } as ContractRecord;
  return {
    ...(next.end_date === contract.end_date ? next : withNewEnd(next)),
    ...recordChange(contract, {
      ...{ kind: place.kind, number: place.number, effective_date: place.effective_date, set: whole },
      ...{ amendment_id: amendment.id, clauses: amendment.clauses.map(({ key }) => key) },
      is_scope: amendment.deliverables !== null,
      billed_from: resolveBillingDay(amendment),
    }),
    amendments_ahead: withoutAmendment(contract, amendment.id),
    has_amendments: true,
    amendment_count: contract.amendment_count + 1,
  };
}

/** What was due before both sides agreed stays. */
const resolveBillingDay = ({ effective_date, signed_at }: AmendmentRecord): string =>
  laterInstant(effective_date, instantToDay(useSettings().timezone, signed_at ?? Clock.now()));

/** With another last day: what is to be done for its renewal moves with it. */
function withNewEnd(contract: ContractRecord): ContractRecord {
  const { start_date, term_start_date, end_date } = contract;
  return {
    ...withNotice(contract, useSettings().timezone),
    ends_at: computeInstants(contract).ends_at,
    duration_months: countTermMonths({ start_date: term_start_date, end_date }, start_date),
  };
}

const withoutAmendment = ({ amendments_ahead }: ContractRecord, id: string): ContractRecord["amendments_ahead"] =>
  amendments_ahead.filter(({ amendment_id }) => amendment_id !== id);

/** What changes behind it have done to deliverables already. */
async function loadLaterScopes(contract: ContractRecord, amendment: AmendmentRecord) {
  const place = toChangePosition(amendment);
  const later = contract.changes.filter((each) => each.is_scope && isAfter(each, place));
  const found = await Records.loadMany(
    Amendments,
    later.flatMap(({ amendment_id }) => amendment_id ?? []),
  );
  return found.flatMap((each) => (each?.deliverables ? [toScope(each.deliverables)] : []));
}

const toDueInstant = (day: unknown): string | null => (typeof day === "string" ? startOfDay(useSettings().timezone, day) : null);

const deliverableBuilders = {
  added: (said: object): DeliverableRecord => ({
    ...(said as DeliverableTerms),
    status: "PENDING",
    delivered_at: null,
    accepted_at: null,
    created_at: Clock.now(),
    due_at: toDueInstant((said as DeliverableTerms).due_date),
    told_at: null,
  }),
  /** Of another day its owner is told anew. */
  changed: (before: DeliverableRecord, set: object): DeliverableRecord => {
    const next = { ...before, ...set };
    return next.due_date === before.due_date ? next : { ...next, due_at: toDueInstant(next.due_date), told_at: null };
  },
};

/**
 * At `contract_amendment.effect_due`: twice and late too, because the act belongs to the instant that the event names. Where clocks are late they
 * come in any order: what is due before may give the contract another end.
 */
export const onEffectDue = createClockListener(async (id, due_at) => {
  const contract = await loadContract(id, due_at);
  for (const before of listDueBefore(due_at, contract)) await applyDueEffect(before.amendment_id, before.effective_at);
  if (isRenewalPending(due_at, await loadContract(id, due_at))) return;
  await applyDueEffect(id, due_at);
});

const applyDueEffect = (id: string, due_at: string): Promise<void> =>
  Clocks.runDue(Amendments, id, "effect", due_at, async (current, tx) => {
    const contract = await Records.load(Contracts, current.contract_id);
    if (contract && !isTooLate(current, contract)) return takeEffect(tx, current, contract);
    return voidAmendment(tx, current, contract);
  });

async function loadContract(id: string, due_at: string): Promise<ContractRecord | undefined> {
  const amendment = await Clocks.loadDue(Amendments, id, "effect", due_at);
  return amendment && Records.load(Contracts, amendment.contract_id, { live: true });
}

/** Other amendments whose days come before, and have come. */
const listDueBefore = (due_at: string, contract: ContractRecord | undefined): ContractRecord["amendments_ahead"] =>
  (contract?.amendments_ahead ?? [])
    .filter(({ effective_at }) => effective_at < due_at && effective_at <= Clock.now())
    .toSorted((one, other) => (one.effective_at < other.effective_at ? -1 : 1));

/** It is yet to be settled whether a term follows the one that is over by then: the clock of this is handed out again once that is done. */
function isRenewalPending(due_at: string, contract: ContractRecord | undefined): boolean {
  if (!contract || contract.ends_at > due_at) return false;
  const { notice } = Contracts.clockInstants(contract);
  return notice != null && notice <= Clock.now();
}

function voidAmendment(tx: Transaction, amendment: AmendmentRecord, contract: ContractRecord | undefined): AmendmentRecord {
  if (contract && withoutAmendment(contract, amendment.id).length < contract.amendments_ahead.length)
    tx.replace(
      Contracts,
      contract,
      Records.nextVersion(contract, { ...contract, amendments_ahead: withoutAmendment(contract, amendment.id) }),
    );
  const because = contract && contract.deleted_at === null ? resolveEndStatus(contract) : "deleted";
  return { ...applyAct(amendment, "void"), ended_because: `The contract is ${because}` };
}

/** At the end of a contract, and when it has another owner: what becomes of its amendments. */
export async function onContractChanged({ record_id }: DomainEvent): Promise<void> {
  const contract = await Records.load(Contracts, record_id);
  if (!contract) return;
  const found = await Records.loadMany(Amendments, contract.amendment_ids, { live: true });
  for (const amendment of found) if (amendment && isPending(amendment.status)) await syncWithContract(amendment.id, contract.id);
}

/** Each is written by itself: those that were done before a kill are passed over at the second delivery. */
const syncWithContract = (id: string, contract_id: string): Promise<void> =>
  retryOnConflict(async () => {
    const [current, contract] = await Promise.all([
      Records.load(Amendments, id, { live: true }),
      Records.load(Contracts, contract_id),
    ]);
    if (!current || !isPending(current.status)) return;
    const tx = transaction();
    const next = applyContractState(tx, current, contract);
    if (next !== current) await tx.replace(Amendments, current, Records.nextVersion(current, next)).commit(undefined);
  });

function applyContractState(tx: Transaction, current: AmendmentRecord, contract: ContractRecord | undefined): AmendmentRecord {
  const isGone = contract === undefined || contract.deleted_at !== null || isEnd(contract.status);
  if (!isGone) return contract.owner_id === current.owner_id ? current : { ...current, owner_id: contract.owner_id };
  // Its day came while the contract was there: its clock makes it what it was to be.
  if (isActAllowed(current.status, "effect") && !isTooLate(current, contract)) return current;
  return voidAmendment(tx, current, contract);
}
