/** Names of the counters of a campaign. Each kind of record below a campaign counts under the same scope. Pure. */

export { campaignPartScope, campaignScope } from "../../sales/opportunity/campaign-sales.rules.ts";
