import { createHmac } from "node:crypto";
import { askedAfter, docusignEvent, dropboxSignEvent } from "@crm/core/signature/provider/events.ts";
import type { Facts } from "@crm/core/signature/provider/provider.ts";
import { partsOf } from "@crm/local/providers/form.ts";
import { afterEach, describe, expect, it } from "vitest";
import { type Doubled, doubled, envelope } from "./doubled.ts";

let held: Doubled | undefined;
afterEach(() => {
  held?.stop();
  held = undefined;
});

const sim = (event: string, data: object = {}): object => ({
  event,
  apiVersion: "v2.1",
  uri: "/restapi/v2.1/accounts/acc-1/envelopes/env-1",
  retryCount: 0,
  configurationId: 1,
  generatedDateTime: "2026-01-02T03:04:05.0000000Z",
  data: { accountId: "acc-1", userId: "usr-1", envelopeId: "env-1", ...data },
});
const AT = "2026-01-02T03:04:05.000Z";
const summary = (more: object) => ({ envelopeSummary: { envelopeId: "env-1", ...more } });

describe("events of DocuSign", () => {
  it.each([
    ["envelope-sent", "sent"],
    ["envelope-delivered", "delivered"],
    ["envelope-completed", "completed"],
    ["envelope-declined", "declined"],
    ["envelope-voided", "voided"],
  ])("%s without a summary says %s", (event, state) => {
    expect(docusignEvent(sim(event))).toEqual({
      envelope_id: "env-1",
      event,
      facts: { state, at: AT, source: "docusign:event" },
    });
  });

  it.each([
    ["recipient-sent", "sent"],
    ["recipient-delivered", "delivered"],
    ["recipient-completed", "signed"],
    ["recipient-declined", "declined"],
  ])("%s without a summary says of its signer %s", (event, state) => {
    expect(docusignEvent(sim(event, { recipientId: "2" }))).toEqual({
      envelope_id: "env-1",
      event,
      facts: { signers: [{ ref: "2", state, at: AT }], at: AT, source: "docusign:event" },
    });
  });

  it("take state, times and reasons from the summary", () => {
    const signers = [
      { recipientId: "1", status: "completed", email: "g@x.example", signedDateTime: "2026-01-02T02:00:00Z", tabs: {} },
      { recipientId: "2", status: "declined", declinedReason: "No", declinedDateTime: "2026-01-02T03:00:00Z" },
      { recipientId: "3", status: "created" },
    ];
    const body = sim(
      "envelope-declined",
      summary({ status: "declined", declinedDateTime: "2026-01-02T03:00:00Z", recipients: { signers } }),
    );
    expect(docusignEvent(body)).toMatchObject({
      facts: {
        state: "declined",
        reason: "No",
        at: "2026-01-02T03:00:00.000Z",
        signers: [
          { ref: "1", state: "signed", at: "2026-01-02T02:00:00.000Z", email: "g@x.example" },
          { ref: "2", state: "declined", reason: "No" },
        ],
      },
    });
  });

  it("know an envelope that ran out by its reason", () => {
    const body = sim("envelope-voided", summary({ status: "voided", voidedReason: "Envelope has expired." }));
    expect(docusignEvent(body)).toMatchObject({ facts: { state: "expired", reason: "Envelope has expired." } });
  });

  it("do not go behind what their summary says", () => {
    const late = sim("envelope-sent", summary({ status: "completed", completedDateTime: "2026-01-02T03:00:00Z" }));
    expect(docusignEvent(late)).toMatchObject({ facts: { state: "completed" } });
    const ahead = sim("envelope-completed", summary({ status: "sent" }));
    expect(docusignEvent(ahead)).toMatchObject({ facts: { state: "completed", at: AT } });
    const signer = { recipientId: "1", status: "completed", signedDateTime: "2026-01-02T03:00:00Z" };
    const seen = sim("recipient-delivered", {
      recipientId: "1",
      ...summary({ status: "sent", recipients: { signers: [signer] } }),
    });
    expect(docusignEvent(seen)).toMatchObject({ facts: { signers: [{ ref: "1", state: "signed" }] } });
  });

  it.each([
    ["nothing", null, null],
    ["a text", "x", null],
    ["no event", {}, null],
    ["no envelope", { ...sim("envelope-sent"), data: {} }, "envelope-sent"],
    ["no data", { event: "envelope-sent", generatedDateTime: AT }, "envelope-sent"],
    ["no instant", { ...sim("envelope-sent"), generatedDateTime: "yesterday" }, "envelope-sent"],
    ["no recipient", sim("recipient-completed"), "recipient-completed"],
    [
      "the summary of another envelope",
      sim("envelope-completed", { envelopeSummary: { envelopeId: "env-2", status: "completed" } }),
      "envelope-completed",
    ],
    ["recipients that are none", sim("envelope-completed", summary({ recipients: { signers: [{}] } })), "envelope-completed"],
    ["a status that is a number", sim("envelope-completed", summary({ status: 5 })), "envelope-completed"],
  ])("with %s are quarantined, and say why", (_, body, event) => {
    const read = docusignEvent(body);
    expect(read).toMatchObject({ event, quarantined: expect.stringMatching(/\w/) });
  });

  it("of other things are passed over, whatever they look like", () => {
    expect(docusignEvent(sim("template-created"))).toMatchObject({ ignored: expect.any(String) });
    expect(docusignEvent({ ...sim("envelope-sent"), more: { of: ["everything"] } })).toHaveProperty("facts");
    expect(docusignEvent(sim("recipient-reassign"))).toMatchObject({ envelope_id: "env-1", hint: true });
  });

  it("say the same in whatever order they come, and as often", async () => {
    held = await doubled("docusign");
    const { envelope_id } = await held.provider.send(envelope());
    await held.set({ hook: { url: "/hooks/a", secrets: ["old key", "new key"] } });
    const events = [];
    for (const [act, signer] of [
      ["deliver", "1"],
      ["sign", "1"],
      ["deliver", "2"],
      ["sign", "2"],
    ] as const) {
      held.advance(60);
      events.push(...(await held.act(envelope_id, act, signer)));
    }
    expect(new Set(events.map(({ event }) => event)).size).toBeGreaterThan(3);
    for (const { headers, body } of events)
      for (const [at, secret] of ["old key", "new key"].entries())
        expect(headers[`x-docusign-signature-${at + 1}`]).toBe(createHmac("sha256", secret).update(body).digest("base64"));
    const facts = events
      .map(({ body }) => docusignEvent(JSON.parse(body)))
      .map((read) => ("facts" in read ? read.facts : undefined));
    const orders = [facts, facts.toReversed(), [...facts, ...facts], [...facts.slice(3), ...facts.slice(0, 3)]];
    const ends = orders.map((order) => folded(order.flatMap((each) => each ?? [])));
    const asked = folded([await held.provider.status(envelope_id)]);
    for (const end of ends) expect(end).toEqual(asked);
    expect(asked).toEqual({ state: "completed", signers: { 1: "signed", 2: "signed" } });
  });
});

