import { isId, type Kind } from "@crm/core/kernel/id.ts";
import { findReferencedKind } from "@crm/core/kernel/schema.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import { findKind, recordPath } from "@crm/core/storage/table/collection-registry.ts";
import type { PersonTimeline } from "@crm/core/views/person-timeline.ts";
import type * as z from "zod";
import { BASE_PATH, type LinkedRecord } from "../../http/operation.ts";

/** The addresses in answers, so that clients need not build them. Addresses of missing records are left out. */
type Links = Record<string, string>;

const apiPath = (path: string): string => `${BASE_PATH}${path}`;
const optionalLink = (name: string, path: string, id: unknown): Links =>
  typeof id === "string" ? { [name]: apiPath(`${path}/${id}`) } : {};

/**
 * Returns the links of a kind, derived from its schema: the record itself, and each record that a field names (`owner_id` gives
 * `owner`).
 */
export function linksFor({ kind, definition }: { kind: Kind; definition: { schema: z.ZodObject } }) {
  const named = Object.entries<z.ZodType>(definition.schema.shape).flatMap(([field, schema]): [string, string, string][] => {
    const path = findReferencedKind(schema)?.path;
    return path === undefined ? [] : [[field.replace(/_id$/, ""), path, field]];
  });
  return (record: LinkedRecord): Links =>
    Object.assign(
      { self: apiPath(`${kind.path}/${record.id}`) },
      ...named.map(([name, path, field]) => optionalLink(name, path, record[field])),
    );
}

export const tenantLinks = (): Links => ({ self: apiPath("/tenant") });

export const reengagementBatchLinks = (batch: LinkedRecord): Links => ({
  self: apiPath(`/reengagement/batches/${batch.id}`),
  members: apiPath(`/reengagement/batches/${batch.id}/members`),
  stats: apiPath(`/reengagement/batches/${batch.id}/stats`),
  ...optionalLink("assigned_to", "/users", batch.assigned_to),
});

export const emailSendLinks = (send: LinkedRecord): Links => ({
  self: apiPath(`/email-sends/${send.id}`),
  results: apiPath(`/email-sends/${send.id}/results`),
  ...optionalLink("segment", "/customers/segments", send.segment_id),
  ...optionalLink("contact_list", "/contacts/lists", send.contact_list_id),
  ...optionalLink("template", "/message-templates", send.template_id),
  ...optionalLink("sender", "/mail-accounts", send.sender_id),
  ...optionalLink("owner", "/users", send.owner_id),
});

/** Returns the path at which the values of a kind of master data are read. */
export const mastersPath = (kind: string): string => apiPath(`/masters/${kind.replaceAll("_", "-")}`);

export const masterLinks = (master: LinkedRecord): Links => ({ self: `${mastersPath(String(master.kind))}/${master.id}` });

export const customFieldLinks = (definition: LinkedRecord): Links => ({ self: apiPath(`/custom-fields/${definition.id}`) });

export const leadLinks = (lead: LinkedRecord): Links => ({
  self: apiPath(`/leads/${lead.id}`),
  activities: apiPath(`/leads/${lead.id}/activities`),
  score: apiPath(`/leads/${lead.id}/score`),
  assignments: apiPath(`/leads/${lead.id}/assignments`),
  ...optionalLink("customer", "/customers", lead.converted_customer_id),
  ...optionalLink("contact", "/contacts", lead.converted_contact_id),
  ...optionalLink("opportunity", "/opportunities", lead.converted_opportunity_id),
  ...optionalLink("person", "/persons", lead.personal_key_id),
  ...optionalLink("owner", "/users", lead.owner_id),
});

export const customerLinks = (customer: LinkedRecord): Links => ({
  self: apiPath(`/customers/${customer.id}`),
  contacts: apiPath(`/customers/${customer.id}/contacts`),
  leads: apiPath(`/customers/${customer.id}/leads`),
  all: apiPath(`/customers/${customer.id}/360`),
  hierarchy: apiPath(`/customers/${customer.id}/hierarchy`),
  opportunities: apiPath(`/customers/${customer.id}/opportunities`),
  deals: apiPath(`/customers/${customer.id}/deals`),
  activities: apiPath(`/customers/${customer.id}/activities`),
  ...optionalLink("person", "/persons", customer.personal_key_id),
  ...optionalLink("parent", "/customers", customer.parent_customer_id),
  ...optionalLink("owner", "/users", customer.owner_id),
});

