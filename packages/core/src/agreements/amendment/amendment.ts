import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { useActorId } from "../../kernel/context.ts";
import { requestTime } from "../../kernel/day.ts";
import { conflict, type Failure, isFailure, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { MAX_AMENDMENTS } from "../contract/change-log.schema.ts";
import { type ContractRecord, Contracts } from "../contract/contract.entity.ts";
import { CONTRACT } from "../contract/contract.kind.ts";
import { Contract, emptySignatures } from "../contract/contract.ts";
import { type AmendmentRecord, Amendments, fields, Stored } from "./amendment.entity.ts";
import { toChangePosition } from "./baseline.ts";
import { amendmentTypes } from "./changes.rules.ts";
import { type AmendmentFields, deriveFields, requireAmendable, restoreInput } from "./drafting.ts";
import {
  type AmendmentAct,
  amendmentStatuses,
  isActAllowed,
  isRemovable,
  type RequiredSteps,
  resolveStatus,
} from "./status.rules.ts";

/** The amendment domain: amendments of a contract are written, drawn from the contract's figures, read and deleted. */

export const Info = Stored.omit({ approval_round: true, written_by: true });
export const Row = rowSchema(Stored, Amendments.definition.row);

export const AmendmentIdInput = IdInput.extend({ amendmentId: text(64) });
export type AmendmentIdInput = z.output<typeof AmendmentIdInput>;

const Query = listSchema(Amendments, {
  status: oneOf(amendmentStatuses).optional(),
  amendment_type: oneOf(amendmentTypes).optional(),
});

export const list = fn(Query.extend(IdInput.shape), async ({ id, ...asking }) => {
  const contract = await Contract.read(id);
  return listRecords(Amendments, { ...buildListQuery(Amendments, asking), parent: contract.id });
});

/** Builds the query of the amendments of all contracts. A filter by one contract reads its partition. */
export async function listQuery(input: z.output<typeof Query>): Promise<ListQuery> {
  const { contract_id, ...rest } = input as typeof input & { contract_id?: string };
  const isBelow = contract_id !== undefined && (await Records.isVisible(CONTRACT, contract_id));
  return isBelow ? { ...buildListQuery(Amendments, rest), parent: contract_id } : buildListQuery(Amendments, input);
}

/** Lists the amendments of all contracts that the caller sees. */
export const listAll = fn(Query, async (input) => listRecords(Amendments, await listQuery(input)));

/** The definition of the list over all contracts, for exports. */
export const listDefinition = { collection: Amendments, query: Query, listQuery, info: Info, fields };

export const get = fn(AmendmentIdInput, (reference) => read(reference));

/** Reads an amendment of this contract. Throws `notFound` if the caller does not see it. */
export async function read({ id, amendmentId }: AmendmentIdInput): Promise<AmendmentRecord> {
  const amendment = await Records.read(Amendments, amendmentId);
  if (amendment.contract_id !== id) throw notFound();
  return amendment;
}

export const create = fn(IdInput.extend(fields), async ({ id, ...input }) => {
  let createdAmendment: AmendmentRecord | undefined;
  const answer = (): AmendmentRecord => createdAmendment as AmendmentRecord;
  return Records.change(
    Contracts,
    id,
    async (current, tx) => {
      createdAmendment = await buildAmendment(current, toStoredFields(fields, input));
      tx.create(Amendments, createdAmendment);
      return { ...current, amendment_ids: [...current.amendment_ids, createdAmendment.id] };
    },
    { answer },
  );
});

async function buildAmendment(contract: ContractRecord, input: AmendmentFields): Promise<AmendmentRecord> {
  requireAmendable(contract);
  if (contract.amendment_ids.length >= MAX_AMENDMENTS)
    throw conflict(`A contract can have at most ${MAX_AMENDMENTS} amendments: create a new contract`, [
      { field: "id", message: `The contract has ${MAX_AMENDMENTS} amendments` },
    ]);
  const number = contract.amendment_ids.length + 1;
  return Records.init(Amendments, {
    ...input,
    ...(await deriveFields(contract, input, toChangePosition({ ...input, number }))),
    contract_id: contract.id,
    number,
    amendment_number: `${contract.contract_number}-A${number}`,
    ...resetFields,
    status: "DRAFT",
    status_changed_at: requestTime(),
    owner_id: contract.owner_id,
    approval_round: 0,
    written_by: [useActorId()],
    took_effect_at: null,
  });
}

/** Values that do not apply to a changed text: the approval, the customer's answer and the signatures of the old one. */
const resetFields = {
  ...emptySignatures,
  approval: null,
  answer_by: null,
  customer_answer: null,
  signature_request_id: null,
  submitted_at: null,
  signed_at: null,
  ended_because: null,
} as const satisfies Partial<AmendmentRecord>;

export const replace = fn(AmendmentIdInput.extend(fields), ({ id, amendmentId, ...input }) =>
  edit({ id, amendmentId }, toStoredFields(fields, input)),
);

export const update = fn(patchSchema(fields).extend(AmendmentIdInput.shape), ({ id, amendmentId, ...patch }) =>
  edit({ id, amendmentId }, toStoredPatch(fields, patch)),
);

/** Draws the amendment again from the contract's present figures, without other changes. */
export const refresh = fn(AmendmentIdInput, async (reference) => {
  try {
    return await edit(reference, {}, { redraws: true });
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw conflict("The amendment cannot be drafted again without changes: change it", (error as Failure).details);
  }
});

/** Applies changes. Without a change it draws nothing again, unless that is asked for. */
const edit = (
  ids: AmendmentIdInput,
  changes: Partial<StoredFields<typeof fields>>,
  { redraws = false } = {},
): Promise<AmendmentRecord> =>
  changeAmendment(ids, async (current) => {
    const before: object = restoreInput(current);
    if (!redraws && isDeepStrictEqual({ ...before, ...changes }, before)) return current;
    if (!redraws && Object.keys(changes).every((field) => field === "notes")) return { ...current, ...(changes as object) };
    const contract = await Contract.read(current.contract_id);
    const next = applyAct(current, "change");
    requireAmendable(contract);
    if (current.customer_signed || current.company_signed)
      throw conflict("The amendment is signed by one side: withdraw it and create another", [
        { field: current.customer_signed ? "customer_signed" : "company_signed", message: "Signed" },
      ]);
    const input = { ...restoreInput(current), ...changes } as AmendmentFields;
    return {
      ...next,
      ...input,
      ...(await deriveFields(contract, input, toChangePosition({ ...input, number: current.number }))),
      ...resetFields,
      written_by: [...new Set([...current.written_by, useActorId()])],
    };
  });

/** Changes an amendment of this contract. Throws `notFound` if the caller does not see it. */
export const changeAmendment = (
  { id, amendmentId }: AmendmentIdInput,
  act: (
    current: AmendmentRecord,
    tx: Parameters<Parameters<typeof Records.change<AmendmentRecord>>[2]>[1],
  ) => Promise<AmendmentRecord> | AmendmentRecord,
): Promise<AmendmentRecord> =>
  Records.change(Amendments, amendmentId, (current, tx) => {
    if (current.contract_id !== id) throw notFound();
    return act(current, tx);
  });

/** Deletes an amendment that is a DRAFT, REJECTED or WITHDRAWN. */
export const remove = fn(AmendmentIdInput, ({ id, amendmentId }) =>
  Records.remove(Amendments, amendmentId, (current) => {
    if (current.contract_id !== id) throw notFound();
    if (isRemovable(current.status)) return current;
    const hint = isActAllowed(current.status, "withdraw") ? "withdraw it first" : "it cannot be deleted";
    throw conflict(`The amendment is ${current.status}: ${hint}`, [{ field: "status", message: current.status }]);
  }),
);

/** Returns the steps that the amendment must pass, as they were determined at its submission. */
export const resolveRequiredSteps = ({
  approval,
  requires_customer_approval,
  requires_signature,
}: AmendmentRecord): RequiredSteps => {
  const steps = (approval?.steps ?? []).map(({ step }) => step);
  return {
    legal_review: steps.includes("LEGAL_REVIEW"),
    internal_approval: steps.includes("APPROVAL"),
    customer_approval: requires_customer_approval,
    signature: requires_signature,
  };
};

/** Returns the amendment after an act. All status changes go through this function. Throws a conflict if the status does not allow the act. */
export function applyAct(amendment: AmendmentRecord, act: AmendmentAct): AmendmentRecord {
  const status = resolveStatus(amendment.status, act, resolveRequiredSteps(amendment));
  if (status === undefined)
    throw conflict(`The amendment is ${amendment.status}: ${rejectionTexts[act]}`, [
      { field: "status", message: amendment.status },
    ]);
  return status === amendment.status ? amendment : { ...amendment, status, status_changed_at: requestTime() };
}

const rejectionTexts: Readonly<Record<AmendmentAct, string>> = {
  change: "it can no longer be changed",
  submit: "only a DRAFT can be submitted",
  agree: "no internal approval is pending",
  refuse: "no internal approval is pending",
  lapse: "no internal approval is pending",
  accept: "no answer of the customer is pending",
  decline: "no answer of the customer is pending",
  complete: "only one that is SIGNING can be signed",
  withdraw: "it can no longer be withdrawn",
  effect: "only a SIGNED one can take effect",
  void: "it has ended",
};

export * as Amendment from "./amendment.ts";
