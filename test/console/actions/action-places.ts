/** What a person presses, writes into an input, or opens. */
export type ActionStep =
  | string
  /** `place`: of several inputs with the label, in place of the last one. */
  | { readonly write: string; readonly into: string; readonly place?: number }
  | { readonly key: string }
  | { readonly goTo: string }
  /** The content of a file that is chosen. */
  | { readonly file: string }
  /** Jobs run that the server has begun. */
  | { readonly runJobs: true };

/**
 * Where the page of a record offers an action beside its head and the menus of its lists: what a person presses one after the other. A name that ends
 * with `…` stands for all that begin like this, and `|` stands between alternatives. `>` before it
 * means in a layer over the page.
 */
export interface ActionPlace {
  readonly steps: readonly ActionStep[];
  /** The page that has it, in place of that of the record. Fields of the input stand in braces. */
  readonly page?: string;
  /** Whether its form is the page, and not a dialog. */
  readonly isForm?: boolean;
  /** What is pressed in place of the last button of the dialog, one after the other. */
  readonly after?: readonly string[];
  /** Whether the last press carries it out, without a dialog. */
  readonly isDirect?: boolean;
  /** Whether a layer stays open and shows the answer. */
  readonly staysOpen?: boolean;
}

const ENTRY = "Actions for …";
/** The name of the test. */
const REPORT = "/crm/analytics/reports/view/{id}";
const PLAYBOOK_RECORD = "/crm/customers/view/{record_id}";
const AB_TEST = "Harbour-…";
const MERGE: ActionPlace = { steps: [], after: ["Compare", "Merge"] };
const UNMERGE: ActionPlace = { steps: [], after: ["Separate again"] };

