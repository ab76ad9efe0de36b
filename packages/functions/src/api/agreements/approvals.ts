import { Approvals } from "@crm/core/agreements/approval/approval.entity.ts";
import { approvalGrants } from "@crm/core/agreements/approval/approval.kind.ts";
import { Approval } from "@crm/core/agreements/approval/approval.ts";
import { toFlowId } from "@crm/core/agreements/approval/flow-name.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { type LinkedRecord, operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { apiPath, linksFor, recordLink } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const recordLinks = linksFor(Approvals);
const links = (approval: LinkedRecord) => ({
  ...recordLinks(approval),
  ...recordLink("subject", approval.subject_id),
  flow: apiPath(`/flows/${toFlowId({ subject_id: String(approval.subject_id), round: Number(approval.round) })}`),
});

const record = {
  tag: "Approvals",
  output: recordSchema("Approval", Approval.Info),
  kind: "record",
  links,
} as const;
const decisionOptions = { ...record, method: "POST", access: approvalGrants.decide } as const;

const operations = [
  ...buildListOperations({
    ...record,
    name: "listApprovals",
    path: "/approvals",
    access: approvalGrants.read,
    summary: "List approvals",
    description: "`mine=true&status=pending` is what the caller has to decide.",
    verb: Approval.list,
    output: rowSchema("ApprovalRow", Approval.Row),
  }),
  operation({
    ...record,
    name: "getApproval",
    method: "GET",
    path: "/approvals/{id}",
    access: approvalGrants.read,
    summary: "Read an approval",
    verb: Approval.get,
  }),
  operation({
    ...decisionOptions,
    name: "approveApproval",
    path: "/approvals/{id}/approve",
    summary: "Agree to what is to be approved",
    description: "Who is asked does, once: a second answer, or a late one, is a 409 that says what happened.",
    verb: Approval.approve,
  }),
  operation({
    ...decisionOptions,
    name: "rejectApproval",
    path: "/approvals/{id}/reject",
    summary: "Refuse what is to be approved",
    description: "Who is asked does. It is a DRAFT again then, and the others are asked no more.",
    verb: Approval.reject,
  }),
  operation({
    ...decisionOptions,
    name: "delegateApproval",
    path: "/approvals/{id}/delegate",
    summary: "Let somebody else decide",
    description: "Who is asked does: somebody who sees what it is about, and may approve it.",
    verb: Approval.delegate,
  }),
] as const;

export const approvals = defineApiFunction(operations, { uses: ["domains", "flows:answer"] });
