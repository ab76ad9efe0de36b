import { assignPlaces, findFaults } from "@crm/core/agreements/signature/provider/dropbox-sign.rules.ts";
import { parseRetryAfter, redactMessage } from "@crm/core/lib/provider-http/http.rules.ts";
import { parseMultipart } from "@crm/local/providers/multipart-form.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildEnvelope, createProviderDouble, type ProviderDouble } from "./provider-double.ts";

let double: ProviderDouble;
beforeEach(async () => {
  double = await createProviderDouble("dropbox_sign");
});
afterEach(() => double.stop());

describe("a signature request of Dropbox Sign", () => {
  it("is a form with the file, our id and the test mode flag", async () => {
    const envelope = buildEnvelope();
    await double.provider.send(envelope);
    const [request] = double.requests;
    expect(Buffer.from(String(request?.headers.authorization).slice(6), "base64").toString()).toBe(
      `${(await double.account()).api_key}:`,
    );
    const parts = parseMultipart(request ?? { headers: {} });
    const text = (name: string) => parts?.get(name)?.toString();
    expect(text("test_mode")).toBe("1");
    expect(text("metadata[crm_request_id]")).toBe(envelope.request_id);
    expect(text("signers[1][email_address]")).toBe("ada@engines.example");
    expect([text("signers[0][order]"), text("signers[1][order]")]).toEqual(["0", "1"]);
    expect(Number(text("expires_at"))).toBe(Date.parse("2026-12-07T09:00:00Z") / 1000);
    expect(parts?.get("files[0]")?.equals(Buffer.from(envelope.document.bytes))).toBe(true);
  });

  it("does not support groups of signers, and is not sent with them", async () => {
    const [first, second] = buildEnvelope().signers;
    if (!first || !second) throw new Error("No signers");
    const signers = [first, second, { ...second, email: "c@x.example" }].map((signer, index) => ({
      ...signer,
      order: index === 0 ? 1 : 2,
    }));
    expect(findFaults(buildEnvelope({ signers }))).toHaveLength(1);
    await expect(double.provider.send(buildEnvelope({ signers }))).rejects.toMatchObject({ kind: "refused" });
    expect(double.requests).toHaveLength(0);
  });

  it("with an appended signature page rejects a reassignment with the reason", async () => {
    const { bytes, name } = buildEnvelope().document;
    const { envelope_id } = await double.provider.send(buildEnvelope({ document: { bytes, name } }));
    await expect(double.provider.reassign(envelope_id, "1", { name: "C", email: "c@x.example" })).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringContaining("appended signature page"),
    });
  });

  it("rejects a second reminder within an hour, and passes on the provider's message", async () => {
    const { envelope_id } = await double.provider.send(buildEnvelope());
    await double.provider.remind(envelope_id, "1");
    await expect(double.provider.remind(envelope_id, "1")).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringContaining("hour"),
    });
    double.advance(3601);
    await double.provider.remind(envelope_id, "1");
  });

  it("returns its file once it is ready", async () => {
    const { envelope_id } = await double.provider.send(buildEnvelope());
    await double.act(envelope_id, "sign", "1");
    await double.act(envelope_id, "sign", "2");
    await expect(double.provider.downloadSignedFile(envelope_id)).rejects.toMatchObject({ kind: "not_ready" });
    double.advance(6);
    expect((await double.provider.downloadSignedFile(envelope_id)).byteLength).toBeGreaterThan(100);
  });

  it("identifies its signers in any order of the list, also after a reassignment", async () => {
    const three = ["a", "b", "c"].map((name) => ({ name, email: `${name}@x.example`, order: 1 }));
    const { envelope_id } = await double.provider.send(buildEnvelope({ signers: three }));
    const [request] = double.envelopes() as Parameters<typeof assignPlaces>;
    if (!request) throw new Error("Nothing was sent");
    const emails = (sentRequest: typeof request) =>
      assignPlaces(sentRequest).map(({ ref, signer_email_address: email }) => `${ref} ${email}`);
    const all = ["1 a@x.example", "2 b@x.example", "3 c@x.example"];
    expect(emails(request)).toEqual(all);
    expect(emails({ ...request, signatures: request.signatures?.toReversed() })).toEqual(all);
    await double.provider.reassign(envelope_id, "2", { name: "z", email: "z@x.example" });
    const [changedRequest] = double.envelopes() as Parameters<typeof assignPlaces>;
    if (!changedRequest) throw new Error("Nothing was sent");
    expect(emails({ ...changedRequest, signatures: changedRequest.signatures?.toReversed() })).toEqual([
      "1 a@x.example",
      "2 z@x.example",
      "3 c@x.example",
    ]);
  });
});

describe("the retry delay of a provider", () => {
  const now = Date.parse("2026-11-23T09:00:00Z");
  it.each([
    [{ "retry-after": "30" }, 30],
    [{ "retry-after": "Mon, 23 Nov 2026 09:02:00 GMT" }, 120],
    [{ "x-ratelimit-reset": String(now / 1000 + 45) }, 45],
    [{ "x-ratelimit-reset": "17" }, 17],
    [{ "retry-after": "5", "x-ratelimit-reset": "90" }, 5],
    [{ "x-ratelimit-reset": String(now / 1000 - 100) }, 1],
    [{ "x-ratelimit-reset": "999999" }, 3600],
    [{ "retry-after": "soon" }, 60],
    [{}, 60],
  ])("%j is %i seconds", (headers, seconds) => {
    expect(parseRetryAfter(headers as Record<string, string>, now, "x-ratelimit-reset")).toBe(seconds);
  });
});

describe("a provider's words", () => {
  it.each([
    ["The key k-12345 is wrong", "The key *** is wrong"],
    ["a\n\tb\u0000c", "a b c"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- no", "*** no"],
    ["token eyJhbGciOiJSUzI1.eyJpc3Mi.c2ln is old", "token *** is old"],
  ])("%j are redacted to %j", (words, expected) => {
    expect(redactMessage(words, ["k-12345"])).toBe(expected);
  });

  it("are truncated if they are long", () => {
    expect(redactMessage("x".repeat(1000), [])).toHaveLength(300);
  });
});
