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
    Batch.list.schema,
    async () => (await import("@crm/core/engagement/reengagement/batch.export.ts")).batches,
    "/reengagement/batches",
  ),
  operation({
    name: "activateReengagementBatch",
    method: "POST",
    path: `${batchPath}/activate`,
    summary: "Begin a batch, or go on with it",
    description: "From then on its members are contacted, and get the messages of its sequence.",
    verb: Batch.activate,
    ...batchWriteOptions,
  }),
  operation({
    name: "pauseReengagementBatch",
    method: "POST",
    path: `${batchPath}/pause`,
    summary: "Pause a batch",
    description: "Nobody is contacted for it until it goes on, and its sequence stops; whom it has contacted it holds.",
    verb: Batch.pause,
    ...batchWriteOptions,
  }),
  operation({
    name: "completeReengagementBatch",
    method: "POST",
    path: `${batchPath}/complete`,
    summary: "Complete a batch",
    description: "It holds nobody any more; what its members buy in the days after their last contact still counts.",
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
    summary: "Read the daily numbers of a batch",
    description: "Each day from one to another, 366 at most, with the totals up to it.",
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
    description: "It is told with the numbers of that day.",
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
    description: "Those whose person the caller sees.",
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
    description: "Once; one who was taken out is a member again.",
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
      "With the contacts of a list, or with customers by what is asked of them, in the background. Who is a member already stays one.",
    verb: BatchFill.start,
    status: 202,
    ...fill,
  }),
  operation({
    name: "getReengagementFill",
    method: "GET",
    path: "/reengagement/fills/{id}",
    access: read,
    summary: "Read how far a filling is",
    verb: BatchFill.get,
    ...fill,
  }),
  operation({
    name: "cancelReengagementFill",
    method: "POST",
    path: "/reengagement/fills/{id}/cancel",
    access: write,
    summary: "End a filling where it is",
    description: "Whom it has added stay.",
    verb: BatchFill.cancel,
    ...fill,
  }),
  ...buildListOperations({
    name: "listReengagementMembers",
    path: "/reengagement/members",
    tag,
    access: read,
    summary: "List members of batches",
    description: "Those whose person and batch the caller sees.",
    verb: Member.list,
    output: row,
    links,
  }),
  buildExportOperation(
    "exportReengagementMembers",
    "members",
    tag,
    read,
    Member.list.schema,
    async () => (await import("@crm/core/engagement/reengagement/member.export.ts")).members,
    "/reengagement/members",
  ),
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
    description: "Only the fields named; `null` clears one. Its status follows from what happens.",
    verb: Member.update,
    ...memberWriteOptions,
  }),
  operation({
    name: "removeReengagementMember",
    method: "DELETE",
    path: memberPath,
    summary: "Take a member out of its batch",
    description: "It counts no more, and holds the person no more.",
    verb: Member.remove,
    ...memberWriteOptions,
  }),
  operation({
    name: "contactReengagementMember",
    method: "POST",
    path: `${memberPath}/contacted`,
    summary: "Tell that a member was contacted",
    description: "For a batch that is ACTIVE, and while no other one is in touch with the person.",
    verb: Member.recordContact,
    ...memberWriteOptions,
  }),
  operation({
    name: "respondReengagementMember",
    method: "POST",
    path: `${memberPath}/responded`,
    summary: "Tell that a member responded",
    verb: Member.recordResponse,
    ...memberWriteOptions,
  }),
  operation({
    name: "optOutReengagementMember",
    method: "POST",
    path: `${memberPath}/opted-out`,
    summary: "Tell that a member wants no more of it",
    description: "Of this batch and every other.",
    verb: Member.recordOptOut,
    ...memberWriteOptions,
  }),
  operation({
    name: "failReengagementMember",
    method: "POST",
    path: `${memberPath}/failed`,
    summary: "Tell that a member cannot be won back",
    verb: Member.recordFailure,
    ...memberWriteOptions,
  }),
] as const;

export const reengagement = defineApiFunction(operations, { uses: ["domains"] });