export const contactLinks = (contact: LinkedRecord): Links => ({
  self: apiPath(`/contacts/${contact.id}`),
  opportunities: apiPath(`/contacts/${contact.id}/opportunities`),
  activities: apiPath(`/contacts/${contact.id}/activities`),
  ...optionalLink("person", "/persons", contact.personal_key_id),
  ...optionalLink("customer", "/customers", contact.customer_id),
  ...optionalLink("lead", "/leads", contact.lead_id),
  ...optionalLink("reports_to", "/contacts", contact.reports_to_id),
  ...optionalLink("owner", "/users", contact.owner_id),
});

export const opportunityLinks = (opportunity: LinkedRecord): Links => ({
  self: apiPath(`/opportunities/${opportunity.id}`),
  activities: apiPath(`/opportunities/${opportunity.id}/activities`),
  ...optionalLink("customer", "/customers", opportunity.customer_id),
  ...optionalLink("contact", "/contacts", opportunity.contact_id),
  ...optionalLink("person", "/persons", opportunity.personal_key_id),
  ...optionalLink("lead", "/leads", opportunity.lead_id),
  ...optionalLink("stage", "/masters/opportunity-stages", opportunity.stage_id),
  ...optionalLink("owner", "/users", opportunity.owner_id),
});

export const dealLinks = (deal: LinkedRecord): Links => ({
  self: apiPath(`/deals/${deal.id}`),
  items: apiPath(`/deals/${deal.id}/items`),
  activities: apiPath(`/deals/${deal.id}/activities`),
  ...optionalLink("customer", "/customers", deal.customer_id),
  ...optionalLink("opportunity", "/opportunities", deal.opportunity_id),
  ...optionalLink("campaign_manager", "/users", deal.campaign_manager_id),
  ...optionalLink("owner", "/users", deal.owner_id),
});

export const quoteLinks = (quote: LinkedRecord): Links => ({
  self: apiPath(`/quotes/${quote.id}`),
  line_items: apiPath(`/quotes/${quote.id}/line-items`),
  pdf: apiPath(`/quotes/${quote.id}/pdf`),
  activities: apiPath(`/quotes/${quote.id}/activities`),
  versions: apiPath(`/quotes?series=${quote.series_id}`),
  ...optionalLink("customer", "/customers", quote.customer_id),
  ...optionalLink("opportunity", "/opportunities", quote.opportunity_id),
  ...optionalLink("contact", "/contacts", quote.contact_id),
  ...optionalLink("template", "/quotes/templates", quote.template_id),
  ...optionalLink("previous_version", "/quotes", quote.previous_version_id),
  ...optionalLink("deal", "/deals", quote.deal_id),
  ...optionalLink("owner", "/users", quote.owner_id),
});

export const proposalLinks = (proposal: LinkedRecord): Links => ({
  self: apiPath(`/proposals/${proposal.id}`),
  sections: apiPath(`/proposals/${proposal.id}/sections`),
  pdf: apiPath(`/proposals/${proposal.id}/pdf`),
  activities: apiPath(`/proposals/${proposal.id}/activities`),
  versions: apiPath(`/proposals?series=${proposal.series_id}`),
  ...optionalLink("customer", "/customers", proposal.customer_id),
  ...optionalLink("opportunity", "/opportunities", proposal.opportunity_id),
  ...optionalLink("contact", "/contacts", proposal.contact_id),
  ...optionalLink("quote", "/quotes", proposal.quote_id),
  ...optionalLink("template", "/proposals/templates", proposal.template_id),
  ...optionalLink("previous_version", "/proposals", proposal.previous_version_id),
  ...optionalLink("owner", "/users", proposal.owner_id),
});

export const contractLinks = (contract: LinkedRecord): Links => ({
  self: apiPath(`/contracts/${contract.id}`),
  deliverables: apiPath(`/contracts/${contract.id}/deliverables`),
  plan: apiPath(`/contracts/${contract.id}/plan`),
  renewals: apiPath(`/contracts/${contract.id}/renewals`),
  text: apiPath(`/contracts/${contract.id}/text`),
  amendments: apiPath(`/contracts/${contract.id}/amendments`),
  activities: apiPath(`/contracts/${contract.id}/activities`),
  ...optionalLink("customer", "/customers", contract.customer_id),
  ...optionalLink("opportunity", "/opportunities", contract.opportunity_id),
  ...optionalLink("contact", "/contacts", contract.contact_id),
  ...optionalLink("quote", "/quotes", contract.quote_id),
  ...optionalLink("owner", "/users", contract.owner_id),
});

