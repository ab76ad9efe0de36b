import {
  buildHeaders,
  buildHtmlMail,
  buildMultipart,
  buildPart,
  buildPlainMail,
  encodeUtf8,
  joinParts,
  type MailFixture,
  SUPPORT_ADDRESS,
} from "./raw-mail.ts";

const buildAutoReply = (name: string, headers: Readonly<Record<string, string>>, because: string | null): MailFixture => ({
  name,
  raw: buildPlainMail("I am away until Monday.", headers),
  is: { kind: because === null ? "message" : "auto_reply", kind_because: because },
});

/** A delivery report in the format of Postfix. */
const buildReport = (
  fields: readonly string[],
  headers: Readonly<Record<string, string>> = {},
  original = buildPart("text/rfc822-headers", "Message-ID: <out1@acme.in.example>\r\nSubject: x"),
): Buffer =>
  encodeUtf8(
    ...buildHeaders({
      From: "Mail Delivery System <MAILER-DAEMON@mx.example>",
      Subject: "Undelivered Mail Returned to Sender",
      "Return-Path": "<>",
      "Auto-Submitted": "auto-replied",
      "Content-Type": 'multipart/report; report-type=delivery-status; boundary="r"',
      ...headers,
    }),
    "",
    ...joinParts("r", [
      buildPart("text/plain", "I'm sorry to have to inform you"),
      buildPart("message/delivery-status", ["Reporting-MTA: dns; mx.example", "", ...fields].join("\r\n")),
      original,
    ]),
  );

const failureFields = [
  "Final-Recipient: rfc822; gone@customer.example",
  "Original-Recipient: rfc822;Gone@customer.example",
  "Action: failed",
  "Status: 5.1.1",
  "Diagnostic-Code: smtp; 550 5.1.1 <gone@customer.example>: unknown",
];

const statusText = ["Reporting-MTA: dns; mx.example", "", ...failureFields].join("\r\n");
const statusPart = buildPart("message/delivery-status", statusText);
const nestedReport = [
  'Content-Type: multipart/report; report-type=delivery-status; boundary="r"',
  "",
  ...joinParts("r", [buildPart("text/plain", "Not delivered"), statusPart]),
];

