import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { conflict, invalid, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { filled, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { Records } from "../storage/write/records.ts";
import {
  type ContractRecord,
  Contracts,
  type DeliverableRecord,
  deliverableFields,
  MOST_DELIVERABLES,
} from "./contract.entity.ts";
import { Contract, follow } from "./contract.ts";
import { type Draft, settled } from "./deliverables.ts";
import { type DeliverableStatus, deliverableStatuses, deliverableWays, hasBegun } from "./status.rules.ts";

/** What a contract owes: what it is, which is agreed, and how far it is (seed 001, contract_deliverables). */

const One = z.strictObject({ id: text(64) });
const OneOf = One.extend({ deliverable_id: text(64) });

export const list = fn(One, async ({ id }) => (await Contract.read(id)).deliverables);

export const add = fn(One.extend(deliverableFields), ({ id, ...given }) =>
  change(id, async (current) => {
    if (current.deliverables.length >= MOST_DELIVERABLES) throw invalid("name", `At most ${MOST_DELIVERABLES} of a contract`);
    const [made] = await settled([{ said: given }], current.currency, here);
    return { list: [...current.deliverables, made as DeliverableRecord], own: made?.id };
  }),
);

const Patch = patchOf(deliverableFields).extend({ ...OneOf.shape, status: oneOf(deliverableStatuses).optional() });

export const update = fn(Patch, ({ id, deliverable_id, status, ...patch }) =>
  change(id, async (current) => {
    const had = within(current, deliverable_id);
    const said = { ...filled(deliverableFields, had as never), ...patched(deliverableFields, patch) };
    const draft: Draft = { said: said as Draft["said"], had };
    const [edited] = await settled([draft], current.currency, here);
    const next = status === undefined || status === had.status ? edited : moved(current, edited as DeliverableRecord, status);
    return { list: current.deliverables.map((each) => (each === had ? (next as DeliverableRecord) : each)), own: had.id };
  }),
);

export const remove = fn(OneOf, ({ id, deliverable_id }) => {
  const edit = (current: ContractRecord): ContractRecord => {
    const had = within(current, deliverable_id);
    return follow(current, { ...current, deliverables: current.deliverables.filter((each) => each !== had) });
  };
  return Records.change(Contracts, id, edit, { answer: () => null });
});

/** What is wrong with the one that was sent is named as it was sent. */
const here = (): string => "";

interface Changed {
  list: DeliverableRecord[];
  own: string | undefined;
}

async function change(id: string, edit: (current: ContractRecord) => Promise<Changed>): Promise<DeliverableRecord> {
  let own: string | undefined;
  return Records.change(
    Contracts,
    id,
    async (current) => {
      const changed = await edit(current);
      own = changed.own;
      return follow(current, { ...current, deliverables: changed.list });
    },
    { answer: (written) => within(written, own ?? "") },
  );
}

function within({ deliverables }: ContractRecord, wanted: string): DeliverableRecord {
  const found = deliverables.find((each) => each.id === wanted);
  if (!found) throw notFound();
  return found;
}

function moved(contract: ContractRecord, current: DeliverableRecord, status: DeliverableStatus): DeliverableRecord {
  if (!hasBegun(contract.status))
    throw conflict(`The contract is ${contract.status}: what it owes is delivered once it is in force`, [
      { field: "status", message: `The contract is ${contract.status}` },
    ]);
  if (!deliverableWays[current.status].includes(status))
    throw conflict(`It is ${current.status}: it does not become ${status}`, [
      { field: "status", message: `Not from ${current.status} to ${status}` },
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
