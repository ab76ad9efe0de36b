import { ingestMails } from "@crm/aws/inbound-mail.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { InboundMails } from "@crm/core/messaging/inbound-mail/inbound-mail.entity.ts";
import { mailObjectKey, open } from "@crm/core/messaging/inbound-mail/inbound-mail.ts";
import { MAX_MAIL_BYTES } from "@crm/core/messaging/inbound-mail/mail-kind.ts";
import { buildMessageId, replyAddress } from "@crm/core/messaging/inbound-mail/thread.rules.ts";
import { keysFor } from "@crm/core/storage/vault/secret.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { ingestMail } from "@crm/functions/inbound/index.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import type { SESEvent } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { addUser, recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { buildHeaders, buildMultipart, buildPart, buildPlainMail, encodeUtf8 } from "./raw-mail.ts";

let app: App;
let acme: Tenant;
let otherTenant: Tenant;
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  app = await startTestApp();
  [acme, otherTenant] = [await signUp(app), await signUp(app)];
  server = await startServer(app, 0);
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await server.close();
  await app.stop();
});

const supportAddress = ({ slug }: Tenant): string => `support@${slug}.in.example`;
const receiveMail = (raw: Buffer, ...recipients: string[]) => ingestMail({ raw, recipients, domain: "in.example" }, app.ports);
const postMail = async (raw: Buffer, query: string) => {
  const answer = await fetch(`${server.url}/_local/inbound-mail?${query}`, { method: "POST", body: new Uint8Array(raw) });
  return { status: answer.status, body: (await answer.json()) as { data?: unknown; error?: { message: string } } };
};
const listMails = async ({ admin }: Tenant, query = {}) => (await admin.listInboundMails(query)).data;
const runInTenant = <T>({ id }: Tenant, work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, id, "test"), work);

let mailCount = 0;
const buildUniqueMail = (text = "It fails.", headers: Readonly<Record<string, string>> = {}): Buffer =>
  buildPlainMail(text, { "Message-ID": `<m${++mailCount}@customer.example>`, ...headers });

describe("a received mail", () => {
  it("is accepted over HTTP, listed for its tenant, and published once", async () => {
    const events = recordPublishedEvents(app);
    const { status, body } = await postMail(
      buildUniqueMail("It fails.\n-- \nAda", { Subject: "Printer" }),
      `to=${supportAddress(acme)}`,
    );
    expect([status, body.data]).toMatchObject([
      200,
      [{ result: "RECEIVED", kind: "message", recipients: [supportAddress(acme)] }],
    ]);
    const [{ id } = { id: "" }] = body.data as { id: string }[];
    await app.settle();
    expect(events.filter(({ type }) => type === "inbound_mail.created").map(({ record_id }) => record_id)).toEqual([id]);
    expect((await acme.admin.getInboundMail({ id })).data).toMatchObject({
      sender: "ada@customer.example",
      sender_name: "Ada Lovelace",
      subject: "Printer",
      kind: "message",
      status: "HANDLED",
      recipients: [supportAddress(acme)],
    });
    expect((await acme.admin.readInboundMail({ id })).data).toMatchObject({
      text: "It fails.\n-- \nAda",
      answer: "It fails.",
      threads: [],
    });
    expect(await listMails(acme, { search: "printer" })).toMatchObject([{ id }]);
    expect(await listMails(otherTenant)).toEqual([]);
    await expect(otherTenant.admin.getInboundMail({ id })).rejects.toMatchObject({ status: 404 });
    await expect(otherTenant.admin.readInboundMail({ id })).rejects.toMatchObject({ status: 404 });
  });

  it("can be listed by administrators only", async () => {
    for (const role of ["DIRECTOR", "SUPPORT_AGENT"] as const) {
      const { client: as } = await addUser(app, acme, role);
      await expect(as.listInboundMails({})).rejects.toMatchObject({ status: 403 });
    }
  });

  it("reaches each addressed tenant once, for all of its addresses", async () => {
    const raw = buildUniqueMail();
    const outcomes = await receiveMail(
      raw,
      supportAddress(acme),
      supportAddress(otherTenant),
      supportAddress(acme).replace("support", "support+x"),
      "support@unknown.in.example",
      "x@y.example",
    );
    expect(outcomes.map(({ result, recipients }) => [result, recipients.length])).toEqual([
      ["RECEIVED", 2],
      ["RECEIVED", 1],
      ["UNKNOWN_ADDRESS", 1],
      ["UNKNOWN_ADDRESS", 1],
    ]);
    expect((await receiveMail(raw, supportAddress(otherTenant))).map(({ result }) => result)).toEqual(["REPEATED"]);
  });

  it("is rejected with the fault of the request", async () => {
    expect(await postMail(buildUniqueMail(), "")).toMatchObject({
      status: 400,
      body: { error: { message: "Name the recipients: ?to=support@{tenant_slug}.in.example" } },
    });
    expect((await postMail(buildUniqueMail(), "to=support@unknown.in.example")).body.data).toEqual([
      { recipients: ["support@unknown.in.example"], result: "UNKNOWN_ADDRESS" },
    ]);
  });
});

