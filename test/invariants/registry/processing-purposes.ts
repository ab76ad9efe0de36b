import type { ProcessingPurpose } from "@crm/core/kernel/ports.ts";

/**
 * Which operations, listeners, schedules, flows and change handlers ask whether a person may be processed, and why the others do not. A new one
 * that no entry names fails (processing.test.ts).
 */
export interface PurposeEntry {
  /** Names, or a pattern of names. */
  readonly names: RegExp;
  readonly asks?: readonly ProcessingPurpose[];
  /** Why it processes no person for these purposes. */
  readonly reason?: string;
}

const words = (text: string): RegExp => new RegExp(`^(?:${text.trim().split(/\s+/).join("|")})$`);

/** The first entry that matches decides. Lists and reads (`GET`, `…/query`) need no entry: users read, and nothing is stored. */
export const operationEntries: readonly PurposeEntry[] = [
  { names: words("previewReport runReport"), reason: "Users read what lists show them; the result is kept for the reader alone" },
  {
    names:
      words(`sendMessage scheduleEmailSend checkEmailSend checkCampaignAbTest sendCampaignEmail sendCampaignSms sendQuote sendProposal sendContractAmendment requestQuoteSignature remindSignatureRequest
      reassignSigner signContract signContractAmendment sendTicketSurvey addTicketComment answerTicketFromKnowledge sendInvoice`),
    asks: ["send"],
  },
  { names: words("startCampaignAbTest chooseCampaignAbTestVariant"), asks: ["send"] },
  { names: words("setLeadScore getLeadScore"), asks: ["score"] },
  {
    names: words(
      "assignLeads assignCustomers assignOpportunities assignTicket assignConversation createBulkChange undoBulkChange",
    ),
    asks: ["assign"],
  },
  {
    names:
      /^(?:replace|update|batch)(?:Lead|Leads|Customer|Customers|Contact|Contacts|Opportunity|Opportunities|Potential|Potentials|Ticket|Tickets)$/,
    asks: ["assign"],
  },
  {
    names: words(
      "createLead createOpportunity createCustomer createTicket splitTicket addChildCustomer submitPublicForm sendFormFrame",
    ),
    asks: ["assign"],
  },
  {
    names: words(
      "addReengagementMember fillReengagementBatch sendReengagementStep addCampaignMember createCampaignMember batchCampaignMembers fillCampaign",
    ),
    asks: ["automate"],
  },
  { names: /^export/, asks: ["export"] },
  {
    names: /^inspectImportFile$/,
    reason: "It reads the columns of the tenant's file, and stores and sends nothing.",
  },
  {
    names: /^import/,
    reason:
      "The rows come from the tenant's file and the import stores them. Owners of present records are set by the ordinary verbs, which ask.",
  },
  {
    names:
      /^(?:signup|checkSignupLink|login|token|refresh|logout|revoke(?:Session|OtherSessions|UserSessions|ApiKey|CalendarFeed)|changePassword|(?:begin|confirm|switchOff)MySecondFactor|renewMyRecoveryCodes|removeUserSecondFactor|forgotPassword|resetPassword|activate|createApiKey|makeCalendarFeed|setUserStatus|inviteUser|send(?:Activation|ResetPassword|ForgotPassword|NotificationPreferences)Page)$/,
    reason: "It is about users of the tenant.",
  },
  {
    names:
      /(?:Notifications?|NotificationPreferences|UserAvailability|Users?|Teams?|View|DefaultView|MyPreferences|MyFavorites?|visitRecord|(?:report|end)Presence)$|^(?:un)?follow[A-Z]/,
    reason: "It is about users of the tenant.",
  },
  {
    names:
      /(?:Page|OfferPage|bookTime|giveArticleFeedback|viewArticle|watchTicket|leaveTicket|trackEvent|askForTracking|askForPublicForm|createFormToken|replyToInvitation|takeWebhook)$/,
    reason: "The person acts, or a service reports what happened. It stores that, and what follows asks in its listener.",
  },
  {
    names:
      /(?:updateTenant|Masters?|Tag|Layout|CustomFields?|SearchPath|RuleVersion|rollBackRule|Form|Forms|FormKey|Upload|ApiKey|LeadSource|OpportunityStage|assignTerritories|Webhook|WebhookEndpoint|WebhookEndpointSecret|WebhookEvents|InboundDelivery|MailAccount|SignatureAccount|PaymentAccount|SmsSender|SmsServiceAccount|SmsNumber|BookingLinks?|Segment|ContactList|SegmentMembers|ContactListMembers|EmailSends?|ReengagementBatch|ReengagementBatches|ReengagementStats|ReengagementFill|MessageTemplates?|TicketMacro|SlaPolic(?:y|ies)|SupportCalendars?|previewSla|KnowledgeArticles?|(?:publish|unpublish|archive|revert)Article|ArticleDraft|suggestArticles|Products?|PriceBooks?|PriceBookEntry|ExchangeRates?|PricingRules?|previewPrices|(?:Quote|Proposal|Contract)Templates?|ContractClauses?|submitForecast)$/,
    reason: "It changes settings and texts of the tenant. What uses them asks.",
  },
  {
    names:
      /^(?:create|replace|update|batch|delete|restore|remove|add|log|merge|unmerge|reorder|relate|unrelate|verify|confirm|grant|withdraw|set|resolve|lookUp|dismiss|lift|annotate|find|read)/,
    reason: "A user records, corrects or finds data. The person is not sent anything, scored or decided on.",
  },
  {
    names: /(?:Activity|Interaction|Slots|Lead|Potential|Opportunity|Deal|Ticket|TicketMacro|Conversation)$/,
    reason: "A user works on a record of the person by hand. Its mails, scores and assignments ask in their listeners and verbs.",
  },
  {
    names:
      /(?:Quote|Quotes|Proposal|Contract|Contracts|ContractText|ContractTermination|ContractAmendment|ContractAmendmentLinks|QuoteLinks|ProposalLinks|OrderLinks|InvoiceLinks|QuoteVersion|ProposalVersion|Approval|SignatureRequest|QuoteLine|Order|OrderReview|Fulfilment|OrderFulfilment|Payment|Refund|Invoice|AfterSalesCase|PaymentAccount|PreOrder)$/,
    reason: "It is part of an agreement with the customer. Mails about it ask when they are sent.",
  },
  { names: words("issueInvoice creditInvoice"), reason: "It accounts for an order. Mails about it ask when they are sent." },
  {
    names: words(
      "recordCampaignResponse contactReengagementMember respondReengagementMember optOutReengagementMember failReengagementMember",
    ),
    reason: "A user records what happened with the person.",
  },
  {
    names: /^(?:cancel|revert|activate|pause|complete|resumeCampaign|cloneCampaign)/,
    reason: "It ends or begins a job. The job asks.",
  },
  { names: words("scoreCustomerHealth"), reason: "The health is that of a customer, not of a person." },
  {
    names: /^(?:move|reopen)Project(?:Milestone)?$/,
    reason: "A user orders the work of users.",
  },
  { names: words("testMessageTemplate previewMessageTemplate"), reason: "A user gets the text." },
  { names: words("unscheduleEmailSend"), reason: "It ends or begins a job. The job asks." },
  { names: words("changeMessage"), reason: "The message still waits. The worker asks when it sends it." },
  { names: words("followUpInteraction moveProjectTask"), reason: "A user plans a task for users." },
  { names: words("enrollInWorkflow dryRunWorkflow retryWorkflowEnrollment callWorkflowWebhook"), asks: ["automate"] },
  {
    names: words("publishWorkflow pauseWorkflow resumeWorkflow stopWorkflowEnrollment"),
    reason: "It decides when steps run. The worker of the steps asks.",
  },
  { names: words("resumeCampaign cloneCampaign"), reason: "A user plans a campaign, which is about no person." },
  {
    names: words("completePlaybookStep reopenPlaybookStep createPlaybookTask"),
    reason: "A user records their own work on a record.",
  },
];

