/**
 * Where the page of a record offers an action beside its head and the menus of its lists: what a person presses one after the other. A name that ends
 * with `…` stands for all that begin like this, and `|` stands between alternatives. `>` before it
 * means in a layer over the page.
 */
export interface ActionPlace {
  readonly steps: readonly string[];
  /** What is pressed in place of the last button of the dialog, one after the other. */
  readonly after?: readonly string[];
  /** Whether the last press carries it out, without a dialog. */
  readonly isDirect?: boolean;
}

const ENTRY = "Actions for …";
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
  startCampaignAbTest: { steps: ["A/B tests", "…", "Start the test"], isDirect: true },
  cancelCampaignAbTest: { steps: ["A/B tests", "…", "Cancel the test"] },
  deleteCampaignAbTest: { steps: ["A/B tests", "…", "Delete"] },
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
  linkConversation: { steps: ["Link to a customer"] },
  mergePersons: MERGE,
  mergeCustomers: MERGE,
  mergeContacts: MERGE,
  unmergePersons: UNMERGE,
  unmergeCustomers: UNMERGE,
  unmergeContacts: UNMERGE,
};