describe("a repeated mail", () => {
  const receiveTwice = async (first: Buffer, second: Buffer) => {
    const [firstOutcome] = await receiveMail(first, supportAddress(acme));
    const [two] = await receiveMail(second, supportAddress(acme));
    return {
      one: firstOutcome,
      two,
      is: firstOutcome && two && "id" in firstOutcome && "id" in two && firstOutcome.id === two.id,
    };
  };

  it("has one effect, over any route", async () => {
    const raw = buildUniqueMail();
    const again = Buffer.concat([encodeUtf8("Received: by another", ""), raw]);
    expect(await receiveTwice(raw, again)).toMatchObject({ one: { result: "RECEIVED" }, two: { result: "REPEATED" }, is: true });
  });

  it("is recognized by its bytes without an id, and other mails are distinct", async () => {
    const [raw, another] = [
      buildUniqueMail("no id", { "Message-ID": "" }),
      buildUniqueMail("no id, other", { "Message-ID": "" }),
    ];
    expect(await receiveTwice(raw, raw)).toMatchObject({ two: { result: "REPEATED" }, is: true });
    expect(await receiveTwice(raw, another)).toMatchObject({ two: { result: "RECEIVED" } });
  });

  it("is distinct from a mail of another sender with the same id", async () => {
    const id = { "Message-ID": `<taken${++mailCount}@customer.example>` };
    expect(await receiveTwice(buildPlainMail("x", id), buildPlainMail("x", { ...id, From: "eve@evil.example" }))).toMatchObject({
      two: { result: "RECEIVED" },
    });
  });

  it("has one effect at the same moment", async () => {
    const raw = buildUniqueMail("at once");
    const outcomes = (await Promise.all([1, 2, 3, 4].map(() => receiveMail(raw, supportAddress(acme))))).flat();
    expect(outcomes.map(({ result }) => result).sort()).toEqual(["RECEIVED", "REPEATED", "REPEATED", "REPEATED"]);
    expect(new Set(outcomes.map((outcome) => ("id" in outcome ? outcome.id : ""))).size).toBe(1);
  });

  it("is complete after a kill between its object and its record", async () => {
    const raw = buildUniqueMail("killed");
    const { write } = app.ports.objects;
    vi.spyOn(app.ports.objects, "write").mockImplementationOnce(async (...args) => {
      await write(...args);
      throw new Error("killed");
    });
    await expect(receiveMail(raw, supportAddress(acme))).rejects.toThrow("killed");
    const [outcome] = await receiveMail(raw, supportAddress(acme));
    expect(outcome).toMatchObject({ result: "RECEIVED" });
    const id = outcome && "id" in outcome ? outcome.id : "";
    expect((await acme.admin.readInboundMail({ id })).data.text).toBe("killed");
  });

  it("counts as new after two months", async () => {
    const raw = buildUniqueMail("old");
    await receiveMail(raw, supportAddress(acme));
    app.setClock({ advance: 59 * 24 * 3600_000 });
    expect(await receiveMail(raw, supportAddress(acme))).toMatchObject([{ result: "REPEATED" }]);
    app.setClock({ advance: 2 * 24 * 3600_000 });
    expect(await receiveMail(raw, supportAddress(acme))).toMatchObject([{ result: "RECEIVED" }]);
    app.setClock({ reset: true });
  });
});

describe("a suppressed mail", () => {
  it.each([
    ["spam", encodeUtf8("X-SES-Spam-Verdict: FAIL"), "SES classified the mail as spam"],
    ["a virus", encodeUtf8("X-SES-Virus-Verdict: FAIL"), "SES found a virus"],
    ["our own", encodeUtf8("X-CRM-Message: evt_1"), "Mail loop: X-CRM-Message"],
  ])("is set aside: %s", async (_name, header, because) => {
    const [outcome] = await receiveMail(Buffer.concat([header, encodeUtf8("", ""), buildUniqueMail()]), supportAddress(acme));
    expect(outcome).toMatchObject({ result: "SET_ASIDE" });
    expect(await listMails(acme, { status: "SET_ASIDE" })).toMatchObject([
      { id: outcome && "id" in outcome && outcome.id },
      ...(await listMails(acme, { status: "SET_ASIDE" })).slice(1),
    ]);
    expect((await acme.admin.getInboundMail({ id: outcome && "id" in outcome ? outcome.id : "" })).data.status_because).toBe(
      because,
    );
  });
});

