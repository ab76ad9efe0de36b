import { generateKeyPairSync } from "node:crypto";
import { isTrustedBase } from "@crm/core/agreements/signature/provider/docusign.rules.ts";
import { isFault, type ProviderFault } from "@crm/core/lib/provider-http/fault.ts";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildEnvelope, createProviderDouble, type ProviderDouble } from "./provider-double.ts";

let double: ProviderDouble;
beforeEach(async () => {
  double = await createProviderDouble("docusign");
});
afterEach(() => double.stop());

const captureFault = async (work: Promise<unknown>): Promise<ProviderFault> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isFault(error)) throw new Error(`No fault: ${String(error)}`);
  return error;
};

const countSignIns = (): number => double.requests.filter(({ url }) => url.endsWith("/oauth/token")).length;

describe("sign-in to DocuSign", () => {
  it("sends a signed assertion to the environment's sign-in host, valid for an hour", async () => {
    await double.provider.check();
    const [request] = double.requests;
    const form = new URLSearchParams(String(request?.body));
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const assertion = form.get("assertion") ?? "";
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: "RS256", typ: "JWT" });
    const { integration_key: iss, user_id: sub } = await double.account();
    const claims = decodeJwt(assertion);
    expect(claims).toMatchObject({ iss, sub, aud: "account-d.docusign.com", scope: "signature impersonation" });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3600);
  });

  it("is shared by all callers until a minute before the token expires, and then repeated", async () => {
    const { envelope_id } = await double.provider.send(buildEnvelope());
    await Promise.all([double.provider.status(envelope_id), double.provider.status(envelope_id)]);
    expect(countSignIns()).toBe(1);
    double.advance(3600 - 61);
    await double.provider.status(envelope_id);
    expect(countSignIns()).toBe(1);
    double.advance(2);
    await double.provider.status(envelope_id);
    expect(countSignIns()).toBe(2);
  });

  it("happens once for concurrent callers", async () => {
    await Promise.all([1, 2, 3].map(() => double.provider.find("sgr_none", "2026-11-23T09:00:00.000Z")));
    expect(countSignIns()).toBe(1);
  });

  it("is repeated together with the call if the token is no longer accepted", async () => {
    const { envelope_id } = await double.provider.send(buildEnvelope());
    // The provider revokes the token before it expires.
    for (const { url, headers } of double.requests.filter(({ url }) => url.includes("/accounts/")))
      double.local.doubles
        .get("docusign")
        ?.providerState.remove("token", String(headers.authorization).slice("Bearer ".length) || url);
    expect((await double.provider.status(envelope_id)).state).toBe("sent");
    expect(countSignIns()).toBe(2);
  });

  it("reports missing consent, and the address at which it is given", async () => {
    const { integration_key } = await double.account();
    await double.set({ integration: { integration_key, consent: false } });
    const fault = await captureFault(double.provider.send(buildEnvelope()));
    expect(fault).toMatchObject({ kind: "unauthorized", code: "consent_required" });
    const url = new URL(fault.url ?? "");
    expect(url.origin + url.pathname).toBe("https://account-d.docusign.com/oauth/auth");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      scope: "signature impersonation",
      client_id: integration_key,
      redirect_uri: "https://crm.example.com/",
    });
    expect(await double.provider.check()).toMatchObject({
      works: false,
      problems: [{ code: "consent_required", url: fault.url }],
    });
    await double.set({ integration: { integration_key, consent: true } });
    expect((await double.provider.check()).works).toBe(true);
  });

  it.each([
    ["another key pair", "no_valid_keys_or_signatures", () => ({ private_key: generateKey() })],
    ["another user", "user_not_found", () => ({ user_id: "00000000-0000-4000-8000-000000000000" })],
    ["an integration that is not known", "issuer_not_found", () => ({ integration_key: "00000000-0000-4000-8000-000000000000" })],
    ["an account of another user", "account_not_found", () => ({ account_id: "00000000-0000-4000-8000-000000000000" })],
    [
      "a key that is none",
      "private_key",
      () => ({ private_key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" }),
    ],
    // The double's integration knows one sign-in's host; a statement for the other host gets no token.
  ] as const)("reports the cause for %s", async (_, code, credentials) => {
    const { provider } = { provider: await double.withCredentials(credentials()) };
    const fault = await captureFault(provider.send(buildEnvelope()));
    expect(fault).toMatchObject({ kind: "unauthorized", code });
    expect(fault.message).not.toContain("PRIVATE KEY");
  });
});

const generateKey = (): string =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  }).privateKey;

describe("the server that DocuSign names for an account", () => {
  it.each([
    ["https://demo.docusign.net/", "demo", true],
    ["https://na3.docusign.net/", "production", true],
    ["https://www.docusign.net/", "production", true],
    ["https://demo.docusign.net/", "production", false],
    ["https://na3.docusign.net/", "demo", false],
    ["http://na3.docusign.net/", "production", false],
    ["https://na3.docusign.net:8443/", "production", false],
    ["https://na3.docusign.net.evil.example/", "production", false],
    ["https://evil.example/na3.docusign.net/", "production", false],
    ["https://user@na3.docusign.net/", "production", false],
    ["https://169.254.169.254/", "production", false],
    ["https://localhost/", "demo", false],
    ["nonsense", "demo", false],
  ] as const)("%s in %s: %s", (url, environment, isOwn) => {
    expect(isTrustedBase(url, environment)).toBe(isOwn);
  });
});

describe("an envelope for DocuSign", () => {
  it("follows the definition of the DocuSign API", async () => {
    const envelope = buildEnvelope();
    await double.provider.send(envelope);
    const sent = double.requests.find(({ method, url }) => method === "POST" && url.endsWith("/envelopes"));
    const definition = JSON.parse(String(sent?.body)) as Record<string, unknown>;
    expect(definition).toMatchObject({
      status: "sent",
      transactionId: envelope.request_id,
      customFields: { textCustomFields: [{ name: "crm_request_id", value: envelope.request_id }] },
      documents: [{ documentId: "1", fileExtension: "pdf" }],
      recipients: {
        signers: [
          { recipientId: "1", routingOrder: "1", email: "grace@harbour.example" },
          { recipientId: "2", routingOrder: "2" },
        ],
      },
      notification: {
        useAccountDefaults: "false",
        reminders: { reminderEnabled: "true", reminderDelay: "3", reminderFrequency: "3" },
        expirations: { expireEnabled: "true", expireAfter: "14" },
      },
      eventNotification: { url: "https://crm.example.com/hooks/h1", includeHMAC: "true", deliveryMode: "SIM" },
    });
    expect(JSON.stringify(definition)).not.toContain("clientUserId");
  });
});
