import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useRequest } from "../../kernel/context.ts";
import { invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, instant, oneOf } from "../../kernel/schema.ts";
import * as Identity from "../../people/person/identity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Campaigns } from "./campaign.entity.ts";
import { CAMPAIGN, CAMPAIGN_MEMBER } from "./campaign.kind.ts";
import { Members } from "./member.entity.ts";
import { Membership } from "./membership.ts";
import { fields, Responses, Stored } from "./response.entity.ts";
import { responseKinds } from "./response.rules.ts";
import { ResponseLog } from "./response-log.ts";

/** Responses of members, as users read and record them. */

export const Info = Stored.omit({ sales: true });
export const Row = rowSchema(
  Info,
  Responses.definition.row.filter((field) => field !== "sales"),
);

export const get = fn(IdInput, ({ id: responseId }) => Records.read(Responses, responseId));

const filters = {
  kind: oneOf(responseKinds).optional(),
  member: id(CAMPAIGN_MEMBER).optional(),
  person: id(PERSON).optional().describe("Matches all ids that the person has had"),
};

const Query = listSchema(Responses, { ...filters, campaign: id(CAMPAIGN).optional() });

export const listQuery = async ({ person, ...rest }: z.output<typeof Query>): Promise<ListQuery> => ({
  ...buildListQuery(Responses, rest),
  ...(person === undefined ? {} : { personIds: await Identity.resolveIds(person) }),
});

export const list = fn(Query, async (input) => listRecords(Responses, await listQuery(input)));

/** The list definition that the export uses. */
export const listDefinition = { collection: Responses, query: Query, listQuery, info: Info, fields };

/** Lists the responses of a campaign whose person the caller sees. */
export const listByCampaign = fn(listSchema(Responses, filters).extend(IdInput.shape), async ({ id: campaignId, ...input }) => {
  const { id: campaign } = await Records.read(Campaigns, campaignId);
  return listRecords(Responses, await listQuery({ ...input, campaign }));
});

const { source, ...reportFields } = fields;

export const Create = z.strictObject({
  member_id: id(CAMPAIGN_MEMBER).optional().describe("Name the member or the person"),
  person_id: id(PERSON).optional(),
  ...reportFields,
  source: source.optional().describe(`${source.description}. Default: the id of the request`),
  at: instant().optional().describe("When the person responded. Default: now"),
});

/** Records a response by hand. A repeated report of the same source returns the response that exists. */
export const report = fn(Create.extend(IdInput.shape), async ({ id: campaignId, member_id, person_id, at, ...fact }) => {
  const occurredAt = at ?? Clock.now();
  if (Date.parse(occurredAt) > Clock.ms()) throw invalid("at", "Must not be in the future");
  const { id: campaign } = await Records.read(Campaigns, campaignId);
  const memberId = await resolveMember(campaign, { member_id, person_id });
  const response = await ResponseLog.record(memberId, { ...fact, source: fact.source ?? useRequest().id, at: occurredAt });
  if (!response) throw notFound();
  return response;
});

/** Finds the live member that the input names, if the caller sees it. */
async function resolveMember(
  campaign: string,
  { member_id, person_id }: Pick<z.output<typeof Create>, "member_id" | "person_id">,
): Promise<string> {
  if ((member_id === undefined) === (person_id === undefined))
    throw invalid("member_id", "Name exactly one of member_id and person_id");
  if (member_id !== undefined) {
    const member = await Membership.loadMerged(member_id);
    if (member?.campaign_id === campaign && !member.deleted_at && (await Records.canSee(Members, member))) return member.id;
    throw invalid("member_id", "No member of this campaign has this id");
  }
  const person = await Identity.find(String(person_id));
  const member = person && (await Membership.find(campaign, Identity.listIds(person)));
  if (!member || member.deleted_at) throw invalid("person_id", "This person is no member of the campaign: add them first");
  return member.id;
}

export * as CampaignResponse from "./response.ts";
