import { BatchFill, Fills } from "@crm/core/reengagement/fill.ts";
import { Member } from "@crm/core/reengagement/member.ts";
import { Batch } from "@crm/core/reengagement/reengaged-batch.ts";
import { reengagementGrants } from "@crm/core/reengagement/reengagement.domain.ts";
import { BatchStats } from "@crm/core/reengagement/stats.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { linksOf, reengagementBatchLinks } from "./links.ts";
import { listing } from "./listing.ts";

const { read, write } = reengagementGrants;
const tag = "Re-engagement";
const batch = { tag, output: recordOf("ReengagementBatch", Batch.Info), links: reengagementBatchLinks } as const;
const changed = { ...batch, access: write, kind: "record" } as const;
const links = linksOf(Member.listed.collection);
const row = recordOf("ReengagementMemberRow", Member.Row);
const member = { tag, links, output: recordOf("ReengagementMember", Member.Info), kind: "record" } as const;
const told = { ...member, access: write } as const;
const fill = { tag, links: linksOf(Fills), output: recordOf("ReengagementFill", BatchFill.Info), kind: "record" } as const;
const oneBatch = "/reengagement/batches/{id}";
const oneMember = "/reengagement/members/{id}";

const operations = [
  ...crud({
    noun: "ReengagementBatch",
    plural: "ReengagementBatches",
    path: "/reengagement/batches",
    read,
    write,
    remove: write,
    domain: Batch,
    row: recordOf("ReengagementBatchRow", Batch.Row),
    ...batch,
  }),
  exporting(
    "exportReengagementBatches",
    "batches",
    "Re-engagement",
    read,
    Batch.list.schema,
    async () => (await import("@crm/core/reengagement/batch.export.ts")).batches,
    "/reengagement/batches",
  ),
  operation({
    name: "activateReengagementBatch",
    method: "POST",
    path: `${oneBatch}/activate`,
    summary: "Begin a batch, or go on with it",
    description: "From then on its members are contacted, and get the messages of its sequence.",
    verb: Batch.activate,
    ...changed,
  }),
  operation({
    name: "pauseReengagementBatch",
    method: "POST",
    path: `${oneBatch}/pause`,
    summary: "Pause a batch",
    description: "Nobody is contacted for it until it goes on, and its sequence stops; whom it has contacted it holds.",
    verb: Batch.pause,
    ...changed,
  }),
  operation({
    name: "completeReengagementBatch",
    method: "POST",
    path: `${oneBatch}/complete`,
    summary: "Complete a batch",
    description: "It holds nobody any more; what its members buy in the days after their last contact still counts.",
    verb: Batch.complete,
    ...changed,
  }),
  operation({
    name: "cancelReengagementBatch",
    method: "POST",
    path: `${oneBatch}/cancel`,
    summary: "Cancel a batch",
    verb: Batch.cancel,
    ...changed,
  }),
  operation({
    name: "getReengagementStats",
    method: "GET",
    path: `${oneBatch}/stats`,
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
    path: `${oneBatch}/stats/{day}/notes`,
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
    path: `${oneBatch}/members`,
    tag,
    access: read,
    summary: "List the members of a batch",
    description: "Those whose person the caller sees.",
    verb: Member.listOf,
    output: row,
    kind: "list",
    links,
  }),
  operation({
    name: "addReengagementMember",
    method: "POST",
    path: `${oneBatch}/members`,
    summary: "Add a person to a batch",
    description: "Once; one who was taken out is a member again.",
    verb: Member.add,
    status: 201,
    ...told,
  }),
  operation({
    name: "fillReengagementBatch",
    method: "POST",
    path: `${oneBatch}/fill`,
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
  ...listing({
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
  exporting(
    "exportReengagementMembers",
    "members",
    tag,
    read,
    Member.list.schema,
    async () => (await import("@crm/core/reengagement/member.export.ts")).members,
    "/reengagement/members",
  ),
  operation({
    name: "getReengagementMember",
    method: "GET",
    path: oneMember,
    access: read,
    summary: "Read a member of a batch",
    verb: Member.get,
    ...member,
  }),
  operation({
    name: "updateReengagementMember",
    method: "PATCH",
    path: oneMember,
    summary: "Change fields of a member",
    description: "Only the fields named; `null` clears one. Its status follows from what happens.",
    verb: Member.update,
    ...told,
  }),
  operation({
    name: "removeReengagementMember",
    method: "DELETE",
    path: oneMember,
    summary: "Take a member out of its batch",
    description: "It counts no more, and holds the person no more.",
    verb: Member.remove,
    ...told,
  }),
  operation({
    name: "contactReengagementMember",
    method: "POST",
    path: `${oneMember}/contacted`,
    summary: "Tell that a member was contacted",
    description: "For a batch that is ACTIVE, and while no other one is in touch with the person.",
    verb: Member.contacted,
    ...told,
  }),
  operation({
    name: "respondReengagementMember",
    method: "POST",
    path: `${oneMember}/responded`,
    summary: "Tell that a member responded",
    verb: Member.responded,
    ...told,
  }),
  operation({
    name: "optOutReengagementMember",
    method: "POST",
    path: `${oneMember}/opted-out`,
    summary: "Tell that a member wants no more of it",
    description: "Of this batch and every other.",
    verb: Member.optedOut,
    ...told,
  }),
  operation({
    name: "failReengagementMember",
    method: "POST",
    path: `${oneMember}/failed`,
    summary: "Tell that a member cannot be won back",
    verb: Member.failed,
    ...told,
  }),
] as const;

export const reengagement = serves(operations, { uses: ["domains"] });
