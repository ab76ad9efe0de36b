/** Actions that the page offers elsewhere. */
export const placedActions: ReadonlySet<string> = new Set([
  ...["checkMessageTemplate", "dryRunWorkflow", "previewMessageTemplate", "previewContractTemplate"],
  // The page of an approval offers these to its approver.
  ...["approveApproval", "rejectApproval", "delegateApproval"],
  // The tabs of a contract have these.
  ...["addContractDeliverable", "createContractAmendment", "generateContractText", "setContractText", "exportAmendments"],
  // The import wizard asks it.
  "inspectImportFile",
  // The editor of a form asks it.
  "previewForm",
  // The tabs of a campaign have these.
  ...["addCampaignMember", "fillCampaign", "recordCampaignResponse", "sendCampaignEmail", "sendCampaignSms"],
  ...["createCampaignMetric", "createCampaignMetrics", "importCampaignMetrics"],
  // The threads of tickets and conversations, and what stands beside them, have these.
  ...["addTicketComment", "applyTicketMacro", "previewTicketMacro", "assignConversation", "readConversation"],
  // The console says by itself who looks at a ticket.
  ...["watchTicket", "leaveTicket"],
  ...["closeConversation", "reopenConversation", "linkConversation"],
  // Only programs know the id that it names.
  "grantPersonSight",
  // The prices of a price book are a tab of it.
  ...["createPriceBookEntry", "replacePriceBookEntry", "updatePriceBookEntry", "deletePriceBookEntry"],
  // The editor of a quote or a proposal has its lines and sections.
  ...["addQuoteLine", "addProposalSection", "reorderProposalSections"],
  ...["createCampaignAbTest", "createCampaignActivity", "createCampaignAsset"],
  // The tabs of an opportunity and of a deal have these.
  ...["addOpportunityProduct", "addCompetitor", "addDealItem"],
]);
