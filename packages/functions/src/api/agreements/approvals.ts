import { Approvals } from "@crm/core/agreements/approval/approval.entity.ts";
import { approvalGrants } from "@crm/core/agreements/approval/approval.kind.ts";
import { Approval } from "@crm/core/agreements/approval/approval.ts";
import { toFlowId } from "@crm/core/agreements/approval/flow-name.ts";
import { readSubject, SubjectSheet } from "@crm/core/agreements/approval/subject-sheet.ts";
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
    description: "`mine=true&status=pending` returns the approvals that the caller has to decide.",
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
    tag: "Approvals",
    name: "getApprovalSubject",
    method: "GET",
    path: "/approvals/{id}/subject",
    access: approvalGrants.read,
    summary: "Read what an approval decides",
    description:
      "The user who is asked reads it as long as the decision is theirs, also if the record itself is hidden from them. Other callers read it if they see the record.",
    verb: readSubject,
    output: SubjectSheet.meta({ id: "ApprovalSubject" }),
  }),
  operation({
    ...decisionOptions,
    name: "approveApproval",
    path: "/approvals/{id}/approve",
    summary: "Approve the subject of an approval",
    description: "Only the assigned approver can decide, once. A second or late decision returns 409 with an explanation.",
    verb: Approval.approve,
  }),
  operation({
    ...decisionOptions,
    name: "rejectApproval",
    path: "/approvals/{id}/reject",
    summary: "Reject the subject of an approval",
    description:
      "Only the assigned approver can decide. The subject becomes a DRAFT again, and the other approvers are no longer asked.",
    verb: Approval.reject,
  }),
  operation({
    ...decisionOptions,
    name: "delegateApproval",
    path: "/approvals/{id}/delegate",
    summary: "Delegate an approval to another user",
    description: "Only the assigned approver can delegate, to a user who can see the subject and may approve it.",
    verb: Approval.delegate,
  }),
] as const;

export const approvals = defineApiFunction(operations, { uses: ["domains", "flows:answer"] });