export const contractAmendmentLinks = (amendment: LinkedRecord): Links => ({
  self: apiPath(`/contracts/${amendment.contract_id}/amendments/${amendment.id}`),
  ...optionalLink("contract", "/contracts", amendment.contract_id),
  ...optionalLink("owner", "/users", amendment.owner_id),
});

export const proposalTemplateRevisionLinks = (revision: LinkedRecord): Links => ({
  self: apiPath(`/proposals/templates/${revision.proposal_template_id}/revisions`),
  ...optionalLink("template", "/proposals/templates", revision.proposal_template_id),
});

export const contractTemplateRevisionLinks = (revision: LinkedRecord): Links => ({
  self: apiPath(`/contracts/templates/${revision.contract_template_id}/revisions`),
  ...optionalLink("template", "/contracts/templates", revision.contract_template_id),
});

export const clauseRevisionLinks = (revision: LinkedRecord): Links => ({
  self: apiPath(`/contracts/clauses/${revision.contract_clause_id}/revisions`),
  ...optionalLink("clause", "/contracts/clauses", revision.contract_clause_id),
});

export const pricingRuleRevisionLinks = (revision: LinkedRecord): Links => ({
  self: apiPath(`/quotes/pricing-rules/${revision.pricing_rule_id}/revisions`),
  ...optionalLink("pricing_rule", "/quotes/pricing-rules", revision.pricing_rule_id),
});

export const quoteTemplateRevisionLinks = (revision: LinkedRecord): Links => ({
  self: apiPath(`/quotes/templates/${revision.quote_template_id}/revisions`),
  ...optionalLink("template", "/quotes/templates", revision.quote_template_id),
});

export const potentialLinks = (potential: LinkedRecord): Links => ({
  self: apiPath(`/potentials/${potential.id}`),
  activities: apiPath(`/potentials/${potential.id}/activities`),
  ...optionalLink("person", "/persons", potential.personal_key_id),
  ...optionalLink("opportunity", "/opportunities", potential.converted_opportunity_id),
  ...optionalLink("assigned_to", "/users", potential.assigned_to),
});

export const activityLinks = (activity: LinkedRecord): Links => ({
  self: apiPath(`/activities/${activity.id}`),
  ...optionalLink(String(activity.related_to_type), recordPath(String(activity.related_to_id)), activity.related_to_id),
  ...optionalLink("person", "/persons", activity.personal_key_id),
  ...optionalLink("assigned_to", "/users", activity.assigned_to_id),
});

/** Returns the links of records that are about a record of any kind. */
export const relatedRecordLinks =
  (path: string) =>
  (record: LinkedRecord): Links => ({
    self: apiPath(`${path}/${record.id}`),
    ...optionalLink(String(record.related_to_type), recordPath(String(record.related_to_id)), record.related_to_id),
    ...optionalLink("person", "/persons", record.personal_key_id),
    ...optionalLink("created_by", "/users", record.created_by),
  });

export const hitLinks = (hit: LinkedRecord): Links => ({ self: apiPath(`${recordPath(hit.id)}/${hit.id}`) });

/** The links of a saved view. `query` is the path of the list that the view filters. */
export const savedViewLinks = (view: LinkedRecord): Links => ({
  self: apiPath(`/views/${view.id}`),
  query: apiPath(`${findKind(String(view.kind))?.path}/query`),
  ...optionalLink("created_by", "/users", view.created_by),
});

export const interactionLinks = (interaction: LinkedRecord): Links => ({
  self: apiPath(`/interactions/${interaction.id}`),
  ...optionalLink("person", "/persons", interaction.personal_key_id),
  ...optionalLink("lead", "/leads", interaction.lead_id),
  ...optionalLink("customer", "/customers", interaction.customer_id),
  ...optionalLink("opportunity", "/opportunities", interaction.opportunity_id),
  ...optionalLink("ticket", "/support/tickets", interaction.ticket_id),
  ...optionalLink("owner", "/users", interaction.owner_id),
  ...optionalLink("follow_up", "/activities", interaction.follow_up_activity_id),
});

export const formLinks = (form: LinkedRecord): Links => ({
  self: apiPath(`/forms/${form.id}`),
  statistics: apiPath(`/forms/${form.id}/statistics`),
  ...optionalLink("public", "/public/forms", form.key),
  ...optionalLink("owner", "/users", form.owner_id),
});