describe("size", () => {
  const sized = (bytes: number): Buffer => {
    const template = buildMultipart(
      "mixed",
      [buildPart("text/plain", "see file"), buildPart("application/pdf; name=a.pdf", "@", "Content-Transfer-Encoding: base64")],
      { "Message-ID": `<big${++mailCount}@customer.example>` },
    );
    // Only zeros, in base64.
    const file = `${"A".repeat(76)}\r\n`.repeat(Math.floor((bytes * 0.97) / 78));
    const index = template.indexOf("@\r\n--");
    return Buffer.concat([
      template.subarray(0, index),
      Buffer.from(file),
      Buffer.alloc(bytes - template.length - file.length + 1, "\n"),
      template.subarray(index + 1),
    ]);
  };

  it("of 25 MB is accepted in full", async () => {
    const raw = sized(MAX_MAIL_BYTES);
    expect(raw.length).toBe(MAX_MAIL_BYTES);
    const { status, body } = await postMail(raw, `to=${supportAddress(acme)}`);
    expect([status, body.data]).toMatchObject([200, [{ result: "RECEIVED" }]]);
    const [{ id } = { id: "" }] = body.data as { id: string }[];
    const { data } = await acme.admin.readInboundMail({ id });
    expect(data).toMatchObject({ text: "see file", is_cut: false });
    expect(data.attachments[0]?.size).toBeGreaterThan(18e6);
  });

  it("above that is rejected over HTTP, and stored with its headers only from SES", async () => {
    const raw = sized(MAX_MAIL_BYTES + 1);
    expect((await postMail(raw, `to=${supportAddress(acme)}`)).status).toBe(413);
    const [outcome] = await receiveMail(raw, supportAddress(acme));
    expect(outcome).toMatchObject({ result: "TOO_LARGE" });
    const id = outcome && "id" in outcome ? outcome.id : "";
    expect((await acme.admin.getInboundMail({ id })).data).toMatchObject({ subject: "Hello", size: MAX_MAIL_BYTES + 1 });
    await expect(acme.admin.readInboundMail({ id })).rejects.toMatchObject({ status: 422 });
  });
});

describe("an answer", () => {
  const TICKET = "tkt_01h2x3y4z5a6b7c8d9";
  const loadSigning = (tenant: Tenant) =>
    runInTenant(tenant, async () => ({ keys: await keysFor("links", "mail_thread"), tenant: tenant.id }));
  const listThreads = async (raw: Buffer, to: string) => {
    const [outcome] = await receiveMail(raw, to);
    const id = outcome && "id" in outcome ? outcome.id : "";
    return (await acme.admin.readInboundMail({ id })).data.threads;
  };

  it("finds its thread by address and references, but not one of another tenant", async () => {
    const host = `${acme.slug}.in.example`;
    const [ownSigning, foreign] = [await loadSigning(acme), await loadSigning(otherTenant)];
    const buildReferences = (signing: typeof ownSigning) => ({
      References: `<x@y> <${buildMessageId(TICKET, "evt_1", host, signing)}>`,
    });
    expect(await listThreads(buildUniqueMail(), replyAddress(TICKET, host, ownSigning))).toEqual([
      { id: TICKET, proof: "address" },
    ]);
    expect(await listThreads(buildUniqueMail("x", buildReferences(ownSigning)), supportAddress(acme))).toEqual([
      { id: TICKET, proof: "message_id" },
    ]);
    expect(await listThreads(buildUniqueMail("x", buildReferences(foreign)), supportAddress(acme))).toEqual([]);
    expect(await listThreads(buildUniqueMail(), replyAddress(TICKET, host, foreign))).toEqual([]);
  });
});

describe("the function called by SES", () => {
  const event = (messageId: string, recipients: string[]) =>
    partOf<SESEvent>({ Records: [{ ses: { mail: { messageId }, receipt: { recipients } } }] });

  it("processes an object of the bucket once, and fails for a missing object", async () => {
    vi.stubEnv("CRM_INBOUND_DOMAIN", "in.example");
    const raw = buildUniqueMail("by SES");
    const files = { ...app.ports.files, get: async (key: string) => (key === "landed/abc" ? raw : undefined) };
    const ports = { ...app.ports, files };
    await app.settle();
    const before = (await acme.admin.listInboundMails({ limit: 1 })).meta.total;
    for (let times = 0; times < 2; times++) await ingestMails(event("abc", [supportAddress(acme)]), ports);
    await app.settle();
    const expectedMail = { message_id: `m${mailCount}@customer.example`, size: raw.length };
    expect(await listMails(acme, { limit: 100 })).toContainEqual(expect.objectContaining(expectedMail));
    expect((await acme.admin.listInboundMails({ limit: 1 })).meta.total).toBe(before + 1);
    await expect(ingestMails(event("none", [supportAddress(acme)]), ports)).rejects.toThrow("SES has not stored the mail none");
    vi.unstubAllEnvs();
  });
});

it("a mail is returned as it was received, and stored under the hash of its bytes", async () => {
  const raw = encodeUtf8(...buildHeaders({ "Message-ID": `<open${++mailCount}@customer.example>` }), "", "as it came");
  const [outcome] = await receiveMail(raw, supportAddress(acme));
  await runInTenant(acme, async () => {
    const record = await Records.read(InboundMails, outcome && "id" in outcome ? outcome.id : "");
    expect(mailObjectKey(record)).toBe(`${acme.id}/mails/${record.sha256}`);
    expect((await open(record)).mail).toMatchObject({ text: "as it came", kind: "message" });
  });
});
