import type { MailNews } from "@crm/core/message/provider/mail-provider.ts";
import { newsIn } from "@crm/core/message/provider/ses.rules.ts";
import { reported, type Standing } from "@crm/core/message/standing.rules.ts";
import { describe, expect, it } from "vitest";

/** What SES tells, as its documents have it, and what it means here. */

const NOW = "2026-11-23T09:00:00.000Z";
const TAKEN = "2026-11-23T08:00:00.000Z";
const LATER = "2026-11-23T08:00:09.000Z";
const mail = {
  timestamp: TAKEN,
  source: "crm@example.com",
  messageId: "0100017f-1",
  destination: ["ada@example.com"],
  headers: [{ name: "X-CRM-Message", value: "msg_1" }],
  tags: { "ses:configuration-set": ["crm"], message: ["msg_1"] },
};
const ada = { emailAddress: "ada@example.com" };
const refused = { ...ada, action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 user\r\nunknown" };

const told = (event: object, over: object = {}): MailNews | undefined => newsIn(JSON.stringify({ mail, ...event, ...over }), NOW);
const bounce = (bounceType: string, bounceSubType: string, bouncedRecipients: object[] = [refused]) => ({
  eventType: "Bounce",
  bounce: { bounceType, bounceSubType, bouncedRecipients, timestamp: LATER, feedbackId: "f" },
});
const complaint = (more: object = {}) => ({
  eventType: "Complaint",
  complaint: { complainedRecipients: [ada], timestamp: LATER, complaintFeedbackType: "abuse", complaintSubType: null, ...more },
});

type Row = [string, object, string | null, string | null, [string, boolean][]];
const rows: Row[] = [
  ["Send", { eventType: "Send", send: {} }, "sent", null, []],
  [
    "Delivery",
    { eventType: "Delivery", delivery: { timestamp: LATER, recipients: ["ada@example.com"], smtpResponse: "250 ok" } },
    "delivered",
    null,
    [["delivered", false]],
  ],
  ["a hard bounce", bounce("Permanent", "General"), "undelivered", "Permanent/General", [["bounced", true]]],
  ["no such mailbox", bounce("Permanent", "NoEmail"), "undelivered", "Permanent/NoEmail", [["bounced", true]]],
  ["suppressed by SES", bounce("Permanent", "Suppressed", [ada]), "undelivered", "Permanent/Suppressed", [["bounced", true]]],
  [
    "suppressed by the account",
    bounce("Permanent", "OnAccountSuppressionList", [ada]),
    "undelivered",
    "Permanent/OnAccountSuppressionList",
    [["bounced", true]],
  ],
  ["a full mailbox", bounce("Transient", "MailboxFull"), "undelivered", "Transient/MailboxFull", [["bounced", false]]],
  ["too large", bounce("Transient", "MessageTooLarge", [ada]), "undelivered", "Transient/MessageTooLarge", [["bounced", false]]],
  ["a soft bounce", bounce("Transient", "General"), "undelivered", "Transient/General", [["bounced", false]]],
  ["an answering machine", bounce("Transient", "General", [ada]), null, null, []],
  ["no reason", bounce("Undetermined", "Undetermined"), "undelivered", "Undetermined/Undetermined", [["bounced", false]]],
  ["a complaint", complaint(), null, null, [["complained", true]]],
  ["a complaint without its kind", complaint({ complaintFeedbackType: undefined }), null, null, [["complained", true]]],
  ["that it is no spam", complaint({ complaintFeedbackType: "not-spam" }), null, null, []],
  ["that a check failed", complaint({ complaintFeedbackType: "auth-failure" }), null, null, []],
  [
    "complained before",
    complaint({ complaintSubType: "OnAccountSuppressionList", complaintFeedbackType: undefined }),
    "undelivered",
    "Complaint/OnAccountSuppressionList",
    [["complained", true]],
  ],
  ["a virus", { eventType: "Reject", reject: { reason: "Bad content" } }, "failed", "Reject", []],
  [
    "no text",
    { eventType: "Rendering Failure", failure: { errorMessage: "Attribute 'x' is missing", templateName: "t" } },
    "failed",
    "RenderingFailure",
    [],
  ],
  [
    "a delay",
    { eventType: "DeliveryDelay", deliveryDelay: { delayType: "MailboxFull", delayedRecipients: [refused], timestamp: LATER } },
    "sent",
    null,
    [["delayed", false]],
  ],
  ["Open", { eventType: "Open", open: { userAgent: "Mozilla/5.0" } }, null, null, []],
  ["Click", { eventType: "Click", click: { link: "https://a.example" } }, null, null, []],
  ["Subscription", { eventType: "Subscription", subscription: {} }, null, null, []],
  ["what is not documented", { eventType: "constructor" }, null, null, []],
];

describe("what SES tells", () => {
  it.each(rows)("%s", (_, event, status, code, recipients) => {
    const news = told(event);
    expect(news).toMatchObject({ provider_id: "0100017f-1", message: "msg_1" });
    expect(news?.report?.status ?? null).toBe(status);
    expect(news?.report?.error_code ?? null).toBe(code);
    expect(news?.recipients.map(({ became, is_permanent }) => [became, is_permanent])).toEqual(recipients);
    // As a notification of before event publishing, it says the same.
    const { eventType, ...rest } = event as { eventType: string };
    expect(told({ notificationType: eventType, ...rest })).toEqual(news);
  });

  it("says when, why, and of whom", () => {
    expect(told(bounce("Permanent", "NoEmail"))).toEqual({
      event: "Bounce",
      provider_id: "0100017f-1",
      message: "msg_1",
      report: {
        status: "undelivered",
        at: LATER,
        error_code: "Permanent/NoEmail",
        error_message: "smtp; 550 5.1.1 user unknown",
      },
      recipients: [{ address: "ada@example.com", became: "bounced", is_permanent: true, reason: "smtp; 550 5.1.1 user unknown" }],
    });
    expect(told({ eventType: "Send" })?.report?.at).toBe(TAKEN);
    expect(told({ eventType: "Delivery" }, { delivery: {} })?.report?.at).toBe(NOW);
  });

  it("names our message by its tag, or its header; without either, by SES's id alone", () => {
    const { tags: _tags, ...untagged } = mail;
    const { headers: _headers, ...bare } = untagged;
    expect(told({ eventType: "Send", mail: untagged })?.message).toBe("msg_1");
    expect(told({ eventType: "Send", mail: bare })).toMatchObject({ message: null, provider_id: "0100017f-1" });
  });

  it.each([
    "",
    "null",
    "[]",
    "{}",
    '{"eventType":"Send"}',
    '{"mail":{"messageId":"m"}}',
    '{"eventType":"Send","mail":{"messageId":""}}',
  ])("says nothing by %j", (text) => expect(newsIn(text, NOW)).toBeUndefined());

  it("comes to the same in any order, and twice", () => {
    const before: Standing = {
      ...{ status: "unknown", sent_at: null, delivered_at: null, failed_at: null, error_code: null, error_message: null },
    };
    const events = [rows[0], rows[1], rows[18], rows[9]].map((row) => told(row?.[1] ?? {})?.report);
    const cameBy = (order: number[]) =>
      order.reduce((message, at) => {
        const report = events[at];
        return report ? reported(message, report) : message;
      }, before);
    const one = cameBy([0, 1, 2, 3]);
    expect(one).toMatchObject({ status: "delivered", sent_at: TAKEN, delivered_at: LATER });
    for (const order of [
      [3, 2, 1, 0],
      [1, 0, 2, 3],
      [2, 1, 1, 0, 0],
      [1, 2, 0],
    ])
      expect(cameBy(order)).toEqual(one);
  });
});
