import { contact } from "./accounts/contact/contact.domain.ts";
import { conversion } from "./accounts/conversion/conversion.domain.ts";
import { customer } from "./accounts/customer/customer.domain.ts";
import { health } from "./accounts/health/health.domain.ts";
import { merging } from "./accounts/merging/merging.domain.ts";
import { approval } from "./agreements/approval/approval.domain.ts";
import { contract } from "./agreements/contract/contract.domain.ts";
import { contractTemplate } from "./agreements/contract-template/contract-template.domain.ts";
import { deal } from "./agreements/deal/deal.domain.ts";
import { proposal } from "./agreements/proposal/proposal.domain.ts";
import { quote } from "./agreements/quote/quote.domain.ts";
import { offer } from "./agreements/share-link/offer.domain.ts";
import { signatureAccount } from "./agreements/signature/provider/signature-account.domain.ts";
import { signature } from "./agreements/signature/signature.domain.ts";
import { dashboard } from "./analytics/dashboard/dashboard.domain.ts";
import { analytics } from "./analytics/figure/analytics.domain.ts";
import { kpi } from "./analytics/kpi/kpi.domain.ts";
import { report } from "./analytics/report/report.domain.ts";
import { target } from "./analytics/target/target.domain.ts";
import { afterSales } from "./commerce/after-sales/after-sales.domain.ts";
import { invoice } from "./commerce/invoice/invoice.domain.ts";
import { order } from "./commerce/order/order.domain.ts";
import { payment } from "./commerce/payment/payment.domain.ts";
import { paymentAccount } from "./commerce/payment-account/payment-account.domain.ts";
import { preOrder } from "./commerce/pre-order/pre-order.domain.ts";
import { abTest } from "./engagement/ab-test/ab-test.domain.ts";
import { campaign } from "./engagement/campaign/campaign.domain.ts";
import { contactList } from "./engagement/contact-list/contact-list.domain.ts";
import { emailSend } from "./engagement/email-send/email-send.domain.ts";
import { followUp } from "./engagement/follow-up/follow-up.domain.ts";
import { playbook } from "./engagement/playbook/playbook.domain.ts";
import { reengagement } from "./engagement/reengagement/reengagement.domain.ts";
import { segment } from "./engagement/segment/segment.domain.ts";
import { stageAutomation } from "./engagement/stage-automation/stage-automation.domain.ts";
import { ticketAnswer } from "./engagement/ticket-answer/ticket-answer.domain.ts";
import { workflow } from "./engagement/workflow/workflow.domain.ts";
import type { Domain } from "./kernel/domain.ts";
import { flow } from "./lib/state-machine/flow.domain.ts";
import { inboundMail } from "./messaging/inbound-mail/inbound-mail.domain.ts";
import { inboundWebhook } from "./messaging/inbound-webhook/inbound-webhook.domain.ts";
import { mailAccount } from "./messaging/mail-account/mail-account.domain.ts";
import { message } from "./messaging/message/message.domain.ts";
import { webhookEndpoint } from "./messaging/outbound-webhook/webhook-endpoint.domain.ts";
import { smsAccount } from "./messaging/sms-account/sms-account.domain.ts";
import { messageTemplate } from "./messaging/template/message-template.domain.ts";
import { activity } from "./people/activity/activity.domain.ts";
import { attachment } from "./people/attachment/attachment.domain.ts";
import { comment } from "./people/comment/comment.domain.ts";
import { follow } from "./people/follow/follow.domain.ts";
import { interaction } from "./people/interaction/interaction.domain.ts";
import { note } from "./people/note/note.domain.ts";
import { person } from "./people/person/person.domain.ts";
import { suppression } from "./people/suppression/suppression.domain.ts";
import { audit } from "./platform/audit/audit.domain.ts";
import { auth } from "./platform/auth/auth.domain.ts";
import { bulkChange } from "./platform/bulk-change/bulk-change.domain.ts";
import { columns } from "./platform/columns/columns.domain.ts";
import { customField } from "./platform/custom-field/custom-field.domain.ts";
import { exports } from "./platform/export/export.domain.ts";
import { imports } from "./platform/import/import.domain.ts";
import { layout } from "./platform/layout/layout.domain.ts";
import { masters } from "./platform/master-data/master-data.domain.ts";
import { notification } from "./platform/notification/notification.domain.ts";
import { presence } from "./platform/presence/presence.domain.ts";
import { profile } from "./platform/profile/profile.domain.ts";
import { rule } from "./platform/rule/rule.domain.ts";
import { view } from "./platform/saved-view/saved-view.domain.ts";
import { searchPath } from "./platform/search-path/search-path.domain.ts";
import { secondFactor } from "./platform/second-factor/second-factor.domain.ts";
import { tag } from "./platform/tag/tag.domain.ts";
import { tenant } from "./platform/tenant/tenant.domain.ts";
import { upload } from "./platform/upload/upload.domain.ts";
import { user } from "./platform/user/user.domain.ts";
import { project } from "./projects/project/project.domain.ts";
import { projectTemplate } from "./projects/project-template/project-template.domain.ts";
import { exchangeRate } from "./sales/exchange-rate/exchange-rate.domain.ts";
import { figures } from "./sales/figures/figures.domain.ts";
import { lead } from "./sales/lead/lead.domain.ts";
import { opportunity } from "./sales/opportunity/opportunity.domain.ts";
import { potential } from "./sales/potential/potential.domain.ts";
import { product } from "./sales/product/product.domain.ts";
import { score } from "./sales/scoring/score.domain.ts";
import { territory } from "./sales/territory/territory.domain.ts";
import { intake } from "./sales/web-form/web-form.domain.ts";
import { booking } from "./scheduling/booking/booking.domain.ts";
import { invitation } from "./scheduling/invitation/invitation.domain.ts";
import { knowledge } from "./service/knowledge/knowledge.domain.ts";
import { sla } from "./service/sla/sla.domain.ts";
import { ticket } from "./service/ticket/ticket.domain.ts";

/** All domains. The platform knows a domain only through this list. */
export const domains: readonly Domain[] = [
  abTest,
  activity,
  afterSales,
  analytics,
  approval,
  attachment,
  audit,
  auth,
  bulkChange,
  booking,
  campaign,
  contact,
  contactList,
  contract,
  columns,
  contractTemplate,
  conversion,
  customField,
  customer,
  deal,
  emailSend,
  exchangeRate,
  exports,
  figures,
  flow,
  followUp,
  ticketAnswer,
  health,
  imports,
  inboundMail,
  inboundWebhook,
  intake,
  interaction,
  invitation,
  invoice,
  knowledge,
  layout,
  lead,
  masters,
  merging,
  mailAccount,
  message,
  messageTemplate,
  note,
  comment,
  follow,
  notification,
  offer,
  opportunity,
  order,
  payment,
  paymentAccount,
  preOrder,
  person,
  playbook,
  potential,
  presence,
  product,
  profile,
  project,
  projectTemplate,
  secondFactor,
  proposal,
  quote,
  reengagement,
  report,
  target,
  kpi,
  dashboard,
  rule,
  score,
  searchPath,
  segment,
  signature,
  signatureAccount,
  sla,
  smsAccount,
  workflow,
  stageAutomation,
  suppression,
  tag,
  tenant,
  territory,
  ticket,
  upload,
  user,
  view,
  webhookEndpoint,
];
