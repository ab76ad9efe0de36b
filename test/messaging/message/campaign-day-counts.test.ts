import { buildCampaignDaySums } from "@crm/core/messaging/message/campaign-day-counts.rules.ts";
import type { EventDays } from "@crm/core/messaging/message/daily-figures.rules.ts";
import type { CounterSums } from "@crm/core/storage/table/collection.ts";
import { expect, it } from "vitest";

const [first, second] = ["2026-03-01", "2026-03-02"];
const days = (named: Record<string, string>): EventDays =>
  Object.fromEntries(Object.entries(named).map(([event, day]) => [event, { at: `${day}T10:00:00.000Z`, day }]));

const flatten = ({ scopes, counts, beside }: CounterSums): Record<string, object> => ({
  ...Object.fromEntries(scopes.map((scope) => [scope, counts])),
  ...(beside ? flatten(beside) : {}),
});

it.each([
  ["waits", { status: "queued", days: {} }, {}],
  ["was refused", { status: "failed", days: days({ failed: first }) }, {}],
  [
    "may still be reported",
    { status: "sent", settle_at: "later", days: days({ sent: first }) },
    { [first]: { sent: 1, pending: 1 } },
  ],
  [
    "was followed before its delivery was reported",
    { status: "sent", settle_at: "later", days: days({ sent: first, opened: first, clicked: first }) },
    { [first]: { sent: 1, impressions: 1, pending: 1, opens: 1, clicks: 1 } },
  ],
  [
    "is never reported",
    { status: "sent", settle_at: null, days: days({ sent: first }) },
    { [first]: { sent: 1, impressions: 1 } },
  ],
  [
    "was delivered a day later",
    { status: "delivered", days: days({ sent: first, delivered: second }) },
    { [first]: { sent: 1, impressions: 1 } },
  ],
  ["came back", { status: "undelivered", days: days({ sent: first, failed: second }) }, { [first]: { sent: 1 } }],
  [
    "was followed at once",
    { status: "delivered", days: days({ sent: first, opened: first, clicked: first }) },
    { [first]: { sent: 1, impressions: 1, opens: 1, clicks: 1 } },
  ],
  [
    "was followed later",
    { status: "delivered", days: days({ sent: first, opened: first, clicked: second }) },
    { [first]: { sent: 1, impressions: 1, opens: 1 }, [second]: { clicks: 1 } },
  ],
])("a message of a campaign that %s", (_, message, expected) => {
  const byScope = Object.fromEntries(Object.entries(expected).map(([day, counts]) => [`campaign@cpg_1@${day}@sms`, counts]));
  expect(flatten(buildCampaignDaySums({ campaign_id: "cpg_1", channel: "sms", ...message }))).toEqual(byScope);
  expect(flatten(buildCampaignDaySums({ campaign_id: null, channel: "sms", ...message }))).toEqual({});
});
