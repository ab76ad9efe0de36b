import type { MailEvent } from "@crm/core/messaging/channel-provider/mail-provider.ts";
import { type DeliveryState, mergeReport } from "@crm/core/messaging/channel-provider/message-status.rules.ts";
import { parseEvent } from "@crm/core/messaging/channel-provider/ses.rules.ts";
import { describe, expect, it } from "vitest";

/** Events of SES from its documentation, and their meaning here. */

const NOW = "2026-11-23T09:00:00.000Z";
const ACCEPTED_AT = "2026-11-23T08:00:00.000Z";
const REPORTED_AT = "2026-11-23T08:00:09.000Z";
const mail = {
  timestamp: ACCEPTED_AT,
  source: "crm@example.com",
  messageId: "0100017f-1",
  destination: ["ada@example.com"],
  headers: [{ name: "X-CRM-Message", value: "msg_1" }],
  tags: { "ses:configuration-set": ["crm"], message: ["msg_1"] },
};
const ada = { emailAddress: "ada@example.com" };
const bouncedRecipient = { ...ada, action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 user\r\nunknown" };

const parseSesEvent = (event: object, overrides: object = {}): MailEvent | undefined =>
  parseEvent(JSON.stringify({ mail, ...event, ...overrides }), NOW);
const buildBounce = (bounceType: string, bounceSubType: string, bouncedRecipients: object[] = [bouncedRecipient]) => ({
  eventType: "Bounce",
  bounce: { bounceType, bounceSubType, bouncedRecipients, timestamp: REPORTED_AT, feedbackId: "f" },
});
const buildComplaint = (more: object = {}) => ({
  eventType: "Complaint",
  complaint: {
    complainedRecipients: [ada],
    timestamp: REPORTED_AT,
    complaintFeedbackType: "abuse",
    complaintSubType: null,
    ...more,
  },
});

type Row = [string, object, string | null, string | null, [string, boolean][]];
const rows: Row[] = [
  ["Send", { eventType: "Send", send: {} }, "sent", null, []],
  [
    "Delivery",
    { eventType: "Delivery", delivery: { timestamp: REPORTED_AT, recipients: ["ada@example.com"], smtpResponse: "250 ok" } },
    "delivered",
    null,
    [["delivered", false]],
  ],
  ["a hard bounce", buildBounce("Permanent", "General"), "undelivered", "Permanent/General", [["bounced", true]]],
  ["no such mailbox", buildBounce("Permanent", "NoEmail"), "undelivered", "Permanent/NoEmail", [["bounced", true]]],
  [
    "suppressed by SES",
    buildBounce("Permanent", "Suppressed", [ada]),
    "undelivered",
    "Permanent/Suppressed",
    [["bounced", true]],
  ],
  [
    "suppressed by the account",
    buildBounce("Permanent", "OnAccountSuppressionList", [ada]),
    "undelivered",
    "Permanent/OnAccountSuppressionList",
    [["bounced", true]],
  ],
  ["a full mailbox", buildBounce("Transient", "MailboxFull"), "undelivered", "Transient/MailboxFull", [["bounced", false]]],
  [
    "too large",
    buildBounce("Transient", "MessageTooLarge", [ada]),
    "undelivered",
    "Transient/MessageTooLarge",
    [["bounced", false]],
  ],
  ["a soft bounce", buildBounce("Transient", "General"), "undelivered", "Transient/General", [["bounced", false]]],
  ["an answering machine", buildBounce("Transient", "General", [ada]), null, null, []],
  ["no reason", buildBounce("Undetermined", "Undetermined"), "undelivered", "Undetermined/Undetermined", [["bounced", false]]],
  ["a complaint", buildComplaint(), null, null, [["complained", true]]],
  ["a complaint without its kind", buildComplaint({ complaintFeedbackType: undefined }), null, null, [["complained", true]]],
  ["that it is no spam", buildComplaint({ complaintFeedbackType: "not-spam" }), null, null, []],
  ["that a check failed", buildComplaint({ complaintFeedbackType: "auth-failure" }), null, null, []],
  [
    "complained before",
    buildComplaint({ complaintSubType: "OnAccountSuppressionList", complaintFeedbackType: undefined }),
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
    {
      eventType: "DeliveryDelay",
      deliveryDelay: { delayType: "MailboxFull", delayedRecipients: [bouncedRecipient], timestamp: REPORTED_AT },
    },
    "sent",
    null,
    [["delayed", false]],
  ],
  ["Open", { eventType: "Open", open: { userAgent: "Mozilla/5.0" } }, null, null, []],
  ["Click", { eventType: "Click", click: { link: "https://a.example" } }, null, null, []],
  ["Subscription", { eventType: "Subscription", subscription: {} }, null, null, []],
  ["what is not documented", { eventType: "constructor" }, null, null, []],
];

describe("events of SES", () => {
  it.each(rows)("%s", (_, event, status, code, recipients) => {
    const news = parseSesEvent(event);
    expect(news).toMatchObject({ provider_id: "0100017f-1", message: "msg_1" });
    expect(news?.report?.status ?? null).toBe(status);
    expect(news?.report?.error_code ?? null).toBe(code);
    expect(news?.recipients.map(({ became, is_permanent }) => [became, is_permanent])).toEqual(recipients);
    // The older notification format contains the same.
    const { eventType, ...rest } = event as { eventType: string };
    expect(parseSesEvent({ notificationType: eventType, ...rest })).toEqual(news);
  });

  it("contain time, reason and recipients", () => {
    expect(parseSesEvent(buildBounce("Permanent", "NoEmail"))).toEqual({
      event: "Bounce",
      provider_id: "0100017f-1",
      message: "msg_1",
      report: {
        status: "undelivered",
        reportedAt: REPORTED_AT,
        error_code: "Permanent/NoEmail",
        error_message: "smtp; 550 5.1.1 user unknown",
      },
      recipients: [{ address: "ada@example.com", became: "bounced", is_permanent: true, reason: "smtp; 550 5.1.1 user unknown" }],
    });
    expect(parseSesEvent({ eventType: "Send" })?.report?.reportedAt).toBe(ACCEPTED_AT);
    expect(parseSesEvent({ eventType: "Delivery" }, { delivery: {} })?.report?.reportedAt).toBe(NOW);
  });

  it("name our message by its tag or header, otherwise by the id of SES", () => {
    const { tags: _tags, ...untagged } = mail;
    const { headers: _headers, ...bare } = untagged;
    expect(parseSesEvent({ eventType: "Send", mail: untagged })?.message).toBe("msg_1");
    expect(parseSesEvent({ eventType: "Send", mail: bare })).toMatchObject({ message: null, provider_id: "0100017f-1" });
  });

  it.each([
    "",
    "null",
    "[]",
    "{}",
    '{"eventType":"Send"}',
    '{"mail":{"messageId":"m"}}',
    '{"eventType":"Send","mail":{"messageId":""}}',
  ])("are ignored in the form %j", (text) => expect(parseEvent(text, NOW)).toBeUndefined());

  it("give the same status in any order, and repeated", () => {
    const before: DeliveryState = {
      ...{
        channel: "email",
        status: "unknown",
        sent_at: null,
        delivered_at: null,
        failed_at: null,
        error_code: null,
        error_message: null,
      },
    };
    const events = [rows[0], rows[1], rows[18], rows[9]].map((row) => parseSesEvent(row?.[1] ?? {})?.report);
    const cameBy = (order: number[]) =>
      order.reduce((message, index) => {
        const report = events[index];
        return report ? mergeReport(message, report) : message;
      }, before);
    const expectedMessage = cameBy([0, 1, 2, 3]);
    expect(expectedMessage).toMatchObject({ status: "delivered", sent_at: ACCEPTED_AT, delivered_at: REPORTED_AT });
    for (const order of [
      [3, 2, 1, 0],
      [1, 0, 2, 3],
      [2, 1, 1, 0, 0],
      [1, 2, 0],
    ])
      expect(cameBy(order)).toEqual(expectedMessage);
  });
});
