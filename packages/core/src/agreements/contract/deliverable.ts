import { Clock } from "../../kernel/clock.ts";
import { conflict, invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import {
  type ContractRecord,
  Contracts,
  type DeliverableRecord,
  deliverableFields,
  MAX_DELIVERABLES,
} from "./contract.entity.ts";
import { applyEdit, Contract } from "./contract.ts";
import { buildDeliverables, type DeliverableDraft } from "./deliverable-records.ts";
import { type DeliverableStatus, deliverableStatuses, deliverableTransitions, hasBegun } from "./status.rules.ts";

/** Deliverables of a contract: their content, which is agreed, and their progress. */

const DeliverableIdInput = IdInput.extend({ deliverable_id: text(64) });

export const list = fn(IdInput, async ({ id }) => (await Contract.read(id)).deliverables);

export const add = fn(IdInput.extend(deliverableFields), ({ id, ...input }) =>
  changeDeliverables(id, async (current) => {
    if (current.deliverables.length >= MAX_DELIVERABLES)
      throw invalid("name", `A contract can have at most ${MAX_DELIVERABLES} deliverables`);
    const [addedDeliverable] = await buildDeliverables([{ input: input }], current.currency, emptyPath);
    return { deliverables: [...current.deliverables, addedDeliverable as DeliverableRecord], id: addedDeliverable?.id };
  }),
);

const Patch = patchSchema(deliverableFields).extend({
  ...DeliverableIdInput.shape,
  status: oneOf(deliverableStatuses).optional(),
});

export const update = fn(Patch, ({ id, deliverable_id, status, ...patch }) =>
  changeDeliverables(id, async (current) => {
    const previous = findDeliverable(current, deliverable_id);
    const values = { ...toStoredFields(deliverableFields, previous), ...toStoredPatch(deliverableFields, patch) };
    const draft: DeliverableDraft = { input: values as DeliverableDraft["input"], previous: previous };
    const [edited] = await buildDeliverables([draft], current.currency, emptyPath);
    const next =
      status === undefined || status === previous.status
        ? edited
        : applyDeliverableStatus(current, edited as DeliverableRecord, status);
    return {
      deliverables: current.deliverables.map((deliverable) =>
        deliverable === previous ? (next as DeliverableRecord) : deliverable,
      ),
      id: previous.id,
    };
  }),
);

export const remove = fn(DeliverableIdInput, ({ id, deliverable_id }) => {
  const edit = (current: ContractRecord): ContractRecord => {
    const previous = findDeliverable(current, deliverable_id);
    return applyEdit(current, {
      ...current,
      deliverables: current.deliverables.filter((deliverable) => deliverable !== previous),
    });
  };
  return Records.change(Contracts, id, edit, { answer: () => null });
});

/** Errors name the fields of a single deliverable without a prefix. */
const emptyPath = (): string => "";

interface DeliverableChange {
  deliverables: DeliverableRecord[];
  id: string | undefined;
}

async function changeDeliverables(
  id: string,
  edit: (current: ContractRecord) => Promise<DeliverableChange>,
): Promise<DeliverableRecord> {
  let deliverableId: string | undefined;
  return Records.change(
    Contracts,
    id,
    async (current) => {
      const change = await edit(current);
      deliverableId = change.id;
      return applyEdit(current, { ...current, deliverables: change.deliverables });
    },
    { answer: (contract) => findDeliverable(contract, deliverableId ?? "") },
  );
}

function findDeliverable({ deliverables }: ContractRecord, deliverableId: string): DeliverableRecord {
  const match = deliverables.find((deliverable) => deliverable.id === deliverableId);
  if (!match) throw notFound();
  return match;
}

function applyDeliverableStatus(
  contract: ContractRecord,
  current: DeliverableRecord,
  status: DeliverableStatus,
): DeliverableRecord {
  if (!hasBegun(contract.status))
    throw conflict(`The contract is ${contract.status}; deliverables can change status once it is in force`, [
      { field: "status", message: `The contract is ${contract.status}` },
    ]);
  if (!deliverableTransitions[current.status].includes(status))
    throw conflict(`The deliverable is ${current.status} and cannot become ${status}`, [
      { field: "status", message: `Cannot change from ${current.status} to ${status}` },
    ]);
  const now = Clock.now();
  const isDelivered = status === "DELIVERED" || status === "ACCEPTED";
  return {
    ...current,
    status,
    delivered_at: isDelivered ? (current.delivered_at ?? now) : null,
    accepted_at: status === "ACCEPTED" ? now : null,
  };
}

export * as Deliverables from "./deliverable.ts";
