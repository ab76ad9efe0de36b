import { createHmac } from "node:crypto";
import { fetchStatus, parseDocusignEvent, parseDropboxSignEvent } from "@crm/core/agreements/signature/provider/events.ts";
import type { Facts } from "@crm/core/agreements/signature/provider/provider.ts";
import { parseMultipart } from "@crm/local/providers/multipart-form.ts";
import { afterEach, describe, expect, it } from "vitest";
import { buildEnvelope, createProviderDouble, type ProviderDouble } from "./provider-double.ts";

let double: ProviderDouble | undefined;
afterEach(() => {
  double?.stop();
  double = undefined;
});

const buildSimEvent = (event: string, data: object = {}): object => ({
  event,
  apiVersion: "v2.1",
  uri: "/restapi/v2.1/accounts/acc-1/envelopes/env-1",
  retryCount: 0,
  configurationId: 1,
  generatedDateTime: "2026-01-02T03:04:05.0000000Z",
  data: { accountId: "acc-1", userId: "usr-1", envelopeId: "env-1", ...data },
});
const EVENT_TIME = "2026-01-02T03:04:05.000Z";
const envelopeSummary = (more: object) => ({ envelopeSummary: { envelopeId: "env-1", ...more } });

describe("events of DocuSign", () => {
  it.each([
    ["envelope-sent", "sent"],
    ["envelope-delivered", "delivered"],
    ["envelope-completed", "completed"],
    ["envelope-declined", "declined"],
    ["envelope-voided", "voided"],
  ])("%s without a summary reports %s", (event, state) => {
    expect(parseDocusignEvent(buildSimEvent(event))).toEqual({
      envelope_id: "env-1",
      event,
      facts: { state, time: EVENT_TIME, source: "docusign:event" },
    });
  });

  it.each([
    ["recipient-sent", "sent"],
    ["recipient-delivered", "delivered"],
    ["recipient-completed", "signed"],
    ["recipient-declined", "declined"],
  ])("%s without a summary reports its signer as %s", (event, state) => {
    expect(parseDocusignEvent(buildSimEvent(event, { recipientId: "2" }))).toEqual({
      envelope_id: "env-1",
      event,
      facts: { signers: [{ ref: "2", state, time: EVENT_TIME }], time: EVENT_TIME, source: "docusign:event" },
    });
  });

  it("take state, times and reasons from the summary", () => {
    const signers = [
      { recipientId: "1", status: "completed", email: "g@x.example", signedDateTime: "2026-01-02T02:00:00Z", tabs: {} },
      { recipientId: "2", status: "declined", declinedReason: "No", declinedDateTime: "2026-01-02T03:00:00Z" },
      { recipientId: "3", status: "created" },
    ];
    const body = buildSimEvent(
      "envelope-declined",
      envelopeSummary({ status: "declined", declinedDateTime: "2026-01-02T03:00:00Z", recipients: { signers } }),
    );
    expect(parseDocusignEvent(body)).toMatchObject({
      facts: {
        state: "declined",
        reason: "No",
        time: "2026-01-02T03:00:00.000Z",
        signers: [
          { ref: "1", state: "signed", time: "2026-01-02T02:00:00.000Z", email: "g@x.example" },
          { ref: "2", state: "declined", reason: "No" },
        ],
      },
    });
  });

  it("recognize an expired envelope by its reason", () => {
    const body = buildSimEvent("envelope-voided", envelopeSummary({ status: "voided", voidedReason: "Envelope has expired." }));
    expect(parseDocusignEvent(body)).toMatchObject({ facts: { state: "expired", reason: "Envelope has expired." } });
  });

  it("use the state of the summary instead of the event name", () => {
    const late = buildSimEvent(
      "envelope-sent",
      envelopeSummary({ status: "completed", completedDateTime: "2026-01-02T03:00:00Z" }),
    );
    expect(parseDocusignEvent(late)).toMatchObject({ facts: { state: "completed" } });
    const earlyEvent = buildSimEvent("envelope-completed", envelopeSummary({ status: "sent" }));
    expect(parseDocusignEvent(earlyEvent)).toMatchObject({ facts: { state: "completed", time: EVENT_TIME } });
    const signer = { recipientId: "1", status: "completed", signedDateTime: "2026-01-02T03:00:00Z" };
    const seen = buildSimEvent("recipient-delivered", {
      recipientId: "1",
      ...envelopeSummary({ status: "sent", recipients: { signers: [signer] } }),
    });
    expect(parseDocusignEvent(seen)).toMatchObject({ facts: { signers: [{ ref: "1", state: "signed" }] } });
  });

  it.each([
    ["nothing", null, null],
    ["a text", "x", null],
    ["no event", {}, null],
    ["no envelope", { ...buildSimEvent("envelope-sent"), data: {} }, "envelope-sent"],
    ["no data", { event: "envelope-sent", generatedDateTime: EVENT_TIME }, "envelope-sent"],
    ["no instant", { ...buildSimEvent("envelope-sent"), generatedDateTime: "yesterday" }, "envelope-sent"],
    ["no recipient", buildSimEvent("recipient-completed"), "recipient-completed"],
    [
      "the summary of another envelope",
      buildSimEvent("envelope-completed", { envelopeSummary: { envelopeId: "env-2", status: "completed" } }),
      "envelope-completed",
    ],
    [
      "recipients that are none",
      buildSimEvent("envelope-completed", envelopeSummary({ recipients: { signers: [{}] } })),
      "envelope-completed",
    ],
    ["a status that is a number", buildSimEvent("envelope-completed", envelopeSummary({ status: 5 })), "envelope-completed"],
  ])("with %s are quarantined with a reason", (_, body, event) => {
    const read = parseDocusignEvent(body);
    expect(read).toMatchObject({ event, quarantined: expect.stringMatching(/\w/) });
  });

  it("of other kinds are ignored in any format", () => {
    expect(parseDocusignEvent(buildSimEvent("template-created"))).toMatchObject({ ignored: expect.any(String) });
    expect(parseDocusignEvent({ ...buildSimEvent("envelope-sent"), more: { of: ["everything"] } })).toHaveProperty("facts");
    expect(parseDocusignEvent(buildSimEvent("recipient-reassign"))).toMatchObject({ envelope_id: "env-1", hint: true });
  });

  it("give the same state in any order and with repetitions", async () => {
    double = await createProviderDouble("docusign");
    const { envelope_id } = await double.provider.send(buildEnvelope());
    await double.set({ hook: { url: "/hooks/a", secrets: ["old key", "new key"] } });
    const events = [];
    for (const [act, signer] of [
      ["deliver", "1"],
      ["sign", "1"],
      ["deliver", "2"],
      ["sign", "2"],
    ] as const) {
      double.advance(60);
      events.push(...(await double.act(envelope_id, act, signer)));
    }
    expect(new Set(events.map(({ event }) => event)).size).toBeGreaterThan(3);
    for (const { headers, body } of events)
      for (const [index, secret] of ["old key", "new key"].entries())
        expect(headers[`x-docusign-signature-${index + 1}`]).toBe(createHmac("sha256", secret).update(body).digest("base64"));
    const facts = events
      .map(({ body }) => parseDocusignEvent(JSON.parse(body)))
      .map((read) => ("facts" in read ? read.facts : undefined));
    const orders = [facts, facts.toReversed(), [...facts, ...facts], [...facts.slice(3), ...facts.slice(0, 3)]];
    const ends = orders.map((order) => foldFacts(order.flatMap((fact) => fact ?? [])));
    const providerState = foldFacts([await double.provider.status(envelope_id)]);
    for (const end of ends) expect(end).toEqual(providerState);
    expect(providerState).toEqual({ state: "completed", signers: { 1: "signed", 2: "signed" } });
  });
});