export const subscriberEntries: readonly PurposeEntry[] = [
  {
    names: words(
      "message-sending email-sends booking-mails invitations offer-mails offer-reminders signature-mails ticket-letters ticket-surveys invoice-mails after-sales-mails pre-order-mails",
    ),
    asks: ["send"],
  },
  {
    names: words("reengagement-fills campaign-fills campaigns workflows project-templates"),
    asks: ["automate"],
  },
  { names: words("scoring rules"), asks: ["score"] },
  { names: words("lead-waits absences inbound-leads ticket-walks inbound-tickets ticket-mail bulk-change"), asks: ["assign"] },
  { names: words("export"), asks: ["export"] },
  {
    names: words(
      "activity-reminders activity-reminder-texts lead-reminders notifications mail approval-start approval-watch approval-handover contract-renewal-mails project-members comment-notices",
    ),
    reason: "It reminds, notifies or asks users of the tenant.",
  },
  {
    names: words(
      "message-mail message-settling message-opens suppression-persons reengagement-told inbound-deliveries signature-filing signature-work",
    ),
    reason: "A provider or the person reports what happened. It stores that.",
  },
  { names: words("after-sales-clocks"), reason: "It tells a user that a case is overdue." },
  { names: /^invoice-/, reason: "It accounts for an order. The mail about it asks when it is sent." },
  {
    names: /^(?:contract-|quote-|proposal-|order-|invoice-|payment-|pre-order|signature-clocks)/,
    reason: "It follows from an agreement with the customer: terms, expiry, approvals, renewal.",
  },
  {
    names: words(
      "contact-list-members contact-list-builds segment-members segment-builds search-paths custom-fields customer-levels order-sales order-leads uploads",
    ),
    reason: "It derives index entries and memberships. What uses a membership asks.",
  },
  {
    names: words(
      "activity-unblocking activity-series campaigns project-tasks conversion merging import reengagement-walks customer-health ticket-clocks webhook-deliveries",
    ),
    reason: "It finishes what a user started or the tenant set up, without a message to or a decision on a person.",
  },
];

