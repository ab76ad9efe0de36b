import { isConvertedStatus } from "@crm/console/api/converted-status.ts";
import type { Kind } from "@crm/console/api/kind.ts";
import { createReadBatcher, type ReadAnswer } from "@crm/console/api/read-batcher.ts";
import { findResult, isEnded, listBannerFields, listCardLinks } from "@crm/console/api/record-outcomes.ts";
import { nameRecord, nameUntitled } from "@crm/console/api/title.ts";
import { findCreated } from "@crm/console/records/record/action-results.ts";
import { buildEntryRequest, completeText, listEntryNames, listMissing } from "@crm/console/records/record/composer-entries.ts";
import { findContactLinks } from "@crm/console/records/record/contact-links.ts";
import { describeResult } from "@crm/console/records/record/done-text.ts";
import {
  buildMailRequest,
  listMergeValues,
  listMissingParts,
  omitMergeFaults,
} from "@crm/console/records/record/mail-request.ts";
import { isNextStep } from "@crm/console/records/record/next-steps.ts";
import { listCoveredRanges } from "@crm/console/records/record/range-fields.ts";
import { hasFailed } from "@crm/console/records/record/record-rules.ts";
import { mergeTimeline } from "@crm/console/records/record/timeline-merge.ts";
import { findTimelineSources, isByContact, isPlanned, readInstant } from "@crm/console/records/record/timeline-sources.ts";
import { resolveQuickDate } from "@crm/console/ui/kit/quick-dates.ts";
import { ConnectionError, NotFoundError, PermissionError } from "@crm/sdk/index.ts";
import { parseDate } from "@internationalized/date";
import { describe, expect, it } from "vitest";
import "./register-pages.ts";
import { partOf } from "../support/part-of.ts";

describe("a record that cannot be read", () => {
  const refuse = (status: number) => [new Response(null, { status }), { error: { message: "No" } }] as const;
  const [lost, missing, forbidden] = [
    new ConnectionError("Lost"),
    new NotFoundError(...refuse(404)),
    new PermissionError(...refuse(403)),
  ];
  it.each([
    ["is not there yet", undefined, null, false],
    ["is shown", {}, null, false],
    ["could never be read", undefined, lost, true],
    ["stays shown while the connection is lost", {}, lost, false],
    ["was deleted while it was shown", {}, missing, true],
    ["may not be seen any more", {}, forbidden, true],
  ])("%s", (_, data, error, failed) => {
    expect(hasFailed({ data, error })).toBe(failed);
  });
});