/** Applies facts as a request does: states only move forward. */
function foldFacts(all: readonly Facts[]): { state: string | undefined; signers: Record<string, string> } {
  const rank: Record<string, number> = { sent: 1, delivered: 2, completed: 3, signed: 3, declined: 3, voided: 3, expired: 3 };
  const pickLater = (a: string | undefined, b: string | undefined) => ((rank[b ?? ""] ?? 0) > (rank[a ?? ""] ?? 0) ? b : a);
  const signers: Record<string, string> = {};
  let state: string | undefined;
  for (const facts of all) {
    state = pickLater(state, facts.state);
    for (const signer of facts.signers ?? []) signers[signer.ref] = pickLater(signers[signer.ref], signer.state) ?? "";
  }
  return { state, signers };
}

describe("events of Dropbox Sign", () => {
  it("are only hints: the provider is asked for the state", async () => {
    double = await createProviderDouble("dropbox_sign");
    await double.set({ hook: { url: "/hooks/b", secrets: [] } });
    const { envelope_id } = await double.provider.send(buildEnvelope());
    const { api_key } = await double.account();
    double.advance(60);
    for (const [act, signer] of [
      ["deliver", "1"],
      ["sign", "1"],
      ["sign", "2"],
    ] as const) {
      for (const { headers, body } of await double.act(envelope_id, act, signer)) {
        const payload = JSON.parse(parseMultipart({ headers, body })?.get("json")?.toString() ?? "") as {
          event: Record<string, string>;
        };
        const { event_time, event_type, event_hash } = payload.event;
        expect(event_hash).toBe(createHmac("sha256", String(api_key)).update(`${event_time}${event_type}`).digest("hex"));
        expect(parseDropboxSignEvent(payload)).toEqual({ envelope_id, event: event_type, hint: true });
        // Fields that the hash does not cover are ignored.
        expect(
          parseDropboxSignEvent({ ...payload, signature_request: { signature_request_id: envelope_id, is_complete: true } }),
        ).not.toHaveProperty("facts");
      }
    }
    expect(await fetchStatus(double.provider, envelope_id, EVENT_TIME)).toMatchObject({ state: "completed" });
  });

  it("for a request that is gone report it as cancelled", async () => {
    double = await createProviderDouble("dropbox_sign");
    const { envelope_id } = await double.provider.send(buildEnvelope());
    await double.provider.void(envelope_id, "Withdrawn");
    expect(await fetchStatus(double.provider, envelope_id, EVENT_TIME)).toEqual({
      state: "voided",
      time: EVENT_TIME,
      source: "dropbox_sign:status",
    });
    double.setAnswer("timeout");
    await expect(fetchStatus(double.provider, envelope_id, EVENT_TIME)).rejects.toMatchObject({ kind: "unreachable" });
  });

  it.each([
    ["nothing", null],
    ["no event", { signature_request: {} }],
    ["no request", { event: { event_type: "signature_request_signed", event_time: "1" } }],
    [
      "an empty id",
      { event: { event_type: "signature_request_signed", event_time: "1" }, signature_request: { signature_request_id: "" } },
    ],
  ])("with %s are quarantined", (_, body) => {
    expect(parseDropboxSignEvent(body)).toHaveProperty("quarantined");
  });

  it.each(["callback_test", "account_confirmed", "template_created", "fax_sent"])(
    "of the account are ignored: %s",
    (event_type) => {
      expect(parseDropboxSignEvent({ event: { event_type, event_time: "1" } })).toHaveProperty("ignored");
    },
  );
});
