import { Clock } from "../../kernel/clock.ts";
import { isFailure } from "../../kernel/error.ts";
import { isFault } from "../../lib/provider-http/fault.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener, SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import type { StripeCharge } from "../stripe/stripe.rules.ts";
import type { StripeApi, StripeObject } from "../stripe/stripe.ts";
import { type Difference, type PaymentAccountRecord, PaymentAccounts, reconciledLists } from "./payment-account.entity.ts";
import { PaymentAccount } from "./payment-account.ts";
import { type FactResult, postFact } from "./provider-fact.ts";
import { findFunds, findOrderReference, toChargeFact, toDisputeFact, toRefundFact } from "./stripe-facts.rules.ts";

/**
 * Compares an account with its provider: walks charges, refunds and disputes since a day before the last comparison, posts what no event has told, and
 * reports what differs. It works in slices. A slice that was killed or started twice repeats pages, which changes nothing.
 */

const DAY_SECONDS = 24 * 60 * 60;
const RETRY_SECONDS = 60 * 60;
const MAX_DIFFERENCES = 50;

type Progress = NonNullable<PaymentAccountRecord["reconciliation_progress"]>;
type State = Pick<
  PaymentAccountRecord,
  "reconciliation_progress" | "checked_count" | "posted_count" | "difference_count" | "differences"
>;

/** Listener for `payment_account.reconciliation_due`. */
export const onReconciliationDue = createClockListener((id, due_at) =>
  Tenant.runWithSettings(async () => {
    const account = await Clocks.loadDue(PaymentAccounts, id, "reconciliation", due_at);
    if (!account) return;
    try {
      const state = await runSlice(account);
      await saveState(id, due_at, (current) =>
        state.reconciliation_progress === null
          ? {
              ...current,
              ...state,
              reconciled_until: startProgress(account).until,
              reconciliation_problem: null,
              reconcile_at: Clock.addSeconds(DAY_SECONDS),
            }
          : { ...current, ...state, reconcile_at: Clock.now() },
      );
    } catch (error) {
      if (!isFault(error) && !isFailure(error)) throw error;
      await saveState(id, due_at, (current) => ({
        ...current,
        reconciliation_problem: error.message,
        reconcile_at: Clock.addSeconds(Math.max(RETRY_SECONDS, (isFault(error) && error.retryAfter) || 0)),
      }));
    }
  }),
);

/** Saves the state unless another process has saved one for the same instant. */
const saveState = (id: string, due_at: string, edit: (current: PaymentAccountRecord) => PaymentAccountRecord): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Clocks.loadDue(PaymentAccounts, id, "reconciliation", due_at);
    if (!current) return;
    await transaction()
      .replace(PaymentAccounts, current, Records.nextVersion(current, edit(current)))
      .commit(undefined);
  });

/** Returns where a comparison continues, or where a new one begins. */
function startProgress({ reconciliation_progress, reconciled_until, created_at, reconcile_at }: PaymentAccountRecord): Progress {
  if (reconciliation_progress) return reconciliation_progress;
  return {
    list: "charges",
    after: null,
    since: Clock.addSeconds(-DAY_SECONDS, Date.parse(reconciled_until ?? created_at)),
    // Fixed for the comparison, so that a slice that is repeated walks the same objects.
    until: reconcile_at ?? Clock.now(),
  };
}

async function runSlice(account: PaymentAccountRecord): Promise<State> {
  const api = await PaymentAccount.createProvider(account);
  const deadline = Clock.ms() + SLICE_SECONDS * 1000;
  const isNew = account.reconciliation_progress === null;
  let progress: Progress | null = startProgress(account);
  const state: State = {
    reconciliation_progress: progress,
    checked_count: isNew ? 0 : account.checked_count,
    posted_count: isNew ? 0 : account.posted_count,
    difference_count: isNew ? 0 : account.difference_count,
    differences: isNew ? [] : [...account.differences],
  };
  do {
    const page = await api.listPage(progress.list, progress);
    for (const object of page.objects) {
      state.checked_count += 1;
      addResult(state, await reconcileObject(api, object));
    }
    progress = page.hasMore ? { ...progress, after: page.objects.at(-1)?.id ?? null } : nextList(progress);
  } while (progress !== null && Clock.ms() < deadline);
  return { ...state, reconciliation_progress: progress };
}

function nextList(progress: Progress): Progress | null {
  const list = reconciledLists[reconciledLists.indexOf(progress.list) + 1];
  return list === undefined ? null : { ...progress, list, after: null };
}

function addResult(state: State, { isPosted, differences }: { isPosted: boolean; differences: Difference[] }): void {
  if (isPosted) state.posted_count += 1;
  state.difference_count += differences.length;
  state.differences = [...state.differences, ...differences].slice(0, MAX_DIFFERENCES);
}

type ObjectResult = { isPosted: boolean; differences: Difference[] };
const UNCHANGED: ObjectResult = { isPosted: false, differences: [] };

async function reconcileObject(api: StripeApi, object: StripeObject): Promise<ObjectResult> {
  if (object.object === "charge") return reconcileCharge(object);
  const fact = object.object === "refund" ? toRefundFact(object) : toDisputeFact(object, findFunds(object) ?? "withdrawn");
  if (fact === undefined || (object.object === "dispute" && findFunds(object) === undefined)) return UNCHANGED;
  const result = await postFact(fact);
  if (!("held" in result) || object.charge === null) return toObjectResult(object.id, result);
  // The charge is older than the comparison, or belongs to no order.
  try {
    const charge = await api.fetchCharge(object.charge);
    const chargeResult = await reconcileCharge(charge);
    if (findOrderReference(charge) === null) return UNCHANGED;
    const second = toObjectResult(object.id, await postFact(fact));
    return { isPosted: second.isPosted, differences: [...chargeResult.differences, ...second.differences] };
  } catch (error) {
    if (!isFault(error, "gone")) throw error;
    return toObjectResult(object.id, result);
  }
}

async function reconcileCharge(charge: StripeCharge): Promise<ObjectResult> {
  const order = findOrderReference(charge);
  const fact = order === null ? undefined : toChargeFact(charge, order);
  return fact === undefined ? UNCHANGED : toObjectResult(charge.id, await postFact(fact));
}

/** Returns what an object names that does not exist. */
const describeMissing = (key: string): Pick<Difference, "field" | "reported"> =>
  key.startsWith("order:")
    ? { field: "order", reported: key.slice("order:".length) }
    : { field: "charge", reported: key.slice(key.lastIndexOf(":") + 1) };

const toObjectResult = (object_id: string, result: FactResult): ObjectResult =>
  "held" in result
    ? {
        isPosted: false,
        differences: [{ object_id, order_id: null, ...describeMissing(result.held), recorded: null }],
      }
    : result;
