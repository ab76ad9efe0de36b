import { isId, type Kind } from "@crm/core/kernel/id.ts";
import { kindOfField } from "@crm/core/kernel/schema.ts";
import { kindNamed, pathOf } from "@crm/core/storage/table/collections.ts";
import { USER } from "@crm/core/user/user.domain.ts";
import type { PersonTimeline } from "@crm/core/views/person-timeline.ts";
import type * as z from "zod";
import { BASE_PATH, type Linked } from "../http/operation.ts";

/** Addresses that answers carry, so that a client need not build them. Those of what is not there are left out. */
type Links = Record<string, string>;

const to = (path: string): string => `${BASE_PATH}${path}`;
const maybe = (name: string, path: string, id: unknown): Links => (typeof id === "string" ? { [name]: to(`${path}/${id}`) } : {});

/**
 * Of a kind whose links follow from what it says: the record itself, and each record that a field names (`owner_id` is
 * `owner`).
 */
export function linksOf({ kind, definition }: { kind: Kind; definition: { schema: z.ZodObject } }) {
  const named = Object.entries<z.ZodType>(definition.schema.shape).flatMap(([field, schema]): [string, string, string][] => {
    const path = kindOfField(schema)?.path;
    return path === undefined ? [] : [[field.replace(/_id$/, ""), path, field]];
  });
  return (record: Linked): Links =>
    Object.assign(
      { self: to(`${kind.path}/${record.id}`) },
      ...named.map(([name, path, field]) => maybe(name, path, record[field])),
    );
}

export const tenantLinks = (): Links => ({ self: to("/tenant") });

export const reengagementBatchLinks = (batch: Linked): Links => ({
  self: to(`/reengagement/batches/${batch.id}`),
  members: to(`/reengagement/batches/${batch.id}/members`),
  stats: to(`/reengagement/batches/${batch.id}/stats`),
  ...maybe("assigned_to", "/users", batch.assigned_to),
});

export const emailSendLinks = (send: Linked): Links => ({
  self: to(`/email-sends/${send.id}`),
  results: to(`/email-sends/${send.id}/results`),
  ...maybe("segment", "/customers/segments", send.segment_id),
  ...maybe("contact_list", "/contacts/lists", send.contact_list_id),
  ...maybe("template", "/message-templates", send.template_id),
  ...maybe("sender", "/mail-accounts", send.sender_id),
  ...maybe("owner", "/users", send.owner_id),
});

/** Where the values of a kind of master data are read. */
export const mastersPath = (kind: string): string => to(`/masters/${kind.replaceAll("_", "-")}`);

export const masterLinks = (master: Linked): Links => ({ self: `${mastersPath(String(master.kind))}/${master.id}` });

export const customFieldLinks = (definition: Linked): Links => ({ self: to(`/custom-fields/${definition.id}`) });

export const leadLinks = (lead: Linked): Links => ({
  self: to(`/leads/${lead.id}`),
  activities: to(`/leads/${lead.id}/activities`),
  score: to(`/leads/${lead.id}/score`),
  assignments: to(`/leads/${lead.id}/assignments`),
  ...maybe("customer", "/customers", lead.converted_customer_id),
  ...maybe("contact", "/contacts", lead.converted_contact_id),
  ...maybe("opportunity", "/opportunities", lead.converted_opportunity_id),
  ...maybe("person", "/persons", lead.personal_key_id),
  ...maybe("owner", "/users", lead.owner_id),
});

export const customerLinks = (customer: Linked): Links => ({
  self: to(`/customers/${customer.id}`),
  contacts: to(`/customers/${customer.id}/contacts`),
  leads: to(`/customers/${customer.id}/leads`),
  all: to(`/customers/${customer.id}/360`),
  hierarchy: to(`/customers/${customer.id}/hierarchy`),
  opportunities: to(`/customers/${customer.id}/opportunities`),
  deals: to(`/customers/${customer.id}/deals`),
  activities: to(`/customers/${customer.id}/activities`),
  ...maybe("person", "/persons", customer.personal_key_id),
  ...maybe("parent", "/customers", customer.parent_customer_id),
  ...maybe("owner", "/users", customer.owner_id),
});