export const ruleLinks = (version: LinkedRecord): Links => ({
  self: apiPath(`/rules/${version.rule_kind}/versions/${version.id}`),
  rule: apiPath(`/rules/${version.rule_kind}`),
  ...optionalLink("based_on", `/rules/${version.rule_kind}/versions`, version.based_on_id),
});

export const conversionLinks = (conversion: LinkedRecord): Links => ({
  self: apiPath(`/leads/${conversion.lead_id}/conversion`),
  ...optionalLink("lead", "/leads", conversion.lead_id),
  ...optionalLink("customer", "/customers", conversion.customer_id),
  ...optionalLink("contact", "/contacts", conversion.contact_id),
  ...optionalLink("opportunity", "/opportunities", conversion.opportunity_id),
  ...optionalLink("follow_up", "/activities", conversion.follow_up_activity_id),
});

export const healthLinks = (health: LinkedRecord): Links => ({
  self: apiPath(`/customers/${health.customer_id}/health-scores`),
  ...optionalLink("customer", "/customers", health.customer_id),
});

export const templateRevisionLinks = (revision: LinkedRecord): Links => ({
  self: apiPath(`/message-templates/${revision.template_id}/revisions`),
  ...optionalLink("template", "/message-templates", revision.template_id),
});

const articlePath = "/support/knowledge";

export const articleVersionLinks = ({ id, article_id }: LinkedRecord): Links => ({
  self: apiPath(`${articlePath}/${article_id}/versions/${id}`),
  ...optionalLink("article", articlePath, article_id),
});

export const feedbackLinks = ({ article_id }: LinkedRecord): Links => ({
  self: apiPath(`${articlePath}/${article_id}/feedback`),
  ...optionalLink("article", articlePath, article_id),
});

export const ticketCommentLinks = ({ ticket_id }: LinkedRecord): Links => ({
  self: apiPath(`/support/tickets/${ticket_id}/comments`),
  ticket: apiPath(`/support/tickets/${ticket_id}`),
});

export const stageActionLinks = (action: LinkedRecord): Links => ({
  self: apiPath(`/opportunities/${action.opportunity_id}/automations`),
  ...optionalLink("opportunity", "/opportunities", action.opportunity_id),
  ...optionalLink("template", "/message-templates", action.template_id),
  ...optionalLink("activity", "/activities", action.activity_id),
});

export const scoreLinks = (score: LinkedRecord): Links => ({
  self: apiPath(`/leads/${score.lead_id}/scores`),
  ...optionalLink("lead", "/leads", score.lead_id),
});

export const opportunityHistoryLinks = (entry: LinkedRecord): Links => ({
  self: apiPath(`/opportunities/${entry.opportunity_id}/history`),
  ...optionalLink("opportunity", "/opportunities", entry.opportunity_id),
});

export const assignmentLinks = (assignment: LinkedRecord): Links => ({
  self: apiPath(`/leads/${assignment.lead_id}/assignments`),
  ...optionalLink("lead", "/leads", assignment.lead_id),
  ...optionalLink("from", "/users", assignment.from_owner_id),
  ...optionalLink("to", "/users", assignment.to_owner_id),
});

export const priceBookLinks = (book: LinkedRecord): Links => ({
  self: apiPath(`/price-books/${book.id}`),
  entries: apiPath(`/price-books/${book.id}/entries`),
});

export const priceBookEntryLinks = (entry: LinkedRecord): Links => ({
  self: apiPath(`/price-books/${entry.price_book_id}/entries/${entry.id}`),
  ...optionalLink("price_book", "/price-books", entry.price_book_id),
  ...optionalLink("product", "/products", entry.product_id),
});

export const searchPathLinks = (path: LinkedRecord): Links => ({
  self: apiPath(`/search-paths/${path.id}`),
  fill: apiPath(`/search-paths/fill?entity=${path.entity}`),
});

export const personLinks = (person: LinkedRecord): Links => ({
  self: apiPath(`/persons/${person.id}`),
  all: apiPath(`/persons/${person.id}/360`),
  timeline: apiPath(`/persons/${person.id}/timeline`),
  merges: apiPath(`/persons/${person.id}/merges`),
  duplicates: apiPath(`/persons/${person.id}/duplicates`),
  journey: apiPath(`/persons/${person.id}/journey`),
  leads: apiPath(`/persons/${person.id}/leads`),
  customers: apiPath(`/persons/${person.id}/customers`),
  potentials: apiPath(`/persons/${person.id}/potentials`),
  activities: apiPath(`/persons/${person.id}/activities`),
});