export const scheduleEntries: readonly PurposeEntry[] = [
  {
    names: words("audit-archive record-archive rotate-signing-key snapshots recount tenant-queues"),
    reason: "It moves or counts data, and decides on no person.",
  },
  { names: words("due"), reason: "It publishes due events. Their listeners ask." },
];

export const flowEntries: readonly PurposeEntry[] = [{ names: words("approval"), reason: "It asks users of the tenant." }];

export const changeHandlerEntries: readonly PurposeEntry[] = [
  {
    names: words("activity opportunity order lead potential person customer knowledge_article reengagement_member"),
    reason: "It derives fields and counters of the stream.",
  },
];

/** Files that send mails or text messages, and where they ask. */
export const sendingFiles: Readonly<Record<string, string>> = {
  "agreements/renewal/mail.ts": "to users",
  "agreements/share-link/mail.ts": "asks by TransactionalMail",
  "agreements/signature/mail.ts": "asks by TransactionalMail; a code is sent because the signer asks for it",
  "commerce/after-sales/mail.ts": "asks by TransactionalMail",
  "commerce/invoice/mail.ts": "asks by TransactionalMail",
  "commerce/pre-order/mail.ts": "asks by TransactionalMail",
  "engagement/workflow/step-runner.ts": "to contacts, whose address asks by resolveRecipients in system-mail.ts; to users",
  "people/activity/reminder-text.ts": "to users",
  "people/suppression/double-opt-in.ts": "asks by TransactionalMail",
  "people/suppression/transactional-mail.ts": "asks by AddressRefusal",
  "people/verification/verification.ts": "security: the person proves an address",
  "platform/auth/throttled-send.ts": "sends for the files of this list",
  "platform/notification/notifier.ts": "to users",
  "platform/sign-in/link-mail.ts": "to users",
  "platform/sign-in/second-factor-mail.ts": "to users",
  "scheduling/booking/mail.ts": "asks by TransactionalMail",
  "scheduling/invitation/delivery.ts": "asks by resolveRecipients",
  "service/survey/mail.ts": "asks by resolveRecipients",
  "service/ticket-message/comment-delivery.ts": "asks by TransactionalMail",
};
