import { approvalGrants } from "@crm/core/approval/approval.domain.ts";
import { Approvals } from "@crm/core/approval/approval.entity.ts";
import { Approval } from "@crm/core/approval/approval.ts";
import { flowIdOf } from "@crm/core/approval/flow-name.ts";
import { serves } from "../http/function.ts";
import { type Linked, operation, recordOf, rowOf } from "../http/operation.ts";
import { flowLinks, linksOf, subjectLinks } from "./links.ts";
import { listing } from "./listing.ts";

const named = linksOf(Approvals);
const links = (approval: Linked) => ({
  ...named(approval),
  ...subjectLinks(approval),
  ...flowLinks(flowIdOf({ subject_id: String(approval.subject_id), round: Number(approval.round) })),
});

const one = {
  tag: "Approvals",
  output: recordOf("Approval", Approval.Info),
  kind: "record",
  links,
} as const;
const decides = { ...one, method: "POST", access: approvalGrants.decide } as const;

const operations = [
  ...listing({
    ...one,
    name: "listApprovals",
    path: "/approvals",
    access: approvalGrants.read,
    summary: "List approvals",
    description: "`mine=true&status=pending` is what the caller has to decide.",
    verb: Approval.list,
    output: rowOf("ApprovalRow", Approval.Row),
  }),
  operation({
    ...one,
    name: "getApproval",
    method: "GET",
    path: "/approvals/{id}",
    access: approvalGrants.read,
    summary: "Read an approval",
    verb: Approval.get,
  }),
  operation({
    ...decides,
    name: "approveApproval",
    path: "/approvals/{id}/approve",
    summary: "Agree to what is to be approved",
    description: "Who is asked does, once: a second answer, or a late one, is a 409 that says what happened.",
    verb: Approval.approve,
  }),
  operation({
    ...decides,
    name: "rejectApproval",
    path: "/approvals/{id}/reject",
    summary: "Refuse what is to be approved",
    description: "Who is asked does. It is a DRAFT again then, and the others are asked no more.",
    verb: Approval.reject,
  }),
  operation({
    ...decides,
    name: "delegateApproval",
    path: "/approvals/{id}/delegate",
    summary: "Let somebody else decide",
    description: "Who is asked does: somebody who sees what it is about, and may approve it.",
    verb: Approval.delegate,
  }),
] as const;

export const approvals = serves(operations, { uses: ["domains", "flows:answer"] });