export const journeyLinks = (step: LinkedRecord): Links => ({
  self: apiPath(`/journey/${step.id}`),
  ...optionalLink("person", "/persons", step.personal_key_id),
  ...optionalLink("recorded_by", "/users", step.recorded_by),
  ...optionalLink("channel", "/masters/marketing-channels", step.channel_id),
  ...optionalLink("store", "/masters/stores", step.store_id),
  ...optionalLink("brand", "/masters/brands", step.brand_id),
});

/** The path at which the record of each type of timeline entry is read. */
const timelineEntryPaths: Record<PersonTimeline.Type, string> = {
  activity: "/activities",
  interaction: "/interactions",
  journey: "/journey",
  note: "/notes",
  ticket: "/support/tickets",
  change: "/audit",
};

export const timelineEntryLinks = (entry: LinkedRecord): Links => ({
  self: apiPath(`${timelineEntryPaths[entry.type as PersonTimeline.Type]}/${entry.id}`),
});

export const candidateLinks = (candidate: LinkedRecord): Links => ({
  self: apiPath(`/persons/duplicates/${candidate.id}`),
  ...optionalLink("person", "/persons", candidate.person_id),
  ...optionalLink("other_person", "/persons", candidate.other_person_id),
});

export const importLinks = (job: LinkedRecord): Links => ({
  self: apiPath(`/imports/${job.id}`),
  errors: apiPath(`/imports/${job.id}/errors`),
  ...optionalLink("owner", "/users", job.owner_id),
});

export const exportLinks = (job: LinkedRecord): Links => ({
  self: apiPath(`/exports/${job.id}`),
  ...(job.status === "completed" ? { file: apiPath(`/exports/${job.id}/file`) } : {}),
  ...optionalLink("owner", "/users", job.owner_id),
});

export const bulkChangeLinks = (job: LinkedRecord): Links => ({
  self: apiPath(`/bulk-changes/${job.id}`),
  results: apiPath(`/bulk-changes/${job.id}/results`),
  ...optionalLink("undoes", "/bulk-changes", job.undoes_id),
  ...optionalLink("undone_by", "/bulk-changes", job.undone_by_id),
  ...optionalLink("owner", "/users", job.owner_id),
});

export const notificationLinks = (notification: LinkedRecord): Links => ({
  self: apiPath(`/notifications/${notification.id}`),
  ...optionalLink("record", String(findKind(String(notification.record_kind))?.path), notification.record_id),
  ...(isId(String(notification.actor_id), USER) ? optionalLink("actor", "/users", notification.actor_id) : {}),
});

export const auditLinks = (entry: LinkedRecord): Links => ({ self: apiPath(`/audit/${entry.id}`) });

export const mergeLinks = (merge: LinkedRecord): Links => ({
  self: apiPath(`/persons/${merge.survivor_id}/merges`),
  ...optionalLink("survivor", "/persons", merge.survivor_id),
  ...optionalLink("merged", "/persons", merge.merged_id),
});

export const inboundWebhookLinks = ({ id }: LinkedRecord): Links => ({
  self: apiPath(`/webhooks/inbound/${id}`),
  deliveries: apiPath(`/webhooks/inbound/${id}/deliveries`),
});

export const inboundDeliveryLinks = ({ id, webhook_id, record_id }: LinkedRecord): Links => ({
  self: apiPath(`/webhooks/inbound/${webhook_id}/deliveries/${id}`),
  ...optionalLink("webhook", "/webhooks/inbound", webhook_id),
  ...optionalLink("record", recordPath(String(record_id)) ?? "", recordPath(String(record_id)) && record_id),
});

export const webhookEndpointLinks = ({ id, owner_id }: LinkedRecord): Links => ({
  self: apiPath(`/webhooks/endpoints/${id}`),
  ...optionalLink("owner", "/users", owner_id),
  deliveries: apiPath(`/webhooks/endpoints/${id}/deliveries`),
});

export const webhookAttemptLinks = ({ endpoint_id, record_id }: LinkedRecord): Links => ({
  ...optionalLink("endpoint", "/webhooks/endpoints", endpoint_id),
  ...optionalLink("record", recordPath(String(record_id)) ?? "", recordPath(String(record_id)) && record_id),
});

/** The link that `linksFor` cannot derive: the subject is a record of any kind. */
export const subjectLinks = ({ subject_id }: LinkedRecord): Links =>
  optionalLink("subject", recordPath(String(subject_id)), subject_id);

export const flowLinks = (id: string): Links => ({ flow: apiPath(`/flows/${id}`) });