export const contactLinks = (contact: Linked): Links => ({
  self: to(`/contacts/${contact.id}`),
  opportunities: to(`/contacts/${contact.id}/opportunities`),
  activities: to(`/contacts/${contact.id}/activities`),
  ...maybe("person", "/persons", contact.personal_key_id),
  ...maybe("customer", "/customers", contact.customer_id),
  ...maybe("lead", "/leads", contact.lead_id),
  ...maybe("reports_to", "/contacts", contact.reports_to_id),
  ...maybe("owner", "/users", contact.owner_id),
});

export const opportunityLinks = (opportunity: Linked): Links => ({
  self: to(`/opportunities/${opportunity.id}`),
  activities: to(`/opportunities/${opportunity.id}/activities`),
  ...maybe("customer", "/customers", opportunity.customer_id),
  ...maybe("contact", "/contacts", opportunity.contact_id),
  ...maybe("person", "/persons", opportunity.personal_key_id),
  ...maybe("lead", "/leads", opportunity.lead_id),
  ...maybe("stage", "/masters/opportunity-stages", opportunity.stage_id),
  ...maybe("owner", "/users", opportunity.owner_id),
});

export const dealLinks = (deal: Linked): Links => ({
  self: to(`/deals/${deal.id}`),
  items: to(`/deals/${deal.id}/items`),
  activities: to(`/deals/${deal.id}/activities`),
  ...maybe("customer", "/customers", deal.customer_id),
  ...maybe("opportunity", "/opportunities", deal.opportunity_id),
  ...maybe("campaign_manager", "/users", deal.campaign_manager_id),
  ...maybe("owner", "/users", deal.owner_id),
});

export const quoteLinks = (quote: Linked): Links => ({
  self: to(`/quotes/${quote.id}`),
  line_items: to(`/quotes/${quote.id}/line-items`),
  pdf: to(`/quotes/${quote.id}/pdf`),
  activities: to(`/quotes/${quote.id}/activities`),
  versions: to(`/quotes?series=${quote.series_id}`),
  ...maybe("customer", "/customers", quote.customer_id),
  ...maybe("opportunity", "/opportunities", quote.opportunity_id),
  ...maybe("contact", "/contacts", quote.contact_id),
  ...maybe("template", "/quotes/templates", quote.template_id),
  ...maybe("previous_version", "/quotes", quote.previous_version_id),
  ...maybe("deal", "/deals", quote.deal_id),
  ...maybe("owner", "/users", quote.owner_id),
});

export const proposalLinks = (proposal: Linked): Links => ({
  self: to(`/proposals/${proposal.id}`),
  sections: to(`/proposals/${proposal.id}/sections`),
  pdf: to(`/proposals/${proposal.id}/pdf`),
  activities: to(`/proposals/${proposal.id}/activities`),
  versions: to(`/proposals?series=${proposal.series_id}`),
  ...maybe("customer", "/customers", proposal.customer_id),
  ...maybe("opportunity", "/opportunities", proposal.opportunity_id),
  ...maybe("contact", "/contacts", proposal.contact_id),
  ...maybe("quote", "/quotes", proposal.quote_id),
  ...maybe("template", "/proposals/templates", proposal.template_id),
  ...maybe("previous_version", "/proposals", proposal.previous_version_id),
  ...maybe("owner", "/users", proposal.owner_id),
});

export const contractLinks = (contract: Linked): Links => ({
  self: to(`/contracts/${contract.id}`),
  deliverables: to(`/contracts/${contract.id}/deliverables`),
  plan: to(`/contracts/${contract.id}/plan`),
  renewals: to(`/contracts/${contract.id}/renewals`),
  text: to(`/contracts/${contract.id}/text`),
  amendments: to(`/contracts/${contract.id}/amendments`),
  activities: to(`/contracts/${contract.id}/activities`),
  ...maybe("customer", "/customers", contract.customer_id),
  ...maybe("opportunity", "/opportunities", contract.opportunity_id),
  ...maybe("contact", "/contacts", contract.contact_id),
  ...maybe("quote", "/quotes", contract.quote_id),
  ...maybe("owner", "/users", contract.owner_id),
});

