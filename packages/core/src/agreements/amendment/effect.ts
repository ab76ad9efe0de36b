import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { laterInstant } from "../../kernel/interval.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
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

/** Applies an amendment to its contract, once, on its effective day; and updates open amendments when the contract ends or gets another owner. */

/** Returns whether the contract is deleted or ends on or before the effective day. Such an amendment becomes void. */
const isTooLate = ({ effective_at }: AmendmentRecord, contract: ContractRecord | undefined): boolean => {
  const end = contract && findEnd(contract);
  return contract === undefined || contract.deleted_at !== null || (end != null && end <= effective_at);
};

/**
 * Marks an amendment as agreed by all parties. It takes effect at once if its day has come, otherwise on that day. Adds the contract to the
 * transaction.
 */
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

/**
 * Applies one more signature. Throws if the contract has changed since the amendment was drawn. With the second signature the amendment binds both
 * sides.
 */
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

/** Returns the amendment in effect and writes the changed contract in the transaction. */
async function takeEffect(tx: Transaction, amendment: AmendmentRecord, contract: ContractRecord): Promise<AmendmentRecord> {
  tx.replace(
    Contracts,
    contract,
    Contracts.applyComputed(Records.nextVersion(contract, await applyAmendment(contract, amendment))),
  );
  return { ...applyAct(amendment, "effect"), took_effect_at: Clock.now() };
}

/** Returns the contract with one more change. The result equals that of all its changes in order, whichever of them was processed first. */
async function applyAmendment(contract: ContractRecord, amendment: AmendmentRecord): Promise<ContractRecord> {
  const place = toChangePosition(amendment);
  const figureSet = toFigureSet(amendment.figures);
  const set = omitFieldsSetLater(figureSet, place, contract.changes);
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
      ...{ kind: place.kind, number: place.number, effective_date: place.effective_date, set: figureSet },
      ...{ amendment_id: amendment.id, clauses: amendment.clauses.map(({ key }) => key) },
      is_scope: amendment.deliverables !== null,
      billed_from: resolveBillingDay(amendment),
    }),
    amendments_ahead: withoutAmendment(contract, amendment.id),
    has_amendments: true,
    amendment_count: contract.amendment_count + 1,
  };
}

/** Bills that were due before both sides agreed do not change. */
const resolveBillingDay = ({ effective_date, signed_at }: AmendmentRecord): string =>
  laterInstant(effective_date, instantToDay(useSettings().timezone, signed_at ?? Clock.now()));

/** Returns the contract with the dates that depend on its last day: notice, end and duration. */
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

/** Loads the scope changes of later amendments that have already taken effect. */
async function loadLaterScopes(contract: ContractRecord, amendment: AmendmentRecord) {
  const place = toChangePosition(amendment);
  const laterChanges = contract.changes.filter((change) => change.is_scope && isAfter(change, place));
  const amendments = await Records.loadMany(
    Amendments,
    laterChanges.flatMap(({ amendment_id }) => amendment_id ?? []),
  );
  return amendments.flatMap((laterAmendment) => (laterAmendment?.deliverables ? [toScope(laterAmendment.deliverables)] : []));
}

const toDueInstant = (day: unknown): string | null => (typeof day === "string" ? startOfDay(useSettings().timezone, day) : null);

const deliverableBuilders = {
  added: (terms: object): DeliverableRecord => ({
    ...(terms as DeliverableTerms),
    status: "PENDING",
    delivered_at: null,
    accepted_at: null,
    created_at: Clock.now(),
    due_at: toDueInstant((terms as DeliverableTerms).due_date),
    told_at: null,
  }),
  /** With another due date, the owner is notified again. */
  changed: (before: DeliverableRecord, set: object): DeliverableRecord => {
    const next = { ...before, ...set };
    return next.due_date === before.due_date ? next : { ...next, due_at: toDueInstant(next.due_date), told_at: null };
  },
};

/**
 * Listener for `contract_amendment.effect_due`. A repeated or late call is safe, because the effect is tied to the instant in the event. Late clocks
 * fire in any order, so amendments of earlier days are applied first: they may move the end of the contract.
 */
export const onEffectDue = createClockListener((id, due_at) =>
  Tenant.runWithSettings(async () => {
    const contract = await loadContract(id, due_at);
    for (const before of listDueBefore(due_at, contract)) await applyDueEffect(before.amendment_id, before.effective_at);
    if (isRenewalPending(due_at, await loadContract(id, due_at))) return;
    await applyDueEffect(id, due_at);
  }),
);

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

/** Returns the other amendments that have an earlier effective day and are due. */
const listDueBefore = (due_at: string, contract: ContractRecord | undefined): ContractRecord["amendments_ahead"] =>
  (contract?.amendments_ahead ?? [])
    .filter(({ effective_at }) => effective_at < due_at && effective_at <= Clock.now())
    .toSorted((a, b) => (a.effective_at < b.effective_at ? -1 : 1));

/** Returns whether the renewal of the term that has ended is still undecided. The clock is then delivered again after the decision. */
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

/** Listener for the end and the new owner of a contract. Updates its open amendments. */
export async function onContractChanged({ record_id }: DomainEvent): Promise<void> {
  const contract = await Records.load(Contracts, record_id);
  if (!contract) return;
  const amendments = await Records.loadMany(Amendments, contract.amendment_ids, { live: true });
  for (const amendment of amendments)
    if (amendment && isPending(amendment.status)) await syncWithContract(amendment.id, contract.id);
}

/** Writes each amendment in its own transaction. A second delivery skips those that are done. */
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
  // The effective day came before the contract ended. The clock still applies the amendment.
  if (isActAllowed(current.status, "effect") && !isTooLate(current, contract)) return current;
  return voidAmendment(tx, current, contract);
}
