import { Batch } from "@crm/core/engagement/reengagement/batch.ts";
import { BatchFill, Fills } from "@crm/core/engagement/reengagement/fill.ts";
import { Member } from "@crm/core/engagement/reengagement/member.ts";
import { reengagementGrants } from "@crm/core/engagement/reengagement/reengagement.kind.ts";
import { BatchStats } from "@crm/core/engagement/reengagement/stats.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { read, write } = reengagementGrants;
const tag = "Re-engagement";
const batch = {
  tag,
  output: recordSchema("ReengagementBatch", Batch.Info),
  links: linksFor(Batch.listDefinition.collection),
} as const;
const batchWriteOptions = { ...batch, access: write, kind: "record" } as const;
const links = linksFor(Member.listDefinition.collection);
const row = recordSchema("ReengagementMemberRow", Member.Row);
const member = { tag, links, output: recordSchema("ReengagementMember", Member.Info), kind: "record" } as const;
const memberWriteOptions = { ...member, access: write } as const;
const fill = { tag, links: linksFor(Fills), output: recordSchema("ReengagementFill", BatchFill.Info), kind: "record" } as const;
const batchPath = "/reengagement/batches/{id}";
const memberPath = "/reengagement/members/{id}";

const operations = [
  ...crud({
    noun: "ReengagementBatch",
    plural: "ReengagementBatches",
    path: "/reengagement/batches",
    read,
    write,
    remove: write,
    domain: Batch,
    row: recordSchema("ReengagementBatchRow", Batch.Row),
    ...batch,
  }),
  buildExportOperation(
    "exportReengagementBatches",
    "batches",
    "Re-engagement",
    read,
    Batch.listDefinition,
    "/reengagement/batches",
  ),
  operation({
    name: "activateReengagementBatch",
    method: "POST",
    path: `${batchPath}/activate`,
    summary: "Start or resume a batch",
    description: "From then on members can be contacted, and receive the messages of its sequence.",
    verb: Batch.activate,
    ...batchWriteOptions,
  }),
  operation({
    name: "pauseReengagementBatch",
    method: "POST",
    path: `${batchPath}/pause`,
    summary: "Pause a batch",
    description:
      "During the pause no member is contacted, and the sequence stops. Persons whom the batch has contacted stay held.",
    verb: Batch.pause,
    ...batchWriteOptions,
  }),
  operation({
    name: "completeReengagementBatch",
    method: "POST",
    path: `${batchPath}/complete`,
    summary: "Complete a batch",
    description: "The batch no longer holds persons. Purchases within the window after a member's last contact still count.",
    verb: Batch.complete,
    ...batchWriteOptions,
  }),
  operation({
    name: "cancelReengagementBatch",
    method: "POST",
    path: `${batchPath}/cancel`,
    summary: "Cancel a batch",
    verb: Batch.cancel,
    ...batchWriteOptions,
  }),
  operation({
    name: "getReengagementStats",
    method: "GET",
    path: `${batchPath}/stats`,
    tag,
    access: read,
    summary: "Read the daily figures of a batch",
    description: "Each day of the range, at most 366, with totals up to that day.",
    verb: BatchStats.get,
    output: BatchStats.Info,
  }),
  operation({
    name: "annotateReengagementStats",
    method: "PUT",
    path: `${batchPath}/stats/{day}/notes`,
    tag,
    access: write,
    summary: "Write a note for a day of a batch",
    description: "The note is returned with the figures of that day.",
    verb: BatchStats.annotate,
    output: BatchStats.Note,
  }),
  operation({
    name: "listReengagementBatchMembers",
    method: "GET",
    path: `${batchPath}/members`,
    tag,
    access: read,
    summary: "List the members of a batch",
    description: "Only members whose person the caller can see.",
    verb: Member.listByBatch,
    output: row,
    kind: "list",
    links,
  }),
  operation({
    name: "addReengagementMember",
    method: "POST",
    path: `${batchPath}/members`,
    summary: "Add a person to a batch",
    description: "A person can be a member only once. Adding a removed member restores the membership.",
    verb: Member.add,
    status: 201,
    ...memberWriteOptions,
  }),
  operation({
    name: "fillReengagementBatch",
    method: "POST",
    path: `${batchPath}/fill`,
    access: write,
    summary: "Fill a batch",
    description:
      "Adds the contacts of a list, or customers that match the criteria, in the background. Existing members do not change.",
    verb: BatchFill.start,
    status: 202,
    ...fill,
  }),
  operation({
    name: "getReengagementFill",
    method: "GET",
    path: "/reengagement/fills/{id}",
    access: read,
    summary: "Read the progress of a fill",
    verb: BatchFill.get,
    ...fill,
  }),
  operation({
    name: "cancelReengagementFill",
    method: "POST",
    path: "/reengagement/fills/{id}/cancel",
    access: write,
    summary: "Stop a fill",
    description: "Members that were already added stay.",
    verb: BatchFill.cancel,
    ...fill,
  }),
  ...buildListOperations({
    name: "listReengagementMembers",
    path: "/reengagement/members",
    tag,
    access: read,
    summary: "List members of batches",
    description: "Only members whose person and batch the caller can see.",
    verb: Member.list,
    output: row,
    links,
  }),
  buildExportOperation("exportReengagementMembers", "members", tag, read, Member.listDefinition, "/reengagement/members"),
  operation({
    name: "getReengagementMember",
    method: "GET",
    path: memberPath,
    access: read,
    summary: "Read a member of a batch",
    verb: Member.get,
    ...member,
  }),
  operation({
    name: "updateReengagementMember",
    method: "PATCH",
    path: memberPath,
    summary: "Change fields of a member",
    description: "Changes only the named fields; `null` clears one. The status is derived from events.",
    verb: Member.update,
    ...memberWriteOptions,
  }),
  operation({
    name: "removeReengagementMember",
    method: "DELETE",
    path: memberPath,
    summary: "Remove a member from a batch",
    description: "The member no longer counts, and no longer holds the person.",
    verb: Member.remove,
    ...memberWriteOptions,
  }),
  operation({
    name: "contactReengagementMember",
    method: "POST",
    path: `${memberPath}/contacted`,
    summary: "Record that a member was contacted",
    description: "The batch must be ACTIVE, and no other batch may hold the person.",
    dialog: { inputs: { source_id: { isHidden: true } } },
    verb: Member.recordContact,
    ...memberWriteOptions,
  }),
  operation({
    name: "respondReengagementMember",
    method: "POST",
    path: `${memberPath}/responded`,
    summary: "Record that a member responded",
    dialog: { inputs: { source_id: { isHidden: true } } },
    verb: Member.recordResponse,
    ...memberWriteOptions,
  }),
  operation({
    name: "optOutReengagementMember",
    method: "POST",
    path: `${memberPath}/opted-out`,
    summary: "Record that a member opted out",
    description: "Applies to this batch and all others.",
    dialog: { inputs: { source_id: { isHidden: true } } },
    verb: Member.recordOptOut,
    ...memberWriteOptions,
  }),
  operation({
    name: "failReengagementMember",
    method: "POST",
    path: `${memberPath}/failed`,
    summary: "Record that a member cannot be won back",
    verb: Member.recordFailure,
    ...memberWriteOptions,
  }),
  operation({
    name: "sendReengagementStep",
    method: "POST",
    path: `${memberPath}/send-step`,
    tag,
    access: write,
    summary: "Send a message of the sequence that is due",
    description:
      "The workflow of the batch calls this. It sends the message if it is due and no other batch holds the person, once however often it is called.",
    verb: Member.sendStep,
    output: Member.SentStep.meta({ id: "ReengagementSentStep" }),
  }),
] as const;

export const reengagement = defineApiFunction(operations, { uses: ["domains"] });