export const contractAmendmentLinks = (amendment: Linked): Links => ({
  self: to(`/contracts/${amendment.contract_id}/amendments/${amendment.id}`),
  ...maybe("contract", "/contracts", amendment.contract_id),
  ...maybe("owner", "/users", amendment.owner_id),
});

export const proposalTemplateRevisionLinks = (revision: Linked): Links => ({
  self: to(`/proposals/templates/${revision.proposal_template_id}/revisions`),
  ...maybe("template", "/proposals/templates", revision.proposal_template_id),
});

export const contractTemplateRevisionLinks = (revision: Linked): Links => ({
  self: to(`/contracts/templates/${revision.contract_template_id}/revisions`),
  ...maybe("template", "/contracts/templates", revision.contract_template_id),
});

export const clauseRevisionLinks = (revision: Linked): Links => ({
  self: to(`/contracts/clauses/${revision.contract_clause_id}/revisions`),
  ...maybe("clause", "/contracts/clauses", revision.contract_clause_id),
});

export const pricingRuleRevisionLinks = (revision: Linked): Links => ({
  self: to(`/quotes/pricing-rules/${revision.pricing_rule_id}/revisions`),
  ...maybe("pricing_rule", "/quotes/pricing-rules", revision.pricing_rule_id),
});

export const quoteTemplateRevisionLinks = (revision: Linked): Links => ({
  self: to(`/quotes/templates/${revision.quote_template_id}/revisions`),
  ...maybe("template", "/quotes/templates", revision.quote_template_id),
});

export const potentialLinks = (potential: Linked): Links => ({
  self: to(`/potentials/${potential.id}`),
  activities: to(`/potentials/${potential.id}/activities`),
  ...maybe("person", "/persons", potential.personal_key_id),
  ...maybe("opportunity", "/opportunities", potential.converted_opportunity_id),
  ...maybe("assigned_to", "/users", potential.assigned_to),
});

export const activityLinks = (activity: Linked): Links => ({
  self: to(`/activities/${activity.id}`),
  ...maybe(String(activity.related_to_type), pathOf(String(activity.related_to_id)), activity.related_to_id),
  ...maybe("person", "/persons", activity.personal_key_id),
  ...maybe("assigned_to", "/users", activity.assigned_to_id),
});

/** Of what is about a record of any kind. */
export const aboutLinks =
  (path: string) =>
  (record: Linked): Links => ({
    self: to(`${path}/${record.id}`),
    ...maybe(String(record.related_to_type), pathOf(String(record.related_to_id)), record.related_to_id),
    ...maybe("person", "/persons", record.personal_key_id),
    ...maybe("created_by", "/users", record.created_by),
  });

export const hitLinks = (hit: Linked): Links => ({ self: to(`${pathOf(hit.id)}/${hit.id}`) });

/** Of a view, where what it holds is asked. */
export const viewLinks = (view: Linked): Links => ({
  self: to(`/views/${view.id}`),
  query: to(`${kindNamed(String(view.kind))?.path}/query`),
  ...maybe("created_by", "/users", view.created_by),
});

export const interactionLinks = (interaction: Linked): Links => ({
  self: to(`/interactions/${interaction.id}`),
  ...maybe("person", "/persons", interaction.personal_key_id),
  ...maybe("lead", "/leads", interaction.lead_id),
  ...maybe("customer", "/customers", interaction.customer_id),
  ...maybe("opportunity", "/opportunities", interaction.opportunity_id),
  ...maybe("ticket", "/support/tickets", interaction.ticket_id),
  ...maybe("owner", "/users", interaction.owner_id),
  ...maybe("follow_up", "/activities", interaction.follow_up_activity_id),
});

export const formLinks = (form: Linked): Links => ({
  self: to(`/forms/${form.id}`),
  statistics: to(`/forms/${form.id}/statistics`),
  ...maybe("public", "/public/forms", form.key),
  ...maybe("owner", "/users", form.owner_id),
});

