import { createHmac, generateKeyPairSync } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { WebRequest, WebResponse } from "@crm/core/kernel/ports.ts";
import { importSPKI, jwtVerify } from "jose";
import {
  type Act,
  type Hook,
  jsonResponse,
  type OutgoingEvent,
  type ProviderDouble,
  type ProviderState,
  pdfResponse,
  randomId,
} from "./double.ts";
import { buildCertificatePdf, buildSignedPdf } from "./signed-documents.ts";

/**
 * DocuSign, as its published API behaves (docs/agreements/signature-providers.md): sign-in by JWT grant with real signatures, userinfo, envelopes
 * with routing, corrections, files and Connect.
 */
interface Integration {
  integration_key: string;
  user_id: string;
  account_id: string;
  public_key: string;
  consent: boolean;
}

interface Signer {
  recipientId: string;
  recipientIdGuid: string;
  name: string;
  email: string;
  routingOrder: string;
  status: string;
  sentDateTime?: string;
  deliveredDateTime?: string;
  signedDateTime?: string;
  declinedDateTime?: string;
  declinedReason?: string;
}

interface Envelope {
  envelopeId: string;
  accountId: string;
  userId: string;
  transactionId: string | null;
  status: string;
  emailSubject: string;
  customFields: { name: string; value: string }[];
  signers: Signer[];
  document: string;
  createdDateTime: string;
  sentDateTime: string;
  statusChangedDateTime: string;
  expireDateTime: string | null;
  deliveredDateTime?: string;
  completedDateTime?: string;
  declinedDateTime?: string;
  voidedDateTime?: string;
  voidedReason?: string;
  hook: string | null;
}

const AUTH_HOSTS = {
  "account-d.docusign.com": "https://demo.docusign.net",
  "account.docusign.com": "https://na3.docusign.net",
} as const;
const API_HOSTS = ["demo.docusign.net", "na3.docusign.net", "www.docusign.net"];
/** Seconds for which an access token is valid. */
const TOKEN_SECONDS = 3600;
const FINAL_STATUSES = ["completed", "declined", "voided"];

const errorResponse = (status: number, errorCode: string, message: string, headers?: Record<string, string>): WebResponse =>
  jsonResponse(status, { errorCode, message }, headers);

const DEFAULT_INTEGRATION = {
  integration_key: "7c2b8d7e-83c3-4940-af5e-cda8a50dd73f",
  user_id: "5f3a2c10-6c1b-4c9a-9f0a-2d6f1a7b9c01",
  account_id: "3f1c9a52-4d0e-4c1e-8a0c-0b7d5c2f6e11",
};

