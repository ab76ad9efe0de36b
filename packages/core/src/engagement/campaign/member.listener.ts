import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import { isId } from "../../kernel/id.ts";
import { MessageLookup, type Kept as MessageRecord } from "../../messaging/message/message-lookup.ts";
import { INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import * as Identity from "../../people/person/identity.ts";
import { Journey } from "../../people/person/journey.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { EMAIL_SEND } from "../email-send/email-send.kind.ts";
import { CAMPAIGN } from "./campaign.kind.ts";
import { MemberMerge } from "./member-merge.ts";
import { MemberPurchase } from "./member-purchase.ts";
import { MemberSignals } from "./member-signals.ts";
import { MetricRefresh } from "./metric-refresh.ts";
import { classifyContact, kindByJourneyType, type ResponseFact } from "./response.rules.ts";
import { ResponseLog } from "./response-log.ts";

/**
 * Handles the events that concern members of campaigns. Each handler reads the record as it is now. So repeated, late and reordered events lead to the
 * same result. The caller provides the tenant's settings.
 */
export async function onMemberEvent(event: DomainEvent): Promise<void> {
  const [kind = ""] = event.type.split(".");
  await handlers[kind]?.(event);
}

const isCampaignId = (id: string | null | undefined): id is string => typeof id === "string" && isId(id, CAMPAIGN);

const handlers: Readonly<Record<string, (event: DomainEvent) => Promise<void>>> = {
  async message({ type, record_id }) {
    const message = await MessageLookup.load(record_id);
    const campaign = message && (await findCampaign(message));
    if (!message || !campaign) return;
    await recordMessage(campaign, message);
    await MetricRefresh.onMessageEvent(type, message);
  },
  async interaction({ record_id }) {
    const interaction = await Records.load(Interaction.listDefinition.collection, record_id, { live: true });
    if (!interaction?.personal_key_id || !isCampaignId(interaction.campaign_id)) return;
    const type = await Master.find(INTERACTION_TYPES, interaction.interaction_type_id);
    const kind = classifyContact({ type: type?.code ?? "", direction: interaction.direction });
    if (kind === undefined) return;
    const { campaign_id, personal_key_id, interaction_date, lead_id, metadata } = interaction;
    // An open or a click that is also a response of its message counts once.
    const source = readText(metadata, "message_id") ?? record_id;
    const fact = { kind, source, at: interaction_date, link: readLink(metadata) };
    await recordContact(campaign_id, personal_key_id, fact, isFromForm(metadata) ? { lead_id } : undefined);
  },
  async journey({ record_id }) {
    const step = await Records.load(Journey.listDefinition.collection, record_id, { live: true });
    if (!step || !isCampaignId(step.campaign_id)) return;
    const kind = kindByJourneyType[step.interaction_type ?? ""];
    if (kind) await recordContact(step.campaign_id, step.personal_key_id, { kind, source: record_id, at: step.occurred_at });
  },
  async person(event) {
    const isMerge = concernsFields(event, ["merged_ids", "merged_into"]);
    if (!isMerge && !concernsFields(event, ["preferences"])) return;
    const person = await Identity.resolveMerged(event.record_id);
    if (!person || person.deleted_at) return;
    if (isMerge) await MemberMerge.reconcile(person);
    await MemberSignals.recordOptOuts(person);
  },
  opportunity: (event) => MemberPurchase.onSaleEvent(event),
  order: (event) => MemberPurchase.onSaleEvent(event),
};

/** Returns the campaign of a message. Messages of earlier releases do not name it: their bulk send does. */
async function findCampaign({ campaign_id, sent_for_id }: MessageRecord): Promise<string | undefined> {
  if (campaign_id) return campaign_id;
  if (!sent_for_id || !isId(sent_for_id, EMAIL_SEND)) return undefined;
  const send = await Records.load(await loadCollection(EMAIL_SEND), sent_for_id);
  const campaign = (send as { campaign_id?: string | null } | undefined)?.campaign_id;
  return isCampaignId(campaign) ? campaign : undefined;
}

/** Applies all that a message shows by now, whichever of its events came. */
async function recordMessage(campaign: string, message: MessageRecord): Promise<void> {
  const {
    id: source,
    person_id,
    status,
    sent_at,
    failed_at,
    opened_at,
    clicked_at,
    is_tracked,
    ab_test_id,
    ab_variant,
  } = message;
  const person = await Identity.resolveMerged(person_id);
  const known = person && (await MemberSignals.findMemberId(campaign, person));
  const member = known ?? (person && (await addReached(campaign, person, message)));
  if (!person || member === undefined) return;
  const bounced_at = status === "undelivered" ? failed_at : null;
  await MemberSignals.recordMessage(member, { person, person_id }, { sent_at, bounced_at, is_tracked, ab_test_id, ab_variant });
  if (opened_at) await ResponseLog.record(member, { kind: "OPENED", source, at: opened_at });
  if (clicked_at) await ResponseLog.record(member, { kind: "CLICKED", source, at: clicked_at });
}

/** Adds a person whom a send of the campaign reached through a segment or a list, so that the figures of the campaign contain its messages. */
async function addReached(
  campaign: string,
  person: Parameters<typeof MemberSignals.addArriving>[1],
  { sent_at, sent_for_id }: MessageRecord,
): Promise<string | undefined> {
  if (sent_at === null || !sent_for_id || !isId(sent_for_id, EMAIL_SEND)) return undefined;
  const send = (await Records.load(await loadCollection(EMAIL_SEND), sent_for_id)) as Partial<SendAudience> | undefined;
  const source = send?.segment_id ? "segment" : send?.contact_list_id ? "list" : undefined;
  return source && MemberSignals.addArriving(campaign, person, { source, lead_id: null });
}

interface SendAudience {
  segment_id: string | null;
  contact_list_id: string | null;
}

/** Records a response. A person who came by a form or a link becomes a member first. */
async function recordContact(
  campaign: string,
  personId: string,
  fact: ResponseFact,
  arrival?: { lead_id: string | null },
): Promise<void> {
  const person = await Identity.resolveMerged(personId);
  if (!person || person.deleted_at) return;
  const source = fact.kind === "FORM" ? "form" : "link";
  const known = await MemberSignals.findMemberId(campaign, person);
  const member = known ?? (arrival && (await MemberSignals.addArriving(campaign, person, { source, ...arrival })));
  if (member !== undefined) await ResponseLog.record(member, fact);
}

/** The forms of the system leave their id in the interaction. */
const isFromForm = (metadata: unknown): boolean => readText(metadata, "form_id") !== null;
const readLink = (metadata: unknown): string | null => readText(metadata, "url");

function readText(metadata: unknown, name: string): string | null {
  const value = metadata !== null && typeof metadata === "object" ? (metadata as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" ? value : null;
}
