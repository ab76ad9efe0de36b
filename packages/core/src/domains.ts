import { activity } from "./activity/activity.domain.ts";
import { approval } from "./approval/approval.domain.ts";
import { attachment } from "./attachment/attachment.domain.ts";
import { audit } from "./audit/audit.domain.ts";
import { auth } from "./auth/auth.domain.ts";
import { booking } from "./booking/booking.domain.ts";
import { bulkChange } from "./bulk-change/bulk-change.domain.ts";
import { contact } from "./contact/contact.domain.ts";
import { contactList } from "./contact-list/contact-list.domain.ts";
import { contract } from "./contract/contract.domain.ts";
import { contractTemplate } from "./contract-template/contract-template.domain.ts";
import { conversion } from "./conversion/conversion.domain.ts";
import { customField } from "./custom-field/custom-field.domain.ts";
import { customer } from "./customer/customer.domain.ts";
import { deal } from "./deal/deal.domain.ts";
import { emailSend } from "./email-send/email-send.domain.ts";
import { exchangeRate } from "./exchange-rate/exchange-rate.domain.ts";
import { exports } from "./export/export.domain.ts";
import { figures } from "./figures/figures.domain.ts";
import { flow } from "./flow/flow.domain.ts";
import { followUp } from "./follow-up/follow-up.domain.ts";
import { health } from "./health/health.domain.ts";
import { imports } from "./import/import.domain.ts";
import { inboundMail } from "./inbound-mail/inbound-mail.domain.ts";
import { inboundWebhook } from "./inbound-webhook/inbound-webhook.domain.ts";
import { intake } from "./intake/intake.domain.ts";
import { interaction } from "./interaction/interaction.domain.ts";
import { invitation } from "./invitation/invitation.domain.ts";
import type { Domain } from "./kernel/domain.ts";
import { knowledge } from "./knowledge/knowledge.domain.ts";
import { lead } from "./lead/lead.domain.ts";
import { masters } from "./masters/masters.domain.ts";
import { merging } from "./merging/merging.domain.ts";
import { mailAccount } from "./message/mail-account/mail-account.domain.ts";
import { message } from "./message/message.domain.ts";
import { smsAccount } from "./message/sms-account/sms-account.domain.ts";
import { messageTemplate } from "./message-template/message-template.domain.ts";
import { note } from "./note/note.domain.ts";
import { notification } from "./notification/notification.domain.ts";
import { offer } from "./offer/offer.domain.ts";
import { opportunity } from "./opportunity/opportunity.domain.ts";
import { person } from "./person/person.domain.ts";
import { potential } from "./potential/potential.domain.ts";
import { product } from "./product/product.domain.ts";
import { proposal } from "./proposal/proposal.domain.ts";
import { quote } from "./quote/quote.domain.ts";
import { reengagement } from "./reengagement/reengagement.domain.ts";
import { rule } from "./rule/rule.domain.ts";
import { score } from "./score/score.domain.ts";
import { searchPath } from "./search-path/search-path.domain.ts";
import { segment } from "./segment/segment.domain.ts";
import { signatureAccount } from "./signature/provider/signature-account.domain.ts";
import { signature } from "./signature/signature.domain.ts";
import { sla } from "./sla/sla.domain.ts";
import { stageAutomation } from "./stage-automation/stage-automation.domain.ts";
import { suppression } from "./suppression/suppression.domain.ts";
import { tag } from "./tag/tag.domain.ts";
import { tenant } from "./tenant/tenant.domain.ts";
import { territory } from "./territory/territory.domain.ts";
import { ticket } from "./ticket/ticket.domain.ts";
import { upload } from "./upload/upload.domain.ts";
import { user } from "./user/user.domain.ts";
import { view } from "./view/view.domain.ts";
import { webhookEndpoint } from "./webhook-endpoint/webhook-endpoint.domain.ts";

/** Every domain there is. What the house knows of one, it knows from here. */
export const domains: readonly Domain[] = [
  activity,
  approval,
  attachment,
  audit,
  auth,
  bulkChange,
  booking,
  contact,
  contactList,
  contract,
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
  health,
  imports,
  inboundMail,
  inboundWebhook,
  intake,
  interaction,
  invitation,
  knowledge,
  lead,
  masters,
  merging,
  mailAccount,
  message,
  messageTemplate,
  note,
  notification,
  offer,
  opportunity,
  person,
  potential,
  product,
  proposal,
  quote,
  reengagement,
  rule,
  score,
  searchPath,
  segment,
  signature,
  signatureAccount,
  sla,
  smsAccount,
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