export function docusignDouble(state: ProviderState): ProviderDouble {
  const integrations = (): Integration[] => state.list<Integration>("integration");
  const findIntegration = (key: unknown): Integration | undefined =>
    integrations().find(({ integration_key }) => integration_key === String(key).toLowerCase());

  const token = async (request: WebRequest): Promise<WebResponse> => {
    const form = new URLSearchParams(String(request.body ?? ""));
    const fails = (description: string, code = "invalid_grant"): WebResponse =>
      jsonResponse(400, { error: code, ...(description ? { error_description: description } : {}) });
    if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") return fails("unsupported_grant_type");
    const assertion = form.get("assertion") ?? "";
    const payload = parseClaims(assertion);
    const integration = findIntegration(payload.iss);
    if (!integration) return fails("issuer_not_found");
    const now = Math.floor(Clock.ms() / 1000);
    try {
      await jwtVerify(assertion, await importSPKI(integration.public_key, "RS256"), {
        algorithms: ["RS256"],
        audience: new URL(request.url).host,
        currentDate: new Date(Clock.ms()),
        clockTolerance: 60,
      });
    } catch (cause) {
      const { code } = cause as { code?: string };
      return fails(code === "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" ? "no_valid_keys_or_signatures" : "invalid_assertion");
    }
    if (Number(payload.exp) - Number(payload.iat) > 3600 || Number(payload.iat) > now + 60) return fails("invalid_assertion");
    if (payload.sub !== integration.user_id) return fails("user_not_found");
    const scopes = String(payload.scope).split(" ");
    if (!scopes.includes("signature") || !scopes.includes("impersonation")) return fails("invalid_scope");
    if (!integration.consent) return fails("", "consent_required");
    const access_token = `ds.${randomId()}${randomId()}`;
    state.put("token", access_token, { integration_key: integration.integration_key, until: now + TOKEN_SECONDS });
    return jsonResponse(200, { access_token, token_type: "Bearer", expires_in: TOKEN_SECONDS, scope: "signature impersonation" });
  };

  const bearer = ({ headers }: WebRequest): Integration | undefined => {
    const [, accessToken = ""] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
    const storedToken = state.get<{ integration_key: string; until: number }>("token", accessToken);
    return storedToken && storedToken.until > Clock.ms() / 1000 ? findIntegration(storedToken.integration_key) : undefined;
  };

  const userinfo = (request: WebRequest, base_uri: string): WebResponse => {
    const integration = bearer(request);
    if (!integration) return jsonResponse(401, { error: "invalid_token" });
    return jsonResponse(200, {
      sub: integration.user_id,
      name: "Ada Admin",
      email: "ada@example.com",
      accounts: [{ account_id: integration.account_id, is_default: true, account_name: "Harbour Insurance", base_uri }],
    });
  };

  const save = (envelope: Envelope): void => state.put("envelope", envelope.envelopeId, envelope);

  const create = (integration: Integration, body: EnvelopeDefinition): WebResponse => {
    const invalidResponse = validateDefinition(body);
    if (invalidResponse) return invalidResponse;
    const now = Clock.now();
    const days = Number(body.notification?.expirations?.expireAfter ?? 120);
    const envelope: Envelope = {
      envelopeId: randomId(),
      accountId: integration.account_id,
      userId: integration.user_id,
      transactionId: body.transactionId ?? null,
      status: "sent",
      emailSubject: String(body.emailSubject),
      customFields: (body.customFields?.textCustomFields ?? []).map(({ name, value }) => ({
        name: String(name),
        value: String(value),
      })),
      signers: (body.recipients?.signers ?? []).map(({ recipientId, name, email, routingOrder = "1" }) => ({
        ...{ recipientId: String(recipientId), recipientIdGuid: randomId(), name: String(name), email: String(email) },
        ...{ routingOrder: String(routingOrder), status: "created" },
      })),
      document: String(body.documents?.[0]?.documentBase64),
      ...{ createdDateTime: now, sentDateTime: now, statusChangedDateTime: now },
      expireDateTime: Clock.addSeconds(days * 86_400),
      hook: body.eventNotification?.url ?? null,
    };
    const next = sendToNextSigners(envelope, now);
    save(next);
    for (const signer of next.signers) invite(next, signer);
    queue(next, [
      ["envelope-sent"],
      ...next.signers.filter(isSent).map((signer): EnvelopeEvent => ["recipient-sent", signer.recipientId]),
    ]);
    return jsonResponse(201, {
      envelopeId: next.envelopeId,
      uri: `/envelopes/${next.envelopeId}`,
      statusDateTime: now,
      status: "sent",
    });
  };

  /** Sends the provider's own invitation to a signer to whom the envelope has been sent. */
  const invite = (envelope: Envelope, signer: Signer, again = ""): void => {
    if (!isSent(signer)) return;
    const id = `${envelope.envelopeId}-${signer.recipientIdGuid}-${signer.email}${again}`;
    const text = `Review and sign: ${envelope.emailSubject}`;
    state.sendMail(id, { to: signer.email, subject: `Complete with DocuSign: ${envelope.emailSubject}`, text });
  };

  const presentEnvelope = (envelope: Envelope, withRecipients: boolean): object => {
    const { signers, document: _document, hook: _hook, customFields, accountId: _account, userId: _user, ...rest } = envelope;
    return {
      ...rest,
      documentsUri: `/envelopes/${envelope.envelopeId}/documents`,
      recipientsUri: `/envelopes/${envelope.envelopeId}/recipients`,
      customFields: { textCustomFields: customFields, listCustomFields: [] },
      ...(withRecipients ? { recipients: presentRecipients(signers) } : {}),
    };
  };

  /** Queues events for the hook of the account and the hook of the envelope itself. */
  const queue = (envelope: Envelope, envelopeEvents: readonly EnvelopeEvent[]): OutgoingEvent[] => {
    const account = state.get<Hook>("hook", "account");
    const hooks = [
      ...(account ? [account] : []),
      ...(envelope.hook ? [{ url: envelope.hook, secrets: account?.secrets ?? [] }] : []),
    ];
    const unique = hooks.filter(({ url }, index) => hooks.findIndex((hook) => hook.url === url) === index);
    const events = envelopeEvents.flatMap(([event, recipientId]) =>
      unique.map((hook) => waiting(envelope, hook, event, recipientId)),
    );
    for (const event of events) state.put("waiting", event.id, event);
    return events;
  };

  const waiting = (envelope: Envelope, { url, secrets }: Hook, event: string, recipientId?: string): OutgoingEvent => {
    const { envelopeId, accountId, userId } = envelope;
    const body = JSON.stringify({
      event,
      apiVersion: "v2.1",
      uri: `/restapi/v2.1/accounts/${accountId}/envelopes/${envelopeId}`,
      retryCount: 0,
      configurationId: 10_363_315,
      generatedDateTime: Clock.now().replace("Z", "0000Z"),
      data: {
        accountId,
        userId,
        envelopeId,
        ...(recipientId === undefined ? {} : { recipientId }),
        envelopeSummary: presentEnvelope(envelope, true),
      },
    });
    const signatures = secrets.map((secret, index) => [
      `x-docusign-signature-${index + 1}`,
      createHmac("sha256", secret).update(body).digest("base64"),
    ]);
    const headers = { "content-type": "application/json", ...(Object.fromEntries(signatures) as Record<string, string>) };
    return { id: randomId(), provider: "docusign", envelope_id: envelopeId, event, url, headers, body };
  };

  const list = (query: URLSearchParams, integration: Integration): WebResponse => {
    const ids = query.get("transaction_ids")?.split(",");
    const from = query.get("from_date");
    const field = query.get("custom_field");
    if (!ids && !from && !query.get("envelope_ids"))
      return errorResponse(
        400,
        "INVALID_REQUEST_PARAMETER",
        "The request contained at least one invalid parameter. from_date, envelope_ids or transaction_ids is required.",
      );
    const week = Clock.ms() - 7 * 86_400_000;
    const matches = state
      .list<Envelope>("envelope")
      .filter(({ accountId }) => accountId === integration.account_id)
      .filter(
        ({ transactionId, createdDateTime }) => !ids || (ids.includes(transactionId ?? "") && Date.parse(createdDateTime) > week),
      )
      .filter(({ statusChangedDateTime }) => !from || statusChangedDateTime >= new Date(from).toISOString())
      .filter(({ customFields }) => !field || customFields.some(({ name, value }) => `${name}=${value}` === field));
    const size = String(matches.length);
    return jsonResponse(200, {
      resultSetSize: size,
      totalSetSize: size,
      startPosition: "0",
      envelopes: matches.map((envelope) => presentEnvelope(envelope, false)),
    });
  };

  const change = (envelope: Envelope, body: { status?: string; voidedReason?: string }): WebResponse => {
    if (body.status !== "voided") return jsonResponse(200, { envelopeId: envelope.envelopeId });
    if (FINAL_STATUSES.includes(envelope.status))
      return errorResponse(
        400,
        "ENVELOPE_CANNOT_VOID_INVALID_STATE",
        "Only envelopes in the 'Sent' or 'Delivered' states may be voided.",
      );
    if (!body.voidedReason)
      return errorResponse(
        400,
        "INVALID_REQUEST_PARAMETER",
        "The request contained at least one invalid parameter. voidedReason is required.",
      );
    const next = finishEnvelope(envelope, "voided", { voidedReason: body.voidedReason });
    save(next);
    queue(next, [["envelope-voided"]]);
    return jsonResponse(200, { envelopeId: next.envelopeId });
  };

  const correct = (envelope: Envelope, body: { signers?: Partial<Signer>[] }, isResent: boolean): WebResponse => {
    if (FINAL_STATUSES.includes(envelope.status))
      return errorResponse(
        400,
        "ENVELOPE_INVALID_STATUS",
        "Invalid envelope status. Envelope status is not one of: Created, Sent, Delivered.",
      );
    const results = (body.signers ?? []).map((signerInput) => {
      const { recipientId = "" } = signerInput;
      const now = envelope.signers.find((signer) => signer.recipientId === recipientId);
      const buildResult = (errorCode: string, message: string) => ({ recipientId, errorDetails: { errorCode, message } });
      if (!now) return buildResult("INVALID_RECIPIENT_ID", "The recipientId specified is not in the envelope.");
      if (now.status === "completed" || now.status === "declined")
        return buildResult("RECIPIENT_ALREADY_COMPLETED", "The recipient has already signed the document.");
      if (signerInput.email !== undefined && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(signerInput.email))
        return buildResult("INVALID_EMAIL_ADDRESS_FOR_RECIPIENT", "The email address for the recipient is invalid.");
      const isOther = (signerInput.email ?? now.email) !== now.email;
      Object.assign(now, { name: signerInput.name ?? now.name, email: signerInput.email ?? now.email });
      if (isOther && isSent(now)) Object.assign(now, { status: "sent", sentDateTime: Clock.now() });
      if (isResent) invite(envelope, now, isOther ? "" : `-${Clock.now()}`);
      return buildResult("SUCCESS", "");
    });
    save(envelope);
    return jsonResponse(200, { recipientUpdateResults: results });
  };

  const serveAccount = async (request: WebRequest): Promise<WebResponse> => {
    const url = new URL(request.url);
    const integration = bearer(request);
    if (!integration)
      return errorResponse(401, "AUTHORIZATION_INVALID_TOKEN", "The access token provided is expired, revoked or malformed.");
    const [, account = "", rest = ""] = /^\/restapi\/v2\.1\/accounts\/([^/]+)(.*)$/.exec(url.pathname) ?? [];
    if (account === "") return errorResponse(404, "RESOURCE_NOT_FOUND", "The URL provided does not resolve to a resource.");
    if (account !== integration.account_id)
      return errorResponse(
        401,
        "USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT",
        "The specified user does not belong to the specified account.",
      );
    const body = parseBody(request);
    if (body === undefined)
      return errorResponse(400, "INVALID_REQUEST_BODY", "The request body is missing or improperly formatted.");
    if (rest === "" && request.method === "GET")
      return jsonResponse(200, { accountIdGuid: account, accountName: "Harbour Insurance" });
    if (rest === "/envelopes")
      return request.method === "POST" ? create(integration, body as EnvelopeDefinition) : list(url.searchParams, integration);
    const [, id = "", part = ""] = /^\/envelopes\/([^/]+)(.*)$/.exec(rest) ?? [];
    const storedEnvelope = state.get<Envelope>("envelope", id);
    if (!storedEnvelope || storedEnvelope.accountId !== account)
      return errorResponse(
        400,
        "ENVELOPE_DOES_NOT_EXIST",
        "The envelope specified either does not exist or you have no rights to it.",
      );
    const envelope = outlived(storedEnvelope);
    const key = `${request.method} ${part}`;
    if (key === "GET ")
      return jsonResponse(200, presentEnvelope(envelope, (url.searchParams.get("include") ?? "").includes("recipients")));
    if (key === "PUT ") return change(envelope, body);
    if (key === "GET /recipients") return jsonResponse(200, presentRecipients(envelope.signers));
    if (key === "PUT /recipients") return correct(envelope, body, url.searchParams.get("resend_envelope") === "true");
    if (key === "GET /documents/combined")
      return pdfResponse(await buildSignedPdf("DocuSign", envelope.envelopeId, envelope.document, envelope.signers));
    if (key === "GET /documents/certificate" && state.get("certificate", "given") === false)
      return errorResponse(404, "RESOURCE_NOT_FOUND", "The URL provided does not resolve to a resource.");
    if (key === "GET /documents/certificate")
      return pdfResponse(await buildCertificatePdf(envelope.envelopeId, envelope.status, envelope.signers));
    return errorResponse(404, "RESOURCE_NOT_FOUND", "The URL provided does not resolve to a resource.");
  };

  /** Returns the envelope, voided if it has expired. Called whenever an envelope is read. */
  const outlived = (envelope: Envelope): Envelope => {
    if (FINAL_STATUSES.includes(envelope.status) || !envelope.expireDateTime || envelope.expireDateTime > Clock.now())
      return envelope;
    const next = finishEnvelope(envelope, "voided", { voidedReason: "Envelope has expired." });
    save(next);
    queue(next, [["envelope-voided"]]);
    return next;
  };

  return {
    provider: "docusign",
    hosts: [...Object.keys(AUTH_HOSTS), ...API_HOSTS],
    async serve(request) {
      const { host, pathname } = new URL(request.url);
      await loadCredentials();
      if (!Object.hasOwn(AUTH_HOSTS, host)) return serveAccount(request);
      if (pathname === "/oauth/token" && request.method === "POST") return token(request);
      if (pathname === "/oauth/userinfo") return userinfo(request, AUTH_HOSTS[host as keyof typeof AUTH_HOSTS]);
      return jsonResponse(404, { error: "not_found" });
    },
    failureResponse: (mode) =>
      ({
        error: errorResponse(503, "SERVICE_UNAVAILABLE", "The service is currently unavailable."),
        refused: errorResponse(400, "INVALID_REQUEST_PARAMETER", "The request contained at least one invalid parameter."),
        rate_limited: errorResponse(
          400,
          "HOURLY_APIINVOCATION_LIMIT_EXCEEDED",
          "The maximum number of hourly API invocations has been exceeded. The hourly limit is 3000.",
          {
            "x-ratelimit-limit": "3000",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": String(Math.ceil(Clock.ms() / 1000) + 600),
          },
        ),
      })[mode],
    credentials: loadCredentials,
    async configure({ integration, hook, certificate }) {
      if (typeof certificate === "boolean") state.put("certificate", "given", certificate);
      if (integration !== undefined) {
        const { integration_key, user_id, account_id, public_key, consent = true } = integration as Partial<Integration>;
        if (!integration_key) return "integration.integration_key is missing";
        const before = findIntegration(integration_key);
        const next = {
          ...before,
          ...omitUndefined({ user_id, account_id, public_key }),
          integration_key: integration_key.toLowerCase(),
          consent,
        };
        if (!next.user_id || !next.account_id || !next.public_key)
          return "An integration requires integration_key, user_id, account_id and public_key";
        state.put("integration", next.integration_key, next);
      }
      state.setHook(hook);
      return undefined;
    },
    async performAct(envelope_id, act) {
      const storedEnvelope = state.get<Envelope>("envelope", envelope_id);
      if (!storedEnvelope) return { wrong: "No such envelope" };
      const envelope = outlived(storedEnvelope);
      if (FINAL_STATUSES.includes(envelope.status)) return { wrong: `The envelope is ${envelope.status}` };
      const done = applyAct(envelope, act);
      if ("wrong" in done) return done;
      save(done.envelope);
      for (const signer of done.envelope.signers) invite(done.envelope, signer);
      return { events: queue(done.envelope, done.told) };
    },
    listEnvelopes: () => state.list<Envelope>("envelope").map((envelope) => presentEnvelope(envelope, true)),
  };

  /** Returns the built-in account. Its key pair is made when it is first requested. */
  async function loadCredentials(): Promise<Record<string, string>> {
    const storedKey = state.get<{ private_key: string }>("own", "key");
    if (storedKey) return { ...DEFAULT_INTEGRATION, ...storedKey };
    const pair = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    state.put("own", "key", { private_key: pair.privateKey });
    state.put("integration", DEFAULT_INTEGRATION.integration_key, {
      ...DEFAULT_INTEGRATION,
      public_key: pair.publicKey,
      consent: true,
    });
    return { ...DEFAULT_INTEGRATION, private_key: pair.privateKey };
  }
}

