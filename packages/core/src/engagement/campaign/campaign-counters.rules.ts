/** Names of the counters of a campaign. Each kind of record below a campaign counts under the same scope. Pure. */

export const campaignScope = (id: string): string => `campaign@${id}`;