/** Kinds of emails, and the headers that reveal them. */
export const kindFixtures: readonly MailFixture[] = [
  buildAutoReply("an auto-reply of RFC 3834", { "Auto-Submitted": "auto-replied (vacation)" }, "Auto-Submitted"),
  buildAutoReply("what a program has made", { "Auto-Submitted": "auto-generated" }, "Auto-Submitted"),
  buildAutoReply("what a person has sent says so", { "Auto-Submitted": "no" }, null),
  buildAutoReply(
    "Gmail's vacation",
    { Precedence: "bulk", "X-Autoreply": "yes", "Auto-Submitted": "auto-replied" },
    "Auto-Submitted",
  ),
  buildAutoReply("an older autoresponder", { "X-Autorespond": "Away" }, "X-Autorespond"),
  buildAutoReply(
    "Outlook's out of office",
    { Subject: "Automatische Antwort: Hello", "X-Auto-Response-Suppress": "All", "X-MS-Exchange-Inbox-Rules-Loop": "ada@x" },
    "X-MS-Exchange-Inbox-Rules-Loop",
  ),
  buildAutoReply(
    "Exchange that asks for no answer",
    { "X-Auto-Response-Suppress": "DR, OOF, AutoReply" },
    "X-Auto-Response-Suppress",
  ),
  buildAutoReply("Precedence alone", { Precedence: "auto_reply" }, "Precedence"),
  buildAutoReply("a null return path", { "Return-Path": "<>", Subject: "Abwesend" }, "Return-Path"),
  ...[
    "Out of Office: Hello",
    "Automatische Antwort: Hello",
    "Réponse automatique : Hello",
    "Respuesta automática: Hello",
    "Risposta automatica: Hello",
    "Resposta automática: Hello",
    "Automatisch antwoord: Hello",
    "自動応答: Hello",
    "自动回复: Hello",
    "자동 회신: Hello",
    "رد تلقائي: Hello",
    "Re: Автоответ: Hello",
  ].flatMap((Subject) => [
    buildAutoReply(`away, in a header and in words: ${Subject}`, { Subject, Precedence: "junk" }, "Subject"),
    buildAutoReply(`away in words alone: ${Subject}`, { Subject }, null),
  ]),
  {
    name: "a receipt that it was read",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "multipart/report; report-type=disposition-notification; boundary=r" }),
      "",
      ...joinParts("r", [
        buildPart("text/plain", "was displayed"),
        buildPart("message/disposition-notification", "Disposition: manual-action/MDN-sent-manually; displayed"),
      ]),
    ),
    is: { kind: "auto_reply", kind_because: "disposition-notification", attachments: [] },
  },
  {
    name: "a complaint",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "multipart/report; report-type=feedback-report; boundary=r" }),
      "",
      ...joinParts("r", [buildPart("text/plain", "abuse"), buildPart("message/feedback-report", "Feedback-Type: abuse")]),
    ),
    is: { kind: "auto_reply", kind_because: "feedback-report" },
  },
  {
    name: "a report of Postfix",
    raw: buildReport(failureFields),
    is: {
      kind: "bounce",
      kind_because: "delivery-status",
      bounce: {
        is_permanent: true,
        original_message_id: "out1@acme.in.example",
        deliveries: [
          {
            recipient: "gone@customer.example",
            action: "failed",
            status: "5.1.1",
            diagnostic: "550 5.1.1 <gone@customer.example>: unknown",
          },
        ],
      },
      attachments: [],
    },
  },
  {
    name: "a report of two, one delayed",
    raw: buildReport([
      "Final-Recipient: rfc822;a@x.example",
      "Action: delayed",
      "Status: 4.4.1",
      "",
      "Final-Recipient: rfc822;b@x.example",
      "Action: failed",
      "Status: 5.2.2",
    ]),
    is: {
      bounce: {
        is_permanent: true,
        deliveries: [
          { recipient: "a@x.example", action: "delayed" },
          { recipient: "b@x.example", status: "5.2.2" },
        ],
      },
    },
  },
  {
    name: "a mail that is late",
    raw: buildReport(["Final-Recipient: rfc822;a@x.example", "Action: delayed", "Status: 4.4.1"], {
      Subject: "Delayed Mail (still being retried)",
    }),
    is: { kind: "bounce", bounce: { is_permanent: false } },
  },
  {
    name: "a report of Exchange, with the mail within",
    raw: buildReport(
      failureFields,
      { From: "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@customer.example", Subject: "Undeliverable: Hello" },
      ["Content-Type: message/rfc822", "", "Message-ID: <out2@acme.in.example>", "Subject: Hello", "", "text"],
    ),
    is: { kind: "bounce", bounce: { original_message_id: "out2@acme.in.example" } },
  },
  {
    name: "a report that names its kind nowhere",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "multipart/report; boundary=r" }),
      "",
      ...joinParts("r", [
        buildPart("text/plain", "x"),
        buildPart("message/delivery-status", ["Reporting-MTA: dns; x", "", ...failureFields].join("\r\n")),
      ]),
    ),
    is: { kind: "bounce" },
  },
  ...[
    ["in a list's multipart, with its footer", buildMultipart("mixed", [nestedReport, buildPart("text/plain", "-- The list")])],
    [
      "in two more multiparts",
      buildMultipart("mixed", [["Content-Type: multipart/related; boundary=m", "", ...joinParts("m", [nestedReport])]]),
    ],
    ["that is the whole mail", buildPlainMail(statusText, { "Content-Type": "message/delivery-status", Subject: "" })],
    [
      "beside a text, without a sender",
      buildMultipart("mixed", [buildPart("text/plain", "Not delivered"), statusPart], { From: "", Subject: "" }),
    ],
    [
      "beside a text, from a postmaster",
      buildMultipart("mixed", [buildPart("text/plain", "Not delivered"), statusPart], { From: "postmaster@mx.example" }),
    ],
    ["that a rule of the server forwards", buildReport(failureFields, { Subject: "Fwd: Undelivered Mail" })],
  ].map(
    ([name, raw]): MailFixture => ({
      name: `a report ${name}`,
      raw: raw as Buffer,
      is: {
        kind: "bounce",
        kind_because: "delivery-status",
        bounce: { is_permanent: true, deliveries: [{ recipient: "gone@customer.example", action: "failed", status: "5.1.1" }] },
      },
    }),
  ),
  ...["Fwd: Undelivered Mail Returned to Sender", "Re: WG: Unzustellbar: Hello", "転送: 配信不能", "I: Mancata consegna"].map(
    (Subject): MailFixture => ({
      name: `a report that a person forwards: ${Subject}`,
      raw: buildReport(failureFields, { From: "Ada <ada@customer.example>", "Return-Path": "", "Auto-Submitted": "", Subject }),
      is: { kind: "message", bounce: null },
    }),
  ),
  {
    name: "a report that a person attaches part by part",
    raw: buildMultipart("mixed", [buildPart("text/plain", "Why does this happen?"), statusPart]),
    is: { kind: "message", bounce: null, text: "Why does this happen?" },
  },
  {
    name: "a report that a person attaches as a whole",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "Why does this happen?"),
      ["Content-Type: message/rfc822", "", buildReport(failureFields).toString("utf8")],
    ]),
    is: { kind: "message", bounce: null },
  },
  {
    name: "qmail",
    raw: buildPlainMail(
      "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message.\n\n<gone@customer.example>:\n550 No such user (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <out3@acme.in.example>",
      { From: "MAILER-DAEMON@mx.example", Subject: "failure notice", "Return-Path": "<>" },
    ),
    is: {
      kind: "bounce",
      bounce: {
        is_permanent: true,
        original_message_id: "out3@acme.in.example",
        deliveries: [{ recipient: "gone@customer.example", status: "5.1.1" }],
      },
    },
  },
  {
    name: "Exim",
    raw: buildPlainMail("This message was created automatically by mail delivery software.", {
      From: "Mail Delivery System <Mailer-Daemon@mx.example>",
      Subject: "Mail delivery failed: returning message to sender",
      "X-Failed-Recipients": "gone@customer.example",
      "Auto-Submitted": "auto-replied",
    }),
    is: {
      kind: "bounce",
      kind_because: "X-Failed-Recipients",
      bounce: { deliveries: [{ recipient: "gone@customer.example", action: "failed" }] },
    },
  },
  {
    name: "a customer who writes about a bounce",
    raw: buildPlainMail("I get this all the time", { Subject: "Undelivered Mail Returned to Sender" }),
    is: { kind: "message", bounce: null },
  },
  {
    name: "our own mail",
    raw: buildPlainMail("x", { "X-CRM-Message": "evt_1" }),
    is: { kind: "loop", kind_because: "X-CRM-Message" },
  },
  {
    name: "a mail of our neighbour's",
    raw: buildPlainMail("x", { "X-CRM-Message": "evt_1", "Reply-To": "support+tkt_1@other.in.example" }),
    is: { kind: "message" },
  },
  {
    name: "more servers than there are on any way",
    raw: encodeUtf8(
      ...Array.from({ length: 26 }, (_, at) => `Received: from a${at} by b${at}; Mon, 5 Jan 2026 10:00:00 +0000`),
      ...buildHeaders(),
      "",
      "x",
    ),
    is: { kind: "loop", kind_because: "Received" },
  },
  {
    name: "as many servers as may be",
    raw: encodeUtf8(...Array.from({ length: 25 }, (_, at) => `Received: from a${at} by b${at}`), ...buildHeaders(), "", "x"),
    is: { kind: "message" },
  },
  { name: "from us to us", raw: buildPlainMail("x", { From: SUPPORT_ADDRESS }), is: { kind: "loop", kind_because: "From" } },
  {
    name: "given to us twice",
    raw: encodeUtf8(
      `Delivered-To: ${SUPPORT_ADDRESS}`,
      "Delivered-To: all@customer.example",
      `Delivered-To: ${SUPPORT_ADDRESS}`,
      ...buildHeaders(),
      "",
      "x",
    ),
    is: { kind: "loop", kind_because: "Delivered-To" },
  },
  {
    name: "handed on by the customer's own server",
    raw: encodeUtf8(`Delivered-To: ${SUPPORT_ADDRESS}`, "Delivered-To: help@customer.example", ...buildHeaders(), "", "x"),
    is: { kind: "message" },
  },
  {
    name: "a list",
    raw: buildPlainMail("x", { "List-Id": "Customers <customers.customer.example>" }),
    is: { kind: "bulk", kind_because: "List-Id" },
  },
  { name: "bulk", raw: buildPlainMail("x", { Precedence: "bulk" }), is: { kind: "bulk", kind_because: "Precedence" } },
  {
    name: "a newsletter",
    raw: buildHtmlMail("<p>Buy", { "List-Unsubscribe": "<https://x.example>" }),
    is: { kind: "bulk", kind_because: "List-Unsubscribe" },
  },
  {
    name: "an answer to a meeting, by a program",
    raw: buildMultipart(
      "alternative",
      [buildPart("text/plain", "Accepted"), buildPart("text/calendar; method=REPLY", "BEGIN:VCALENDAR\r\nEND:VCALENDAR")],
      { "Auto-Submitted": "auto-generated" },
    ),
    is: { kind: "calendar", kind_because: "method REPLY" },
  },
  {
    name: "spam, as SES says, and as its sender would have it",
    raw: encodeUtf8(
      "X-SES-Spam-Verdict: FAIL",
      "X-SES-Virus-Verdict: PASS",
      "Authentication-Results: amazonses.com; spf=pass (spfCheck: domain of x) dkim=pass header.i=@x; dmarc=fail header.from=x;",
      ...buildHeaders(),
      "X-SES-Spam-Verdict: PASS",
      "X-SES-Virus-Verdict: FAIL",
      "",
      "x",
    ),
    is: { spam_verdict: "FAIL", virus_verdict: "PASS", dmarc: "fail" },
  },
  {
    name: "results that its sender has written",
    raw: encodeUtf8("Authentication-Results: mx.evil.example; dmarc=pass", ...buildHeaders(), "", "x"),
    is: { spam_verdict: "UNKNOWN", dmarc: null },
  },
  {
    name: "the referenced mails, newest first",
    raw: buildPlainMail("x", { "In-Reply-To": "<c@x> (Ada's message)", References: "<a@x>\r\n <b@x>\t<c@x> junk" }),
    is: { in_reply_to: ["c@x", "b@x", "a@x"] },
  },
  {
    name: "ids without angles",
    raw: buildPlainMail("x", { "Message-ID": "abc@x", "In-Reply-To": "c@x" }),
    is: { message_id: "abc@x", in_reply_to: ["c@x"] },
  },
];
