import { providerNames } from "@crm/core/agreements/signature/provider/provider.ts";
import { isFault, type ProviderFault } from "@crm/core/lib/provider-http/fault.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildEnvelope, createProviderDouble, type ProviderDouble, SAMPLE_PDF } from "./provider-double.ts";

/** The contract that every adapter meets, tested against its provider's double. */

const captureFault = async (work: Promise<unknown>): Promise<ProviderFault> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isFault(error)) throw new Error(`No fault: ${String(error)}`);
  return error;
};

const countSendRequests = (requests: ProviderDouble["requests"]): number =>
  requests.filter(({ method, url }) => method === "POST" && /\/envelopes$|\/signature_request\/send$/.test(url)).length;

describe.each(providerNames)("the adapter of %s", (name) => {
  let double: ProviderDouble;
  beforeEach(async () => {
    double = await createProviderDouble(name);
  });
  afterEach(() => double.stop());

  it("sends an envelope, and reports its state from the first to the last", async () => {
    const { provider } = double;
    const { envelope_id, isExisting: isReused } = await provider.send(buildEnvelope());
    expect(isReused).toBe(false);
    expect(await provider.status(envelope_id)).toMatchObject({
      state: "sent",
      signers: [{ ref: "1", state: "sent", email: "grace@harbour.example" }],
      source: `${name}:status`,
    });
    double.advance(60);
    await double.act(envelope_id, "deliver", "1");
    expect((await provider.status(envelope_id)).signers).toMatchObject([
      { ref: "1", state: "delivered", time: "2026-11-23T09:01:00.000Z" },
    ]);
    double.advance(60);
    await double.act(envelope_id, "sign", "1");
    expect((await provider.status(envelope_id)).signers).toMatchObject([
      { ref: "1", state: "signed", time: "2026-11-23T09:02:00.000Z" },
      { ref: "2", state: "sent", email: "ada@engines.example" },
    ]);
    double.advance(60);
    await double.act(envelope_id, "sign", "2");
    expect(await provider.status(envelope_id)).toMatchObject({
      state: "completed",
      time: "2026-11-23T09:03:00.000Z",
      signers: [
        { ref: "1", state: "signed" },
        { ref: "2", state: "signed", time: "2026-11-23T09:03:00.000Z" },
      ],
    });
  });

  it("lets signers of the same order sign in parallel", async () => {
    const signers = buildEnvelope().signers.map((signer) => ({ ...signer, order: 1 }));
    const { envelope_id } = await double.provider.send(buildEnvelope({ signers }));
    await double.act(envelope_id, "sign", "2");
    expect(await double.provider.status(envelope_id)).toMatchObject({
      signers: [
        { ref: "1", state: "sent" },
        { ref: "2", state: "signed" },
      ],
    });
  });

  it("reports which signer declined, and the reason", async () => {
    const { envelope_id } = await double.provider.send(buildEnvelope());
    await double.act(envelope_id, "decline", "1", "The price is wrong");
    expect(await double.provider.status(envelope_id)).toMatchObject({
      state: "declined",
      reason: "The price is wrong",
      signers: [{ ref: "1", state: "declined", reason: "The price is wrong" }],
    });
  });

  it("reports an expired envelope when it is asked", async () => {
    const { envelope_id } = await double.provider.send(buildEnvelope({ expires_in_days: 2 }));
    double.advance(2 * 86_400 - 10);
    expect((await double.provider.status(envelope_id)).state).toBe("sent");
    double.advance(20);
    expect((await double.provider.status(envelope_id)).state).toBe("expired");
  });

  it("voids an envelope once, ignores a repetition, and cannot void a signed one", async () => {
    const { provider } = double;
    const { envelope_id } = await provider.send(buildEnvelope());
    await provider.void(envelope_id, "Withdrawn");
    await provider.void(envelope_id, "Withdrawn");
    const { envelope_id: signed } = await provider.send(buildEnvelope());
    await double.act(signed, "sign", "1");
    await double.act(signed, "sign", "2");
    expect((await captureFault(provider.void(signed, "Withdrawn"))).kind).toBe("refused");
    expect((await provider.status(signed)).state).toBe("completed");
  });

  it("reminds the current signer only", async () => {
    const { envelope_id } = await double.provider.send(buildEnvelope());
    double.advance(2 * 3600);
    await double.provider.remind(envelope_id, "1");
    expect((await captureFault(double.provider.remind(envelope_id, "9"))).kind).toBe("gone");
  });

  it("reassigns an envelope to another signer", async () => {
    const { provider } = double;
    const { envelope_id } = await provider.send(buildEnvelope());
    await provider.reassign(envelope_id, "1", { name: "Katherine Johnson", email: "katherine@harbour.example" });
    expect((await provider.status(envelope_id)).signers).toMatchObject([
      { ref: "1", state: "sent", email: "katherine@harbour.example" },
    ]);
    await double.act(envelope_id, "sign", "1");
    expect((await captureFault(provider.reassign(envelope_id, "1", { name: "Grace", email: "g@harbour.example" }))).kind).toBe(
      "refused",
    );
    expect((await provider.status(envelope_id)).signers).toMatchObject([
      { ref: "1", state: "signed", email: "katherine@harbour.example" },
      { ref: "2", state: "sent", email: "ada@engines.example" },
    ]);
  });

  it("returns the signed file, and the certificate if the provider has a separate one", async () => {
    const { provider } = double;
    const { envelope_id } = await provider.send(buildEnvelope());
    await double.act(envelope_id, "sign", "1");
    await double.act(envelope_id, "sign", "2");
    double.advance(10);
    const file = Buffer.from(await provider.downloadSignedFile(envelope_id));
    expect(file.subarray(0, SAMPLE_PDF.length).equals(Buffer.from(SAMPLE_PDF))).toBe(true);
    expect(file.toString("latin1")).toContain("Ada Lovelace <ada@engines.example>");
    const certificate = await provider.downloadCertificate(envelope_id);
    if (name === "docusign") expect(Buffer.from(certificate ?? []).toString("latin1")).toContain(envelope_id);
    else expect(certificate).toBeUndefined();
  });

  it("reports an unknown envelope as gone", async () => {
    for (const work of [
      () => double.provider.status("93be49abafa04adf933cf752070d71ec"),
      () => double.provider.downloadSignedFile("93be49abafa04adf933cf752070d71ec"),
      () => double.provider.remind("93be49abafa04adf933cf752070d71ec", "1"),
    ])
      expect((await captureFault(work())).kind).toBe("gone");
  });

  it.each([
    ["error", "unreachable"],
    ["timeout", "unreachable"],
    ["refused", "refused"],
    ["rate_limited", "rate_limited"],
  ] as const)("reports the answer %s as the right kind of fault", async (answer, kind) => {
    const { envelope_id } = await double.provider.send(buildEnvelope());
    double.setAnswer(answer);
    const fault = await captureFault(double.provider.status(envelope_id));
    expect(fault.kind).toBe(kind);
    expect(fault.message).toMatch(/^(DocuSign|Dropbox Sign)/);
    double.setAnswer("ok");
    expect((await double.provider.status(envelope_id)).state).toBe("sent");
  });

  it("passes on the pause that the provider asks for", async () => {
    const { envelope_id } = await double.provider.send(buildEnvelope());
    double.setAnswer("rate_limited");
    const expectedDelay = name === "docusign" ? 600 : 45;
    expect((await captureFault(double.provider.status(envelope_id))).retryAfter).toBe(expectedDelay);
  });

  it.each(["lost", "timeout"] as const)("looks for the envelope before it sends again after the answer is %s", async (answer) => {
    const envelope = buildEnvelope();
    // The adapter is signed in already, so the missing answer is that of the envelope.
    await double.provider.check();
    double.setAnswer(answer, 1);
    const fault = await captureFault(double.provider.send(envelope));
    expect(fault.kind).toBe("unreachable");
    expect(fault.retryAfter).toBeGreaterThan(60);
    const tried_at = "2026-11-23T09:00:00.000Z";
    double.advance(120);
    const again = await double.provider.send({ ...envelope, tried_at });
    expect(again.isExisting).toBe(answer === "lost");
    expect(await double.provider.send({ ...envelope, tried_at })).toEqual({ envelope_id: again.envelope_id, isExisting: true });
    expect(double.envelopes()).toHaveLength(1);
    expect(countSendRequests(double.requests)).toBe(answer === "lost" ? 1 : 2);
  });

  it("finds an envelope by our id only, also after weeks", async () => {
    const envelope = buildEnvelope();
    const { envelope_id } = await double.provider.send(envelope);
    await double.provider.send(buildEnvelope({ request_id: `${envelope.request_id}1` }));
    double.advance(21 * 86_400);
    const tried_at = "2026-11-23T09:00:00.000Z";
    expect(await double.provider.find(envelope.request_id, tried_at)).toEqual({ envelope_id, isExisting: true });
    expect(await double.provider.find("sgr_other", tried_at)).toBeUndefined();
  });

  it("rejects a file that is not a PDF, like the provider", async () => {
    const fault = await captureFault(
      double.provider.send(buildEnvelope({ document: { name: "x", bytes: Buffer.from("<html>") } })),
    );
    expect(fault.kind).toBe("refused");
    expect(double.envelopes()).toHaveLength(0);
  });

  it("never shows keys or tokens in a fault, even if the provider repeats them", async () => {
    const credentials = await double.account();
    const invalidProvider = await double.withCredentials(
      name === "docusign" ? { integration_key: "00000000-0000-4000-8000-000000000000" } : { api_key: "0123456789abcdef0123" },
    );
    const faults = [await captureFault(invalidProvider.send(buildEnvelope()))];
    for (const answer of ["error", "timeout", "refused", "rate_limited"] as const) {
      double.setAnswer(answer, 1);
      faults.push(await captureFault(double.provider.send(buildEnvelope())));
    }
    const secrets = [credentials.private_key, credentials.api_key, "0123456789abcdef0123"].filter(
      (secret) => secret !== undefined,
    );
    for (const { message, code, url } of faults)
      for (const secret of secrets) expect(JSON.stringify([message, code, url])).not.toContain(secret);
    const outbox = JSON.stringify([...double.local.doubles.values()].flatMap(({ providerState: store }) => store.list("outbox")));
    expect(outbox).not.toMatch(/Bearer|Basic|eyJ|PRIVATE/);
    for (const secret of secrets) expect(outbox).not.toContain(secret);
  });

  it("reports that an account works, or that its key is wrong", async () => {
    expect(await double.provider.check()).toMatchObject({ works: true, problems: [] });
    const invalidProvider = await double.withCredentials(
      name === "docusign" ? { user_id: "00000000-0000-4000-8000-000000000000" } : { api_key: "0123456789abcdef0123" },
    );
    const { works, problems } = await invalidProvider.check();
    expect(works).toBe(false);
    expect(problems).toHaveLength(1);
  });

  it("sends requests to its provider's own hosts only", async () => {
    await double.provider.send(buildEnvelope());
    const hosts = new Set(double.requests.map(({ url }) => new URL(url).host));
    expect([...hosts]).toEqual(name === "docusign" ? ["account-d.docusign.com", "demo.docusign.net"] : ["api.hellosign.com"]);
  });
});