export const places: Readonly<Record<string, ActionPlace>> = {
  approveApproval: { steps: ["Approve"] },
  rejectApproval: { steps: ["Reject"] },
  delegateApproval: { steps: ["Delegate"] },
  addContractDeliverable: { steps: ["Deliverables", "Add a deliverable"] },
  updateContractDeliverable: { steps: ["Deliverables", ENTRY, "Edit"] },
  removeContractDeliverable: { steps: ["Deliverables", ENTRY, "Delete"] },
  generateContractText: { steps: ["Terms", "Generate from a template|Generate again"] },
  submitContractAmendment: { steps: ["Amendments", "CT-…", ">Submit"] },
  sendContractAmendment: { steps: ["Amendments", "CT-…", ">Send to the customer"] },
  rejectContractAmendment: { steps: ["Amendments", "CT-…", ">More actions", ">Record the customer’s refusal"] },
  signContractAmendment: { steps: ["Amendments", "CT-…", ">Sign"] },
  refreshContractAmendment: { steps: ["Amendments", "CT-…", ">More actions", ">Refresh from contract"] },
  withdrawContractAmendment: { steps: ["Amendments", "CT-…", ">More actions", ">Withdraw"] },
  deleteContractAmendment: { steps: ["Amendments", "CT-…", ">More actions", ">Delete"] },
  revokeContractAmendmentLinks: { steps: ["Amendments", "CT-…", ">More actions", ">Revoke the links"] },
  addCampaignMember: { steps: ["Members", "Add members"] },
  fillCampaign: { steps: ["Members", "Add members", "A segment"] },
  recordCampaignResponse: { steps: ["Members", ENTRY, "Record a response"] },
  createCampaignMetric: { steps: ["Metrics", "Enter a day"] },
  updateCampaignMetric: { steps: ["Metrics", "Last 90 days", "All days", ENTRY, "Edit"] },
  deleteCampaignMetric: { steps: ["Metrics", "Last 90 days", "All days", ENTRY, "Delete"], isDirect: true },
  createCampaignActivity: { steps: ["Plan and assets", "Plan an activity"] },
  updateCampaignActivity: { steps: ["Plan and assets", ENTRY, "Edit"] },
  deleteCampaignActivity: { steps: ["Plan and assets", ENTRY, "Delete"] },
  createCampaignAsset: { steps: ["Plan and assets", "Add an address"] },
  updateCampaignAsset: { steps: ["Plan and assets", ENTRY, "Edit"] },
  deleteCampaignAsset: { steps: ["Plan and assets", ENTRY, "Delete"] },
  startCampaignAbTest: { steps: ["A/B tests", AB_TEST, "Start the test", "Do not track", ">Start the test"], isDirect: true },
  cancelCampaignAbTest: { steps: ["A/B tests", AB_TEST, "Cancel the test"] },
  deleteCampaignAbTest: { steps: ["A/B tests", AB_TEST, "Delete"] },
  cancelBulkChange: { steps: ["Stop"], isDirect: true },
  undoBulkChange: { steps: ["Undo"], isDirect: true },
  cancelExport: { steps: ["Stop"], isDirect: true },
  cancelImport: { steps: ["Stop"], isDirect: true },
  revertImport: { steps: ["Undo the import"] },
  addOpportunityProduct: { steps: ["Products", "Add a product"] },
  addCompetitor: { steps: ["Competitors", "Add a competitor"] },
  addDealItem: { steps: ["Items", "Add a product"] },
  replaceUserAvailability: { steps: [] },
  closeConversation: { steps: ["Close the conversation"], isDirect: true },
  reopenConversation: { steps: ["Reopen"], isDirect: true },
  linkConversation: { steps: ["Link to a customer", "Harbour…"], isDirect: true },
  mergePersons: MERGE,
  mergeCustomers: MERGE,
  mergeContacts: MERGE,
  unmergePersons: UNMERGE,
  unmergeCustomers: UNMERGE,
  unmergeContacts: UNMERGE,
  checkCampaignAbTest: { steps: ["A/B tests", AB_TEST, "Start the test"], isDirect: true, staysOpen: true },
  chooseCampaignAbTestVariant: { steps: ["A/B tests", AB_TEST, "Send variant B"] },
  addTicketComment: { steps: [{ write: "We call you today", into: "Reply" }, "Send"], isDirect: true },
  unmergeTickets: { steps: ["Undo"], isDirect: true },
  unsplitTicket: { steps: ["Undo"], isDirect: true },
  snoozeTicket: { steps: ["Ticket actions", "In 3 hours"], isDirect: true },
  wakeTicket: { steps: ["Ticket actions", "Return to the queue now"], isDirect: true },
  assignConversation: { steps: ["Clear…"], isDirect: true },
  setContractText: {
    steps: [
      "Terms",
      "Edit the terms|Write the terms",
      "Add a term",
      { write: "Delivery", into: "Heading" },
      { write: "By ship", into: "Text" },
      "Save",
    ],
    isDirect: true,
  },
  createContractAmendment: { page: "/crm/contracts/amendments/create?contract={id}", steps: [], isForm: true },
  replaceContractAmendment: { steps: ["Amendments", "CT-…", ">Edit"], isForm: true },
  createReportSchedule: { page: REPORT, steps: ["Schedule"], after: ["Schedule the report"], staysOpen: true },
  replaceReportSchedule: {
    page: REPORT,
    steps: ["Schedule", "Edit the schedule"],
    after: ["Save the schedule"],
    staysOpen: true,
  },
  deleteReportSchedule: { page: REPORT, steps: ["Schedule", "Delete the schedule"], isDirect: true, staysOpen: true },
  exportReport: { page: REPORT, steps: ["Export", "CSV…"], isDirect: true },
  checkMessageTemplate: { steps: ["Check"], isDirect: true },
  previewMessageTemplate: { steps: [], isDirect: true },
  previewContractTemplate: { steps: ["Preview"], isDirect: true },
  dryRunWorkflow: { steps: ["Test", "Lead…", "Harbour…", "Run the test"], isDirect: true, staysOpen: true },
  createPriceBookEntry: {
    steps: ["Prices", "Product…", "Harbour product", { write: "9", into: "Unit price" }, "Add the price"],
    isDirect: true,
  },
  updatePriceBookEntry: { steps: ["Prices", "Active"], isDirect: true },
  deletePriceBookEntry: { steps: ["Prices", "Remove the price of …"], isDirect: true },
  dismissDuplicate: { page: "/crm/persons/duplicates/view/{id}", steps: ["Not a duplicate"], isDirect: true },
  completePlaybookStep: { page: PLAYBOOK_RECORD, steps: ["Check off"], isDirect: true },
  createPlaybookTask: { page: PLAYBOOK_RECORD, steps: ["Create task"], isDirect: true },
  reopenPlaybookStep: { page: PLAYBOOK_RECORD, steps: ["Check off", "Show all steps", "Ring the customer"], isDirect: true },
  submitForecast: { page: "/crm/opportunities/forecast", steps: ["Submit my forecast"] },
  readAllNotifications: { page: "/crm/notifications", steps: ["Mark all as read"], isDirect: true },
  replaceNotificationPreferences: { page: "/crm/profile", steps: ["Email"], isDirect: true },
  suggestArticles: {
    page: "/crm/support/tickets/create",
    steps: [{ write: "The harbour light is broken", into: "Subject" }],
    isDirect: true,
  },
  previewReport: { page: "/crm/analytics/custom", steps: ["Leads"], isDirect: true },
  previewForm: { page: "/crm/forms/view/{id}", steps: [], isDirect: true },
  previewPrices: { page: "/crm/quotes/pricing", steps: ["Product…", "Harbour…"], isDirect: true },
  updateTenant: {
    page: "/crm/settings/organization",
    steps: [{ write: "Harbour Lights", into: "Company name" }, { key: "Enter" }],
    isDirect: true,
  },
  createWorkflowFromTemplate: { page: "/crm/campaigns/automation", steps: ["Response to new leads"] },
  createBulkChange: {
    page: "/crm/leads",
    steps: [
      "Select row 1",
      "Add tag",
      { write: "north", into: "Add these tags" },
      { key: "Enter" },
      "Preview",
      { runJobs: true },
      "Add tag to …",
      { runJobs: true },
    ],
    isDirect: true,
    staysOpen: true,
  },
  sendMessage: {
    page: "/crm/leads/view/{lead}",
    steps: [
      "Email",
      { write: "grace@navy.example", into: "To" },
      { key: "Enter" },
      { write: "Tides", into: "Subject" },
      { write: "High at noon", into: "Text" },
      "Send email",
    ],
    isDirect: true,
  },
  inspectImportFile: {
    page: "/crm/imports/add?kind=lead",
    steps: [{ file: "last_name,email\nBerg,berg@navy.example\n" }],
    isDirect: true,
  },
  importCampaignMetrics: {
    steps: [
      "Metrics",
      "Import a file",
      { file: "date,channel,impressions,clicks\n2026-11-01,email,100,10\n" },
      "Import",
      { runJobs: true },
    ],
    isDirect: true,
    staysOpen: true,
  },
  updateCampaignAbTest: {
    steps: ["A/B tests", AB_TEST, "Edit", { write: "Harbour-test-two", into: "Name" }, "Save as a draft"],
    isDirect: true,
  },
  createCampaignAbTest: {
    steps: [
      "A/B tests",
      "New A/B test",
      "Template…",
      "Harbour…",
      { write: "High at noon", into: "Subject", place: 0 },
      { write: "High tide", into: "Subject" },
      "Save as a draft",
    ],
    isDirect: true,
  },
  sendCampaignEmail: {
    steps: ["Sends", "New email", "Sender…", "Harbour…", "Template…", "Harbour…", "Send a test", ">Send a test"],
    isDirect: true,
  },
  sendCampaignSms: {
    steps: [
      "Sends",
      "New text message",
      "Written for this campaign",
      { write: "High at noon", into: "Text" },
      "Send a test",
      ">Send a test",
    ],
    isDirect: true,
  },
};