describe("reads of one moment", () => {
  const answer = (data: unknown): ReadAnswer => ({ data, meta: {} });
  function startBatcher(readMany: (addresses: readonly string[]) => Promise<readonly (ReadAnswer | Error)[]>) {
    const work: (() => void)[] = [];
    const requests: (readonly string[])[] = [];
    const record = (addresses: readonly string[]): void => void requests.push(addresses);
    const read = createReadBatcher({
      readOne: async (address) => {
        record([address]);
        return answer(address);
      },
      readMany: (addresses) => {
        record(addresses);
        return readMany(addresses);
      },
      defer: (send) => void work.push(send),
    });
    const send = (): void => {
      for (const next of work.splice(0)) next();
    };
    return { read, requests, send };
  }
  const echo = async (addresses: readonly string[]) => addresses.map(answer);

  it("are two requests if one of them is a read that the API answers alone", async () => {
    const { read, requests, send } = startBatcher(echo);
    const subject = "/api/v1/approvals/apv_1/subject";
    const reads = [read("/a"), read("/api/v1/audit?limit=50"), read("/b"), read(subject), read("/api/v1/approvals/apv_1")];
    send();
    expect((await Promise.all(reads)).map(({ data }) => data)).toEqual([
      "/a",
      "/api/v1/audit?limit=50",
      "/b",
      subject,
      "/api/v1/approvals/apv_1",
    ]);
    expect(requests).toEqual([["/a", "/b", "/api/v1/approvals/apv_1"], ["/api/v1/audit?limit=50"], [subject]]);
  });

  it("are one request, and each address is read once", async () => {
    const { read, requests, send } = startBatcher(echo);
    const reads = [read("/a"), read("/b"), read("/a")];
    send();
    expect((await Promise.all(reads)).map(({ data }) => data)).toEqual(["/a", "/b", "/a"]);
    const alone = read("/c");
    send();
    await alone;
    expect(requests).toEqual([["/a", "/b"], ["/c"]]);
  });

  it("are parted where one request takes no more", async () => {
    const { read, requests, send } = startBatcher(echo);
    const reads = Array.from({ length: 21 }, (_, index) => read(`/${index}`));
    send();
    expect((await Promise.all(reads)).at(-1)?.data).toBe("/20");
    expect(requests.map(({ length }) => length)).toEqual([20, 1]);
  });

  it("are parted where the lists of one request would have too many rows", async () => {
    const { read, requests, send } = startBatcher(echo);
    const reads = [...Array(6)].map((_, index) => read(`/${index}?limit=100`));
    reads.push(read("/record"));
    send();
    await Promise.all(reads);
    expect(requests.map(({ length }) => length)).toEqual([5, 2]);
  });

  it("fail one by one, or together with their request", async () => {
    const { read, send } = startBatcher(async ([first = ""]) => [answer(first), new Error("hidden")]);
    const reads = [read("/a"), read("/b")];
    send();
    expect((await Promise.allSettled(reads)).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    const lost = startBatcher(() => Promise.reject(new Error("no connection")));
    const lostReads = [lost.read("/a"), lost.read("/b")];
    lost.send();
    expect((await Promise.allSettled(lostReads)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});

describe("the timeline", () => {
  const entry = (at: string) => ({ at });
  it.each([
    ["without lists", [], []],
    ["of one list", [{ entries: [entry("5"), entry("3")], hasMore: true }], ["5", "3"]],
    [
      "of complete lists",
      [
        { entries: [entry("5"), entry("1")], hasMore: false },
        { entries: [entry("3")], hasMore: false },
      ],
      ["5", "3", "1"],
    ],
    [
      "without what a longer list may precede",
      [
        { entries: [entry("5"), entry("4")], hasMore: true },
        { entries: [entry("9"), entry("1")], hasMore: false },
      ],
      ["9", "5", "4"],
    ],
    [
      "with planned entries, which their list has by another instant",
      [
        { entries: [{ at: "8", listedAt: "5" }, entry("4"), { at: "7", listedAt: "2" }], hasMore: true },
        { entries: [entry("3"), entry("1")], hasMore: false },
      ],
      ["8", "7", "4", "3"],
    ],
    [
      "of an empty list and one with more",
      [
        { entries: [], hasMore: false },
        { entries: [entry("2")], hasMore: true },
      ],
      ["2"],
    ],
  ])("%s", (_, lists, instants) => {
    expect(mergeTimeline(lists).map(({ at }) => at)).toEqual(instants);
  });

  it("has a meeting on its own day, and says what is planned", () => {
    const at = "2026-12-08T09:00:00.000Z";
    const meeting = {
      id: "act_1",
      created_at: "2026-11-30T10:00:00.000Z",
      start_datetime: at,
      is_completed: false,
      status: "NOT_STARTED",
    };
    expect(readInstant("activity", meeting)).toBe(at);
    expect(readInstant("activity", { ...meeting, start_datetime: null })).toBe(meeting.created_at);
    const [before, after] = ["2026-12-01T00:00:00.000Z", "2026-12-09T00:00:00.000Z"];
    expect([before, after].map((now) => isPlanned("activity", meeting, now))).toEqual([true, false]);
    expect(isPlanned("activity", { ...meeting, status: "CANCELLED" }, before)).toBe(false);
    expect(isPlanned("activity", { ...meeting, is_completed: true }, before)).toBe(false);
  });

  it("has one list for each kind, by the field that new records are given", () => {
    const related = [
      { kind: "note", filter: { person: "{id}" } },
      { kind: "note", filter: { related_to_id: "{id}" }, preset: {} },
      { kind: "ticket", filter: {} },
      { kind: "message", filter: { lead_id: "{id}" } },
    ];
    const kinds = [{ kind: "note" }, { kind: "ticket" }];
    const sources = findTimelineSources(partOf({ related }), partOf(kinds));
    expect(sources.map(({ summary, filter }) => [summary.kind, filter])).toEqual([["note", { related_to_id: "{id}" }]]);
  });
});

describe("a converted record", () => {
  it.each([
    ["lead_status_id", true, true],
    ["lead_status_id", false, false],
    ["lead_source_id", true, false],
  ])("has another status in %s with %s: %s", (field, is_converted, isReplaced) => {
    expect(isConvertedStatus(field, { is_converted })).toBe(isReplaced);
  });

  it("is named once, by its banner", () => {
    const record = { id: "led_1", is_converted: true, converted_customer_id: "cus_1", converted_contact_id: null };
    expect(listBannerFields("lead", record)).toEqual(["converted_customer_id", "is_converted", "converted_date", "converted_at"]);
    expect(listBannerFields("lead", { id: "led_1", is_converted: false })).toEqual([]);
  });

  it.each([
    [
      "lead",
      { is_converted: true, converted_customer_id: "cus_1", converted_opportunity_id: "opp_1" },
      "converted_opportunity_id",
      true,
    ],
    ["lead", { is_converted: true, converted_customer_id: "cus_1", converted_contact_id: "con_1" }, "converted_contact_id", true],
    ["lead", { is_converted: false }, undefined, false],
    ["quote", { contract_id: "ctr_1" }, "contract_id", true],
    ["opportunity", { is_closed: true }, undefined, true],
    ["opportunity", { is_closed: false }, undefined, false],
    ["contact", { merged_into: "con_2" }, undefined, true],
    ["ticket", { split_from_id: "tkt_1" }, undefined, false],
  ])("opens what a %s of %j became last, and says whether it ended", (kind, fields, result, hasEnded) => {
    const record = { id: "rec_1", ...fields };
    expect([findResult(kind, record), isEnded(kind, record)]).toEqual([result, hasEnded]);
  });
});

it.each([
  ["lead", { converted_customer_id: "cus_1", converted_contact_id: "con_1", converted_opportunity_id: "opp_1" }, 2],
  ["lead", { converted_customer_id: "cus_1" }, 0],
  ["quote", { deal_id: "dea_1", contract_id: "ctr_1" }, 0],
])("shows beside a %s of %j cards of %i records besides its result", (kind, fields, count) => {
  const links = listCardLinks(kind, { id: "rec_1", ...fields });
  expect(links).toHaveLength(count);
  expect(links).not.toContain(findResult(kind, { id: "rec_1", ...fields }));
});

it.each([
  [{ company_size_id: "cs_1", employee_count: 621 }, ["company_size_id"]],
  [{ company_size_id: "cs_1", employee_count: 0 }, ["company_size_id"]],
  [{ company_size_id: "cs_1", employee_count: null }, []],
  [{ annual_revenue_range_id: "arr_1", annual_revenue: "100.00" }, ["annual_revenue_range_id"]],
])("leaves out of %j the range of a number that it shows", (record, fields) => {
  expect(listCoveredRanges(record)).toEqual(fields);
});

it.each([
  ["interaction", "INBOUND", true],
  ["interaction", null, true],
  ["interaction", "OUTBOUND", false],
  ["activity", undefined, false],
])("an entry of the kind %s with the direction %s is by the contact: %s", (kind, direction, isContact) => {
  expect(isByContact(kind, { id: "1", direction })).toBe(isContact);
});

describe("an entry of the composer", () => {
  const lead = { kind: "lead" };
  const record = { id: "led_1", personal_key_id: "per_1" };
  const related = [{ kind: "note", preset: {} }, { kind: "activity", preset: {} }, { kind: "message" }];
  const kinds = [
    { kind: "note", operations: ["create"] },
    { kind: "activity", operations: ["create"] },
  ];

  it.each([
    ["everything", {}, ["note", "call", "task", "meeting", "email"]],
    ["no mails without the permission", { permissions: [] }, ["note", "call", "task", "meeting"]],
    ["no mails on tickets, which have answers", { kind: { kind: "ticket", related } }, ["note", "call", "task", "meeting"]],
    ["what the user may create", { kinds: [{ kind: "note", operations: ["list"] }], permissions: [] }, []],
  ])("is of %s", (_, changes, names) => {
    const source = { kind: { kind: "lead", related }, kinds, record, permissions: ["message:send"], ...changes };
    // The rows of the table change different parts of it.
    expect(listEntryNames(source as never)).toEqual(names);
  });

  const subject = { related_to_type: "lead", related_to_id: "led_1" };
  it.each([
    ["note", { text: " Hi " }, "/api/v1/notes", { ...subject, content: "Hi" }],
    [
      "call",
      { text: "Price" },
      "/api/v1/activities",
      { ...subject, subject: "Price", activity_type_id: "call", status: "COMPLETED", duration_minutes: 15 },
    ],
    [
      "task",
      { text: "Send offer", due_date: "2026-12-01" },
      "/api/v1/activities",
      { ...subject, subject: "Send offer", activity_type_id: "task", due_date: "2026-12-01" },
    ],
    [
      "meeting",
      { text: "Demo", start_datetime: "2026-12-01T23:45:00.000Z", duration_minutes: 30 },
      "/api/v1/activities",
      {
        ...subject,
        subject: "Demo",
        activity_type_id: "meeting",
        start_datetime: "2026-12-01T23:45:00.000Z",
        end_datetime: "2026-12-02T00:15:00.000Z",
        duration_minutes: 30,
      },
    ],
    [
      "call",
      { text: "Price", call_direction: "INBOUND", follow_up_day: "2026-12-01", follow_up_subject: "Send it" },
      "/api/v1/activities",
      { call_direction: "INBOUND", follow_up: { subject: "Send it", activity_type_id: "task", due_date: "2026-12-01" } },
    ],
    [
      "meeting",
      { text: "Demo", start_datetime: "2026-12-01T23:45:00.000Z", invites: true },
      "/api/v1/activities",
      { participants: [{ person_id: "per_1" }], send_invitations: true },
    ],
  ] as const)("of %s", (name, values, path, body) => {
    expect(buildEntryRequest(name, values, lead, record)).toMatchObject({ path, body });
    expect(listMissing(name, values)).toEqual([]);
    expect(listMissing(name, { ...values, text: "  " })).toEqual(["text"]);
  });

  it("names a call by its contact if nothing was typed", () => {
    const values = completeText({ text: " ", call_outcome_id: "voicemail", follow_up_day: "2026-12-07" }, "Call with Ida");
    expect(listMissing("call", values)).toEqual([]);
    const { body } = buildEntryRequest("call", values, { kind: "lead" }, { id: "led_1" });
    expect(body).toMatchObject({ subject: "Call with Ida", follow_up: { subject: "Call with Ida" } });
    expect(completeText({ text: "Offer" }, "Call with Ida")).toEqual({ text: "Offer" });
  });

  it("needs the start of a meeting", () => {
    expect(listMissing("meeting", { text: "Demo" })).toEqual(["start_datetime"]);
  });
});

describe("a mail in the composer", () => {
  const account = { id: "mac_1", name: "Sales", address: "sales@acme.example", is_default: true, tracks: false };
  const recipients = [{ person_id: "per_1", name: "Ida", address: "ida@kelp.example" }];
  const composer = { recipients, accounts: [account], signature: null, merge_fields: [] };

  it("goes to the first person of the record, or to a typed address with copies, at a time", () => {
    const written = { subject: "Offer", body_html: '<p><a href="https://a.example" rel="nofollow">A</a></p>' };
    expect(buildMailRequest(written, composer, "led_1")).toEqual({
      ...{ channel: "email", related_to_id: "led_1", person_id: "per_1", sender_id: "mac_1", subject: "Offer" },
      ...{ body_html: '<p><a href="https://a.example">A</a></p>', adds_signature: false, tracks: false },
    });
    const later = { is_later: true, send_at: "2026-12-01T09:00:00.000Z" };
    const values = { template_id: "mtp_1", recipient: "other", to: "b@kelp.example", cc: "c@a.example; d@a.example", ...later };
    expect(buildMailRequest({ ...values, "merge.quote.number": "Q-1" }, { ...composer, signature: "Rita" }, "led_1")).toEqual({
      ...{ channel: "email", related_to_id: "led_1", to: "b@kelp.example", cc: ["c@a.example", "d@a.example"] },
      ...{ sender_id: "mac_1", template_id: "mtp_1", merge: { "quote.number": "Q-1" }, send_at: later.send_at },
      ...{ adds_signature: true, tracks: false },
    });
  });

  it("needs an address, and without a template a subject and a text", () => {
    expect(listMissingParts({}, { ...composer, recipients: [] })).toEqual(["to", "subject", "body_html"]);
    expect(listMissingParts({ template_id: "mtp_1", is_later: true }, composer)).toEqual(["send_at"]);
  });
});

describe("a quick date", () => {
  it.each([
    ["today", "2026-11-30"],
    ["tomorrow", "2026-12-01"],
    ["next_monday", "2026-12-07"],
    ["in_a_week", "2026-12-07"],
    ["in_a_month", "2026-12-30"],
  ] as const)("%s of a Monday is %s", (name, day) => {
    expect(resolveQuickDate(name, parseDate("2026-11-30")).toString()).toBe(day);
  });

  it("next Monday of a Sunday is the day after", () => {
    expect(resolveQuickDate("next_monday", parseDate("2026-11-29")).toString()).toBe("2026-11-30");
  });
});

describe("the head of a record", () => {
  const fields = (["phone", "email"] as const).map((name) => ({ name, type: name, visible: true }));

  it("links the number and the address that the record has, unless they are masked", () => {
    const record = { id: "led_1", phone: "+49 171 555", email: "ida@kelp.example" };
    expect(findContactLinks(partOf({ fields }), record).map(({ href }) => href)).toEqual([
      "tel:+49171555",
      "mailto:ida@kelp.example",
    ]);
    expect(findContactLinks(partOf({ fields }), { id: "led_1", phone: "•••55", email: null })).toEqual([]);
  });
});

it.each<[string, Readonly<Record<string, unknown>>, string, string]>([
  ["by its name", { name: "Kelp & Co", subject: "Offer", lead_number: "L-1" }, "Kelp & Co", "Kelp & Co"],
  ["a person by the names, not by the title", { title: "Dr.", first_name: "Ida", last_name: "Berg" }, "Ida Berg", "Ida Berg"],
  ["by a title", { title: "Terms", file_name: "terms.pdf" }, "Terms", "Terms"],
  [
    "without a name by what tells it from others",
    { company: "", emails: ["ida@kelp.example"], lead_number: "L-1" },
    "L-1",
    "ida@kelp.example",
  ],
  ["without anything by its kind", { id: "led_1", name: null }, "", "Lead"],
])("names a record %s", (_, record, name, title) => {
  expect([nameRecord(record), nameUntitled("Lead", record)]).toEqual([name, title]);
});

describe("the steps of a sale", () => {
  const record = (values: object) => ({ id: "rec_1", version: 1, ...values });
  it.each([
    ["sendQuote", { status: "APPROVED" }, true],
    ["sendQuote", { status: "SENT" }, false],
    ["signContract", { requires_signature: true, customer_signed: true, company_signed: false }, true],
    ["signContract", { requires_signature: true, customer_signed: true, company_signed: true }, false],
    ["signContract", { requires_signature: false }, false],
    ["convertContract", { requires_signature: true, customer_signed: true, company_signed: false, order_id: null }, false],
    ["convertContract", { requires_signature: true, customer_signed: true, company_signed: true, order_id: null }, true],
    ["convertContract", { requires_signature: false, order_id: "ord_1" }, false],
    ["convertQuote", { is_converted_to_order: false, is_converted_to_contract: false }, true],
    ["convertQuote", { is_converted_to_order: true, is_converted_to_contract: false }, false],
    ["convertQuote", { is_converted_to_order: false, is_converted_to_contract: true }, false],
    ["createOrderPayment", { balance: "0.01" }, true],
    ["createOrderPayment", { balance: "-0.50" }, true],
    ["createOrderPayment", { balance: "0.00" }, false],
    ["createOrderPayment", { balance: "0" }, false],
    ["confirmOrder", {}, true],
  ])("has %s of %o as a button: %s", (name, values, expected) => {
    expect(isNextStep({ name, primary: true }, record(values))).toBe(expected);
    expect(isNextStep({ name, primary: false }, record(values))).toBe(false);
  });

  it.each([
    ["lead", "convertLead", {}, { opportunity: { id: "opp_1" } }, { kind: "opportunity", id: "opp_1" }],
    [
      "quote",
      "convertQuote",
      { contract_id: null, order_id: null },
      { contract_id: "ctr_1", order_id: null },
      { kind: "contract", id: "ctr_1" },
    ],
    [
      "quote",
      "convertQuote",
      { contract_id: "ctr_1" },
      { contract_id: "ctr_1", order_id: "ord_1" },
      { kind: "order", id: "ord_1" },
    ],
    ["contract", "convertContract", {}, { order_id: "ord_1" }, { kind: "order", id: "ord_1" }],
    ["order", "createOrderInvoice", {}, { id: "inv_1" }, { kind: "invoice", id: "inv_1" }],
    ["order", "createOrderInvoice", {}, null, undefined],
    ["lead", "convertQuote", {}, { order_id: "ord_1" }, undefined],
    ["order", "confirmOrder", {}, { order_id: "ord_1" }, undefined],
  ])("finds what an action of a %s, %s, has created", (kind, name, values, answer, expected) => {
    expect(findCreated(kind, name, record(values), answer)).toEqual(expected);
  });
});

describe("the message after an action", () => {
  const choices = [
    { code: "NEW", name: "New" },
    { code: "OPEN", name: "Open" },
  ];
  const fields = [{ name: "status", label: "Status", type: "choice", required: true, multiple: false, choices }] as unknown[];
  const kind = { title: "{subject}", board: { field: "status" }, fields } as Pick<Kind, "board" | "fields" | "title">;
  const before = { id: "tic_1", status: "OPEN" };
  const t = (text: string, values: Readonly<Record<string, unknown>> = {}): string =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  const describeAfter = (after: Readonly<Record<string, unknown>> | null, done?: string): string =>
    describeResult(kind, done === undefined ? {} : { done }, { name: "Leak", before, after }, t);

  it.each([
    ["names the new status", { id: "tic_1", status: "NEW" }, "Leak: Status is now New"],
    ["names no status that stayed", { id: "tic_1", status: "OPEN" }, "Leak was saved"],
    ["names no status if the answer is another record", { id: "act_1", status: "NEW" }, "Leak was saved"],
    ["names no status if the answer has none", { id: "tic_1" }, "Leak was saved"],
    ["names no status if there is no answer", null, "Leak was saved"],
  ])("%s", (_, after, expected) => expect(describeAfter(after)).toBe(expected));

  it("is that of the action, with the title of the record", () =>
    expect(describeAfter({ id: "tic_1", status: "OPEN" }, "{record} was opened.")).toBe("Leak was opened."));
});

describe("merge fields of a mail without a value", () => {
  const missing = { "merge.lead.company": "No value" };
  it.each([
    ["alone: the input says it", missing, undefined],
    ["with another fault: the sentence stays above the form", { ...missing, to: "Invalid" }, "No value for lead.company"],
    ["not at all: another sentence stays", {}, "No value for lead.company"],
  ])("are faults %s", (_, fields, sentence) => {
    expect(omitMergeFaults({ errors: { fields, form: "No value for lead.company" } }).errors).toEqual({
      fields,
      ...(sentence === undefined ? {} : { form: sentence }),
    });
  });

  it("are asked for until the mail is sent", () => {
    const errors = { fields: { ...missing, "merge.lead.city": "No value" } };
    expect(listMergeValues({ values: {}, errors })).toEqual(["lead.company", "lead.city"]);
    expect(listMergeValues({ values: { "merge.lead.company": "Acme", subject: "Hi" }, errors: { fields: {} } })).toEqual([
      "lead.company",
    ]);
  });
});