export const ruleLinks = (version: Linked): Links => ({
  self: to(`/rules/${version.rule_kind}/versions/${version.id}`),
  rule: to(`/rules/${version.rule_kind}`),
  ...maybe("based_on", `/rules/${version.rule_kind}/versions`, version.based_on_id),
});

export const conversionLinks = (conversion: Linked): Links => ({
  self: to(`/leads/${conversion.lead_id}/conversion`),
  ...maybe("lead", "/leads", conversion.lead_id),
  ...maybe("customer", "/customers", conversion.customer_id),
  ...maybe("contact", "/contacts", conversion.contact_id),
  ...maybe("opportunity", "/opportunities", conversion.opportunity_id),
  ...maybe("follow_up", "/activities", conversion.follow_up_activity_id),
});

export const healthLinks = (health: Linked): Links => ({
  self: to(`/customers/${health.customer_id}/health-scores`),
  ...maybe("customer", "/customers", health.customer_id),
});

export const templateRevisionLinks = (revision: Linked): Links => ({
  self: to(`/message-templates/${revision.template_id}/revisions`),
  ...maybe("template", "/message-templates", revision.template_id),
});

const articlePath = "/support/knowledge";

export const articleVersionLinks = ({ id, article_id }: Linked): Links => ({
  self: to(`${articlePath}/${article_id}/versions/${id}`),
  ...maybe("article", articlePath, article_id),
});

export const feedbackLinks = ({ article_id }: Linked): Links => ({
  self: to(`${articlePath}/${article_id}/feedback`),
  ...maybe("article", articlePath, article_id),
});

export const ticketCommentLinks = ({ ticket_id }: Linked): Links => ({
  self: to(`/support/tickets/${ticket_id}/comments`),
  ticket: to(`/support/tickets/${ticket_id}`),
});

export const stageActionLinks = (action: Linked): Links => ({
  self: to(`/opportunities/${action.opportunity_id}/automations`),
  ...maybe("opportunity", "/opportunities", action.opportunity_id),
  ...maybe("template", "/message-templates", action.template_id),
  ...maybe("activity", "/activities", action.activity_id),
});

export const scoreLinks = (score: Linked): Links => ({
  self: to(`/leads/${score.lead_id}/scores`),
  ...maybe("lead", "/leads", score.lead_id),
});

export const opportunityHistoryLinks = (entry: Linked): Links => ({
  self: to(`/opportunities/${entry.opportunity_id}/history`),
  ...maybe("opportunity", "/opportunities", entry.opportunity_id),
});

export const assignmentLinks = (assignment: Linked): Links => ({
  self: to(`/leads/${assignment.lead_id}/assignments`),
  ...maybe("lead", "/leads", assignment.lead_id),
  ...maybe("from", "/users", assignment.from_owner_id),
  ...maybe("to", "/users", assignment.to_owner_id),
});

export const priceBookLinks = (book: Linked): Links => ({
  self: to(`/price-books/${book.id}`),
  entries: to(`/price-books/${book.id}/entries`),
});

export const priceBookEntryLinks = (entry: Linked): Links => ({
  self: to(`/price-books/${entry.price_book_id}/entries/${entry.id}`),
  ...maybe("price_book", "/price-books", entry.price_book_id),
  ...maybe("product", "/products", entry.product_id),
});

export const searchPathLinks = (path: Linked): Links => ({
  self: to(`/search-paths/${path.id}`),
  fill: to(`/search-paths/fill?entity=${path.entity}`),
});

export const personLinks = (person: Linked): Links => ({
  self: to(`/persons/${person.id}`),
  all: to(`/persons/${person.id}/360`),
  timeline: to(`/persons/${person.id}/timeline`),
  merges: to(`/persons/${person.id}/merges`),
  duplicates: to(`/persons/${person.id}/duplicates`),
  journey: to(`/persons/${person.id}/journey`),
  leads: to(`/persons/${person.id}/leads`),
  customers: to(`/persons/${person.id}/customers`),
  potentials: to(`/persons/${person.id}/potentials`),
  activities: to(`/persons/${person.id}/activities`),
});