/** As a request takes facts: forward only. */
function folded(all: readonly Facts[]): { state: string | undefined; signers: Record<string, string> } {
  const rank: Record<string, number> = { sent: 1, delivered: 2, completed: 3, signed: 3, declined: 3, voided: 3, expired: 3 };
  const later = (a: string | undefined, b: string | undefined) => ((rank[b ?? ""] ?? 0) > (rank[a ?? ""] ?? 0) ? b : a);
  const signers: Record<string, string> = {};
  let state: string | undefined;
  for (const facts of all) {
    state = later(state, facts.state);
    for (const each of facts.signers ?? []) signers[each.ref] = later(signers[each.ref], each.state) ?? "";
  }
  return { state, signers };
}

describe("events of Dropbox Sign", () => {
  it("are hints, whatever they say, and the provider is asked", async () => {
    held = await doubled("dropbox_sign");
    await held.set({ hook: { url: "/hooks/b", secrets: [] } });
    const { envelope_id } = await held.provider.send(envelope());
    const { api_key } = await held.account();
    held.advance(60);
    for (const [act, signer] of [
      ["deliver", "1"],
      ["sign", "1"],
      ["sign", "2"],
    ] as const) {
      for (const { headers, body } of await held.act(envelope_id, act, signer)) {
        const told = JSON.parse(partsOf({ headers, body })?.get("json")?.toString() ?? "") as { event: Record<string, string> };
        const { event_time, event_type, event_hash } = told.event;
        expect(event_hash).toBe(createHmac("sha256", String(api_key)).update(`${event_time}${event_type}`).digest("hex"));
        expect(dropboxSignEvent(told)).toEqual({ envelope_id, event: event_type, hint: true });
        // What is not covered by the hash says nothing.
        expect(
          dropboxSignEvent({ ...told, signature_request: { signature_request_id: envelope_id, is_complete: true } }),
        ).not.toHaveProperty("facts");
      }
    }
    expect(await askedAfter(held.provider, envelope_id, AT)).toMatchObject({ state: "completed" });
  });

  it("lead to a request that is gone: it was cancelled", async () => {
    held = await doubled("dropbox_sign");
    const { envelope_id } = await held.provider.send(envelope());
    await held.provider.void(envelope_id, "Withdrawn");
    expect(await askedAfter(held.provider, envelope_id, AT)).toEqual({ state: "voided", at: AT, source: "dropbox_sign:status" });
    held.answers("timeout");
    await expect(askedAfter(held.provider, envelope_id, AT)).rejects.toMatchObject({ kind: "unreachable" });
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
    expect(dropboxSignEvent(body)).toHaveProperty("quarantined");
  });

  it.each(["callback_test", "account_confirmed", "template_created", "fax_sent"])(
    "of the account are passed over: %s",
    (event_type) => {
      expect(dropboxSignEvent({ event: { event_type, event_time: "1" } })).toHaveProperty("ignored");
    },
  );
});
