import { buildPlainMail, type MailFixture, SUPPORT_ADDRESS } from "./raw-mail.ts";

const writer = { name: "Cid Fox", email: "cid@fox.example" };
const REPLY_TO = { "Reply-To": "Cid Fox <cid@fox.example>" };

const buildFixture = (name: string, headers: Readonly<Record<string, string>>, is: MailFixture["is"]): MailFixture => ({
  name,
  raw: buildPlainMail("Where is my order?", headers),
  is,
});

/** Mails that are not sent from the address of their writer, and mails that only look so. */
export const writerFixtures: readonly MailFixture[] = [
  buildFixture(
    "a form of a website",
    { From: "Contact form <wordpress@shop.example>", ...REPLY_TO },
    { writer, answer_to: writer.email, relay: "form", kind: "message" },
  ),
  buildFixture(
    "a form that sends from an unattended address",
    { From: "noreply@shop.example", ...REPLY_TO },
    { writer, answer_to: writer.email, relay: "form", kind: "message" },
  ),
  buildFixture(
    "a Google group",
    {
      From: "\"'Cid Fox' via Support\" <support@group.example>",
      ...REPLY_TO,
      "X-Original-From": "Cid Fox <cid@fox.example>",
      "X-Original-Sender": "cid@fox.example",
      Precedence: "list",
      "Mailing-list": "list support@group.example; contact support+owners@group.example",
      "List-ID": "<support.group.example>",
    },
    { writer, answer_to: writer.email, relay: "list", kind: "message" },
  ),
  buildFixture(
    "a Google group to which answers go",
    {
      From: "\"'Cid Fox' via Support\" <support@group.example>",
      "Reply-To": "support@group.example",
      "X-Original-Sender": "cid@fox.example",
      "List-ID": "<support.group.example>",
    },
    { writer, answer_to: writer.email, relay: "list", kind: "message" },
  ),
  buildFixture(
    "Mailman that rewrites the sender",
    {
      From: "Cid Fox via Users <users@lists.example>",
      ...REPLY_TO,
      "List-Id": "<users.lists.example>",
      "List-Post": "<mailto:users@lists.example>",
      Precedence: "list",
    },
    { writer, answer_to: writer.email, relay: "list", kind: "message" },
  ),
  buildFixture(
    "a list that keeps the sender",
    { From: "Cid Fox <cid@fox.example>", "Reply-To": "users@lists.example", "List-Post": "<mailto:users@lists.example>" },
    { writer, answer_to: writer.email, relay: null, kind: "message" },
  ),
  buildFixture(
    "a person who reads another mailbox",
    { From: "Cid Fox <cid@work.example>", ...REPLY_TO },
    { writer: { name: "Cid Fox", email: "cid@work.example" }, answer_to: "cid@fox.example", relay: null },
  ),
  buildFixture(
    "a person whose company reads the answers",
    { From: "Cid Fox <cid@fox.example>", "Reply-To": "sales@mail.fox.example" },
    { writer, answer_to: "sales@mail.fox.example", relay: null },
  ),
  buildFixture(
    "an issue tracker, whose reply address has a token",
    { From: "Cid Fox <notifications@tracker.example>", "Reply-To": "reply+AbCd1234EfGh5678@reply.tracker.example" },
    { writer: { name: "Cid Fox", email: "notifications@tracker.example" }, relay: null },
  ),
  buildFixture(
    "Reply-To names the tenant itself",
    { From: "Cid Fox <cid@fox.example>", "Reply-To": SUPPORT_ADDRESS },
    { writer, answer_to: writer.email, relay: null },
  ),
  buildFixture(
    "Reply-To names an unattended address",
    { From: "Cid Fox <cid@fox.example>", "Reply-To": "no-reply@fox.example" },
    { writer, answer_to: writer.email, relay: null },
  ),
  buildFixture("no sender at all", { From: "" }, { writer: null, answer_to: null, relay: null }),
];
