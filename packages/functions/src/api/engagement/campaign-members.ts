import { campaignGrants } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { CampaignFill, Fills } from "@crm/core/engagement/campaign/fill.ts";
import { Member } from "@crm/core/engagement/campaign/member.ts";
import { CampaignResponse } from "@crm/core/engagement/campaign/response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildBatchOperation } from "../shared/batch-operation.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

/** The members of campaigns, their responses, and the fills that add members. */

const tag = "Campaigns";
const member = {
  tag,
  output: recordSchema("CampaignMember", Member.Info),
  kind: "record",
  links: linksFor(Member.listDefinition.collection),
} as const;
const memberRow = recordSchema("CampaignMemberRow", Member.Row);

export const memberOperations = [
  ...buildListOperations({
    name: "listAllCampaignMembers",
    path: "/campaign-members",
    tag,
    access: campaignGrants.read,
    summary: "List members of campaigns",
    description: "Only members whose person and campaign the caller can see. `person` gives the memberships of a person.",
    verb: Member.list,
    output: memberRow,
    links: member.links,
  }),
  operation({
    name: "listCampaignMembers",
    method: "GET",
    path: "/campaigns/{id}/members",
    tag,
    access: campaignGrants.read,
    summary: "List the members of a campaign",
    description: "Only members whose person the caller can see.",
    verb: Member.listByCampaign,
    output: memberRow,
    kind: "list",
    links: member.links,
  }),
  operation({
    name: "addCampaignMember",
    method: "POST",
    path: "/campaigns/{id}/members",
    access: campaignGrants.write,
    summary: "Add a lead, a contact or a person to a campaign",
    description: "A person is a member once. A person who is a member stays as they are, and a removed member is restored.",
    verb: Member.add,
    status: 201,
    ...member,
  }),
  operation({
    name: "createCampaignMember",
    method: "POST",
    path: "/campaign-members",
    access: campaignGrants.write,
    summary: "Add a lead, a contact or a person to a campaign that the body names",
    description: "A person is a member once. A person who is a member stays as they are, and a removed member is restored.",
    verb: Member.create,
    status: 201,
    ...member,
  }),
  buildBatchOperation({
    plural: "CampaignMembers",
    path: "/campaign-members",
    tag,
    write: campaignGrants.write,
    remove: campaignGrants.write,
    domain: Member,
    output: member.output,
    keyspaces: [],
  }),
  operation({
    name: "getCampaignMember",
    method: "GET",
    path: "/campaign-members/{id}",
    access: campaignGrants.read,
    summary: "Read a member of a campaign",
    verb: Member.get,
    ...member,
  }),
  operation({
    name: "updateCampaignMember",
    method: "PATCH",
    path: "/campaign-members/{id}",
    access: campaignGrants.write,
    summary: "Change fields of a member of a campaign",
    description: "Changes only the named fields; `null` clears one. `status` can only become a further step.",
    verb: Member.update,
    ...member,
  }),
  operation({
    name: "removeCampaignMember",
    method: "DELETE",
    path: "/campaign-members/{id}",
    access: campaignGrants.write,
    summary: "Remove a member",
    description: "Fills do not add the person again; a user can.",
    verb: Member.remove,
    ...member,
  }),
  operation({
    name: "removePersonFromCampaign",
    method: "DELETE",
    path: "/campaigns/{id}/members/{member_id}",
    access: campaignGrants.write,
    summary: "Remove a person from a campaign",
    description: "Fills do not add the person again; a user can.",
    verb: Member.removeFrom,
    writes: "member_id",
    ...member,
  }),
  buildExportOperation("exportCampaignMembers", "campaign-members", tag, campaignGrants.read, Member.listDefinition),
  buildImportOperation(
    "importCampaignMembers",
    "campaign-members",
    tag,
    campaignGrants.write,
    "Each row names a campaign by id or number, and a person by email address or by the id of a lead, a contact or a person.",
    async () => (await import("@crm/core/engagement/campaign/member.import.ts")).campaignMembers,
  ),
] as const;

const response = {
  tag,
  output: recordSchema("CampaignResponse", CampaignResponse.Info),
  kind: "record",
  links: linksFor(CampaignResponse.listDefinition.collection),
} as const;
const responseRow = recordSchema("CampaignResponseRow", CampaignResponse.Row);

export const responseOperations = [
  ...buildListOperations({
    name: "listAllCampaignResponses",
    path: "/campaign-responses",
    tag,
    access: campaignGrants.read,
    summary: "List responses to campaigns",
    description: "Only responses whose person and campaign the caller can see.",
    verb: CampaignResponse.list,
    output: responseRow,
    links: response.links,
  }),
  operation({
    name: "listCampaignResponses",
    method: "GET",
    path: "/campaigns/{id}/responses",
    tag,
    access: campaignGrants.read,
    summary: "List the responses to a campaign",
    description: "Only responses whose person the caller can see.",
    verb: CampaignResponse.listByCampaign,
    output: responseRow,
    kind: "list",
    links: response.links,
  }),
  operation({
    name: "recordCampaignResponse",
    method: "POST",
    path: "/campaigns/{id}/responses",
    access: campaignGrants.write,
    summary: "Record a response of a member",
    description: "The same source counts once for a kind: a repeated report returns the response that exists.",
    verb: CampaignResponse.report,
    status: 201,
    ...response,
  }),
  operation({
    name: "getCampaignResponse",
    method: "GET",
    path: "/campaign-responses/{id}",
    access: campaignGrants.read,
    summary: "Read a response to a campaign",
    verb: CampaignResponse.get,
    ...response,
  }),
  buildExportOperation(
    "exportCampaignResponses",
    "campaign-responses",
    tag,
    campaignGrants.read,
    CampaignResponse.listDefinition,
  ),
] as const;

const fill = { tag, links: linksFor(Fills), output: recordSchema("CampaignFill", CampaignFill.Info), kind: "record" } as const;

export const fillOperations = [
  operation({
    name: "fillCampaign",
    method: "POST",
    path: "/campaigns/{id}/members/fill",
    access: campaignGrants.write,
    summary: "Add the persons of a segment, a contact list or a filter of leads",
    dialog: { title: "Add members" },
    description:
      "Works in the background. Members do not change, and persons whom a user removed from the campaign are not added again.",
    verb: CampaignFill.start,
    status: 202,
    ...fill,
  }),
  operation({
    name: "getCampaignFill",
    method: "GET",
    path: "/campaign-fills/{id}",
    access: campaignGrants.read,
    summary: "Read the progress of a fill",
    verb: CampaignFill.get,
    ...fill,
  }),
  operation({
    name: "cancelCampaignFill",
    method: "POST",
    path: "/campaign-fills/{id}/cancel",
    access: campaignGrants.write,
    summary: "Stop a fill",
    description: "Members that were already added stay.",
    verb: CampaignFill.cancel,
    ...fill,
  }),
] as const;