export const journeyLinks = (step: Linked): Links => ({
  self: to(`/journey/${step.id}`),
  ...maybe("person", "/persons", step.personal_key_id),
  ...maybe("recorded_by", "/users", step.recorded_by),
  ...maybe("channel", "/masters/marketing-channels", step.channel_id),
  ...maybe("store", "/masters/stores", step.store_id),
  ...maybe("brand", "/masters/brands", step.brand_id),
});

/** Where the record of an entry of a timeline is read. */
const momentPaths: Record<PersonTimeline.Type, string> = {
  activity: "/activities",
  interaction: "/interactions",
  journey: "/journey",
  note: "/notes",
  ticket: "/support/tickets",
  change: "/audit",
};

export const momentLinks = (entry: Linked): Links => ({
  self: to(`${momentPaths[entry.type as PersonTimeline.Type]}/${entry.id}`),
});

export const candidateLinks = (candidate: Linked): Links => ({
  self: to(`/persons/duplicates/${candidate.id}`),
  ...maybe("person", "/persons", candidate.person_id),
  ...maybe("other_person", "/persons", candidate.other_person_id),
});

export const importLinks = (job: Linked): Links => ({
  self: to(`/imports/${job.id}`),
  errors: to(`/imports/${job.id}/errors`),
  ...maybe("owner", "/users", job.owner_id),
});

export const exportLinks = (job: Linked): Links => ({
  self: to(`/exports/${job.id}`),
  ...(job.status === "completed" ? { file: to(`/exports/${job.id}/file`) } : {}),
  ...maybe("owner", "/users", job.owner_id),
});

export const bulkChangeLinks = (job: Linked): Links => ({
  self: to(`/bulk-changes/${job.id}`),
  results: to(`/bulk-changes/${job.id}/results`),
  ...maybe("undoes", "/bulk-changes", job.undoes_id),
  ...maybe("undone_by", "/bulk-changes", job.undone_by_id),
  ...maybe("owner", "/users", job.owner_id),
});

export const notificationLinks = (notification: Linked): Links => ({
  self: to(`/notifications/${notification.id}`),
  ...maybe("record", String(kindNamed(String(notification.record_kind))?.path), notification.record_id),
  ...(isId(String(notification.actor_id), USER) ? maybe("actor", "/users", notification.actor_id) : {}),
});

export const auditLinks = (entry: Linked): Links => ({ self: to(`/audit/${entry.id}`) });

export const mergeLinks = (merge: Linked): Links => ({
  self: to(`/persons/${merge.survivor_id}/merges`),
  ...maybe("survivor", "/persons", merge.survivor_id),
  ...maybe("merged", "/persons", merge.merged_id),
});

export const inboundWebhookLinks = ({ id }: Linked): Links => ({
  self: to(`/webhooks/inbound/${id}`),
  deliveries: to(`/webhooks/inbound/${id}/deliveries`),
});

export const inboundDeliveryLinks = ({ id, webhook_id, record_id }: Linked): Links => ({
  self: to(`/webhooks/inbound/${webhook_id}/deliveries/${id}`),
  ...maybe("webhook", "/webhooks/inbound", webhook_id),
  ...maybe("record", pathOf(String(record_id)) ?? "", pathOf(String(record_id)) && record_id),
});

export const webhookEndpointLinks = ({ id, owner_id }: Linked): Links => ({
  self: to(`/webhooks/endpoints/${id}`),
  ...maybe("owner", "/users", owner_id),
  deliveries: to(`/webhooks/endpoints/${id}/deliveries`),
});

export const webhookAttemptLinks = ({ endpoint_id, record_id }: Linked): Links => ({
  ...maybe("endpoint", "/webhooks/endpoints", endpoint_id),
  ...maybe("record", pathOf(String(record_id)) ?? "", pathOf(String(record_id)) && record_id),
});

/** What `linksOf` does not tell of a record that is about one of any kind. */
export const subjectLinks = ({ subject_id }: Linked): Links => maybe("subject", pathOf(String(subject_id)), subject_id);

export const flowLinks = (id: string): Links => ({ flow: to(`/flows/${id}`) });