type EnvelopeEvent = readonly [event: string, recipientId?: string];

interface EnvelopeDefinition {
  status?: string;
  emailSubject?: string;
  transactionId?: string;
  documents?: { documentId?: string; name?: string; documentBase64?: string; fileExtension?: string }[];
  recipients?: {
    signers?: { recipientId?: string; name?: string; email?: string; routingOrder?: string; clientUserId?: string }[];
  };
  customFields?: { textCustomFields?: { name?: string; value?: string }[] };
  notification?: { expirations?: { expireAfter?: string } };
  eventNotification?: { url?: string };
}

/** Returns the API's error for an invalid definition, or undefined. */
function validateDefinition({
  documents,
  recipients,
  emailSubject,
  eventNotification,
}: EnvelopeDefinition): WebResponse | undefined {
  if (!emailSubject)
    return errorResponse(
      400,
      "ENVELOPE_IS_INCOMPLETE",
      "The Envelope is not Complete. A Complete Envelope Requires Documents, Recipients, Tabs, and a Subject Line.",
    );
  if (emailSubject.length > 100) return errorResponse(400, "INVALID_REQUEST_PARAMETER", "emailSubject exceeds 100 characters.");
  if (!documents?.length || !recipients?.signers?.length)
    return errorResponse(
      400,
      "ENVELOPE_IS_INCOMPLETE",
      "The Envelope is not Complete. A Complete Envelope Requires Documents, Recipients, Tabs, and a Subject Line.",
    );
  for (const { documentId, name, documentBase64 } of documents) {
    if (!documentId || !/^\d+$/.test(documentId))
      return errorResponse(400, "INVALID_REQUEST_PARAMETER", "documentId is not a number.");
    if (!name) return errorResponse(400, "INVALID_REQUEST_PARAMETER", "A document has no name.");
    const bytes = Buffer.from(documentBase64 ?? "", "base64");
    if (bytes.length === 0 || bytes.subarray(0, 5).toString() !== "%PDF-")
      return errorResponse(400, "UNABLE_TO_LOAD_DOCUMENT", "Unable to load the document.");
  }
  const ids = recipients.signers.map(({ recipientId }) => recipientId);
  if (new Set(ids).size !== ids.length || ids.some((id) => !id))
    return errorResponse(400, "INVALID_RECIPIENT_ID", "Recipient ids must be unique.");
  for (const { name, email, routingOrder = "1" } of recipients.signers) {
    if (!name) return errorResponse(400, "INVALID_USERNAME_FOR_RECIPIENT", "The name for the recipient is invalid.");
    if (!email || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
      return errorResponse(400, "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT", "The email address for the recipient is invalid.");
    if (!/^[1-9]\d*$/.test(String(routingOrder)))
      return errorResponse(400, "INVALID_ROUTING_ORDER", "The routing order is not a positive number.");
  }
  if (eventNotification?.url !== undefined && !/^https?:\/\//.test(eventNotification.url))
    return errorResponse(400, "INVALID_REQUEST_PARAMETER", "eventNotification.url is not a URL.");
  return undefined;
}

const isSent = ({ status }: Signer): boolean => status === "sent" || status === "delivered";

const presentRecipients = (signers: readonly Signer[]) => ({
  signers,
  agents: [],
  editors: [],
  intermediaries: [],
  carbonCopies: [],
  certifiedDeliveries: [],
  recipientCount: String(signers.length),
});

/** Sends the envelope to the signers of the lowest routing order that has not signed yet. */
function sendToNextSigners(envelope: Envelope, now: string): Envelope {
  const open = envelope.signers.filter(({ status }) => status !== "completed");
  const next = Math.min(...open.map(({ routingOrder }) => Number(routingOrder)));
  const signers = envelope.signers.map((signer) =>
    signer.status === "created" && Number(signer.routingOrder) === next
      ? { ...signer, status: "sent", sentDateTime: now }
      : signer,
  );
  return { ...envelope, signers };
}

const finishEnvelope = (
  envelope: Envelope,
  status: "completed" | "declined" | "voided",
  more: Partial<Envelope> = {},
): Envelope => {
  const now = Clock.now();
  return { ...envelope, status, statusChangedDateTime: now, [`${status}DateTime`]: now, ...more };
};

function applyAct(
  envelope: Envelope,
  { do: action, signer: ref, reason }: Act,
): { wrong: string } | { envelope: Envelope; told: EnvelopeEvent[] } {
  const now = Clock.now();
  if (action === "expire")
    return {
      envelope: finishEnvelope(envelope, "voided", { voidedReason: "Envelope has expired." }),
      told: [["envelope-voided"]],
    };
  if (action === "void")
    return { envelope: finishEnvelope(envelope, "voided", { voidedReason: reason ?? "Voided" }), told: [["envelope-voided"]] };
  const signer = envelope.signers.find(({ recipientId }) => recipientId === (ref ?? "1"));
  if (!signer) return { wrong: "No such signer" };
  if (!isSent(signer)) return { wrong: `The signer cannot act now: the status is ${signer.status}` };
  const as = (more: Partial<Signer>): Envelope => ({
    ...envelope,
    signers: envelope.signers.map((currentSigner) => (currentSigner === signer ? { ...currentSigner, ...more } : currentSigner)),
  });
  if (action === "deliver") {
    const seen = as({ status: "delivered", deliveredDateTime: now });
    const isAll = seen.signers.every(({ status }) => status === "delivered" || status === "completed");
    const next = isAll ? { ...seen, status: "delivered", deliveredDateTime: now, statusChangedDateTime: now } : seen;
    return {
      envelope: next,
      told: [["recipient-delivered", signer.recipientId], ...(isAll ? [["envelope-delivered"] as const] : [])],
    };
  }
  if (action === "decline") {
    const declinedReason = reason ?? "I do not agree";
    const next = finishEnvelope(as({ status: "declined", declinedDateTime: now, declinedReason }), "declined");
    return { envelope: next, told: [["recipient-declined", signer.recipientId], ["envelope-declined"]] };
  }
  if (action !== "sign") return { wrong: "The action must be deliver, sign, decline, expire or void" };
  const signed = as({ status: "completed", signedDateTime: now, deliveredDateTime: signer.deliveredDateTime ?? now });
  const isAll = signed.signers.every(({ status }) => status === "completed");
  const next = isAll ? finishEnvelope(signed, "completed") : sendToNextSigners(signed, now);
  const woken = next.signers.filter((each, index) => each.status === "sent" && envelope.signers[index]?.status === "created");
  return {
    envelope: next,
    told: [
      ["recipient-completed", signer.recipientId],
      ...woken.map((nextSigner): EnvelopeEvent => ["recipient-sent", nextSigner.recipientId]),
      ...(isAll ? [["envelope-completed"] as const] : []),
    ],
  };
}

/** Parses the claims of an assertion without a check; the caller verifies the signature. */
function parseClaims(assertion: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(assertion.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function parseBody({ body }: WebRequest): Record<string, never> | undefined {
  if (body === undefined) return {};
  try {
    return JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString()) as Record<string, never>;
  } catch {
    return undefined;
  }
}

const omitUndefined = <T extends object>(input: T): Partial<T> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Partial<T>;
