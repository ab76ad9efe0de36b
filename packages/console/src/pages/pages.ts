import type { PageManifest } from "../api/page-manifest.ts";
import { contact } from "./accounts/contact/contact.page.ts";
import { customer } from "./accounts/customer/customer.page.ts";
import { amendment } from "./agreements/amendment/amendment.page.ts";
import { approval } from "./agreements/approval/approval.page.ts";
import { contract } from "./agreements/contract/contract.page.ts";
import { contractTemplate } from "./agreements/contract-template/contract-template.page.ts";
import { deal } from "./agreements/deal/deal.page.ts";
import { proposal } from "./agreements/proposal/proposal.page.ts";
import { pricingRule, quote } from "./agreements/quote/quote.page.ts";
import { dashboard } from "./analytics/dashboard/dashboard.page.ts";
import { figure } from "./analytics/figure/figure.page.ts";
import { kpi } from "./analytics/kpi/kpi.page.ts";
import { report } from "./analytics/report/report.page.ts";
import { target } from "./analytics/target/target.page.ts";
import { invoice } from "./commerce/invoice/invoice.page.ts";
import { order } from "./commerce/order/order.page.ts";
import { campaign, campaignTemplate } from "./engagement/campaign/campaign.page.ts";
import { emailSend } from "./engagement/email-send/email-send.page.ts";
import { contactList, segment } from "./engagement/segment/segment.page.ts";
import { workflow, workflowEnrollment } from "./engagement/workflow/workflow.page.ts";
import { webhook } from "./messaging/outbound-webhook/webhook.page.ts";
import { messageTemplate } from "./messaging/template/template.page.ts";
import { activity } from "./people/activity/activity.page.ts";
import { comment } from "./people/comment/comment.page.ts";
import { interaction } from "./people/interaction/interaction.page.ts";
import { note } from "./people/note/note.page.ts";
import { person } from "./people/person/person.page.ts";
import { audit } from "./platform/audit/audit.page.ts";
import { apiKey } from "./platform/auth/api-key.page.ts";
import { bulkChange } from "./platform/bulk-change/bulk-change.page.ts";
import { customField } from "./platform/custom-field/custom-field.page.ts";
import { exports } from "./platform/export/export.page.ts";
import { guide } from "./platform/guide/guide.page.ts";
import { imports } from "./platform/import/import.page.ts";
import { layout } from "./platform/layout/layout.page.ts";
import { masterData } from "./platform/master-data/master-data.page.ts";
import { rule } from "./platform/rule/rule.page.ts";
import { settings } from "./platform/settings/settings.page.ts";
import { tenant } from "./platform/tenant/tenant.page.ts";
import { user } from "./platform/user/user.page.ts";
import { project } from "./projects/project/project.page.ts";
import { assignment } from "./sales/assignment/assignment.page.ts";
import { exchangeRate } from "./sales/exchange-rate/exchange-rate.page.ts";
import { lead } from "./sales/lead/lead.page.ts";
import { opportunity } from "./sales/opportunity/opportunity.page.ts";
import { potential } from "./sales/potential/potential.page.ts";
import { priceBook, product } from "./sales/product/product.page.ts";
import { scoring } from "./sales/scoring/scoring.page.ts";
import { territory } from "./sales/territory/territory.page.ts";
import { webForm } from "./sales/web-form/web-form.page.ts";
import { conversation } from "./service/conversation/conversation.page.ts";
import { knowledge } from "./service/knowledge/knowledge.page.ts";
import { ticketMacro } from "./service/macro/macro.page.ts";
import { sla } from "./service/sla/sla.page.ts";
import { survey } from "./service/survey/survey.page.ts";
import { ticket } from "./service/ticket/ticket.page.ts";
import { feature } from "./views/features/feature.page.ts";
import { home } from "./views/home/home.page.ts";

/** The manifests of all pages, area by area. `routes.tsx` registers them. */
export const pages: readonly PageManifest[] = [
  ...[audit, apiKey, bulkChange, customField, exports, guide, imports, layout, masterData, rule, settings, tenant, user],
  ...[activity, comment, interaction, note, person],
  ...[webhook, messageTemplate],
  ...[assignment, exchangeRate, lead, opportunity, potential, product, priceBook, scoring, territory, webForm],
  ...[contact, customer],
  ...[project],
  ...[amendment, approval, contract, contractTemplate, deal, proposal, quote, pricingRule],
  ...[conversation, knowledge, sla, survey, ticketMacro, ticket],
  ...[invoice, order],
  ...[campaign, campaignTemplate, emailSend, segment, contactList, workflow, workflowEnrollment],
  ...[feature, home],
  ...[dashboard, figure, kpi, report, target],
];
