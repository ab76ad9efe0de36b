import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import * as z from "zod";
import { Clock } from "../../../kernel/clock.ts";
import type { Web, WebRequest, WebResponse } from "../../../kernel/ports.ts";
import { isFault } from "../../../lib/provider-http/fault.ts";
import { fault, isPdf, unreachable } from "../../../lib/provider-http/http.rules.ts";
import { type AccountCheck, ProviderClient } from "../../../lib/provider-http/provider-client.ts";
import {
  authHosts,
  buildDefinition,
  CUSTOM_FIELD,
  consentUrl,
  type Environment,
  isTrustedBase,
  parseFault,
  parseTokenFault,
  Recipients,
  Summary,
  toFacts,
} from "./docusign.rules.ts";
import type { Envelope, Person, SentEnvelope, SignatureProvider } from "./provider.ts";

/** The DocuSign adapter. It signs in with the JWT grant, for one user of the account who has given consent once. */

export interface DocusignAccount {
  /** Identifies the account and the version of its credentials; tokens are cached under it. */
  key: string;
  environment: Environment;
  /** null: the user's default account. */
  account_id: string | null;
  integration_key: string;
  user_id: string;
  private_key: string;
  /** One of the integration's redirect URIs. The user returns to it after giving consent. */
  redirect_uri: string;
}

/** Token and server of an account, and when the token ends. */
interface AccountSession {
  token: string;
  baseUrl: string;
  account_name: string | null;
  expiresAt: number;
}

/** Sessions of this process, by account and credentials. The oldest entry is removed first. */
const sessions = new Map<string, Promise<AccountSession>>();
const MAX_SESSIONS = 200;
/** A token is not used any more this many milliseconds before its end. */
const EXPIRY_MARGIN_MS = 60_000;
/** Validity of an assertion; the maximum that DocuSign allows. */
const ASSERTION_SECONDS = 3600;

const DEFAULT_LIMITS = { timeoutSeconds: 20, maxBytes: 1_000_000 };
/** A signed document is larger than the one sent, because pages of signatures are added. */
const MAX_FILE_BYTES = 60_000_000;

const Token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().min(1).max(86_400) });
const UserInfo = z.object({
  accounts: z.array(
    z.object({
      account_id: z.string(),
      account_name: z.string().nullish(),
      is_default: z.union([z.boolean(), z.string()]).nullish(),
      base_uri: z.string(),
    }),
  ),
});
const CreatedEnvelope = z.object({ envelopeId: z.string().min(1).max(100) });
const EnvelopeList = z.object({
  envelopes: z.array(z.object({ envelopeId: z.string(), status: z.string().nullish() })).nullish(),
});
const RecipientUpdates = z.object({
  recipientUpdateResults: z
    .array(
      z.object({
        recipientId: z.string().nullish(),
        errorDetails: z.object({ errorCode: z.string().nullish(), message: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});

export function docusign(web: Web, account: DocusignAccount): SignatureProvider {
  const { environment, integration_key, user_id, private_key, redirect_uri } = account;
  const host = authHosts[environment];
  const secrets = (token?: string): string[] => [private_key, private_key.trim(), ...(token ? [token] : [])];

  const service = new ProviderClient(web, "DocuSign", DEFAULT_LIMITS);

  /** Builds the signed JWT that names the integration and the user (RFC 7523). */
  const assertion = async (): Promise<string> => {
    const now = Math.floor(Clock.ms() / 1000);
    let key: ReturnType<typeof createPrivateKey>;
    try {
      key = createPrivateKey(private_key);
    } catch {
      throw fault("unauthorized", "private_key", "The private key cannot be read: it must be an RSA key in PEM");
    }
    return new SignJWT({ scope: "signature impersonation" })
      .setProtectedHeader({ alg: "RS256", typ: "JWT" })
      .setIssuer(integration_key)
      .setSubject(user_id)
      .setAudience(host)
      .setIssuedAt(now)
      .setExpirationTime(now + ASSERTION_SECONDS)
      .sign(key);
  };

  const signIn = async (): Promise<AccountSession> => {
    const response = await service.send({
      method: "POST",
      url: `https://${host}/oauth/token`,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: await assertion(),
      }).toString(),
    });
    const consent = consentUrl(environment, integration_key, redirect_uri);
    const tokenFault = parseTokenFault(response, Clock.ms(), consent, secrets());
    if (tokenFault) throw tokenFault;
    const { access_token, expires_in } = service.parseBody(Token, response);
    const until = Clock.ms() + expires_in * 1000 - EXPIRY_MARGIN_MS;
    const info = await service.send({
      method: "GET",
      url: `https://${host}/oauth/userinfo`,
      headers: { authorization: `Bearer ${access_token}`, accept: "application/json" },
    });
    const fails = parseFault(info, Clock.ms(), secrets(access_token));
    if (fails) throw fails;
    const { accounts } = service.parseBody(UserInfo, info);
    const userAccount = account.account_id
      ? accounts.find(({ account_id }) => account_id.toLowerCase() === account.account_id?.toLowerCase())
      : (accounts.find(({ is_default }) => String(is_default) === "true") ?? accounts[0]);
    if (!userAccount) throw fault("unauthorized", "account_not_found", "The user is not a member of the account");
    if (!isTrustedBase(`${userAccount.base_uri}/`, environment))
      throw fault("unauthorized", "base_uri", "DocuSign returned a server address that does not belong to DocuSign");
    const base = `${userAccount.base_uri}/restapi/v2.1/accounts/${encodeURIComponent(userAccount.account_id)}`;
    return { token: access_token, baseUrl: base, account_name: userAccount.account_name ?? null, expiresAt: until };
  };

  /** Returns the session of the account. Concurrent callers wait for one sign-in. */
  const door = async (): Promise<AccountSession> => {
    const cachedSession = sessions.get(account.key);
    if (cachedSession !== undefined) {
      const open = await cachedSession;
      if (open.expiresAt > Clock.ms()) return open;
      // Another waiting caller has started a new sign-in.
      if ((sessions.get(account.key) ?? cachedSession) !== cachedSession) return door();
    }
    const opening = signIn();
    sessions.delete(account.key);
    sessions.set(account.key, opening);
    if (sessions.size > MAX_SESSIONS) sessions.delete(sessions.keys().next().value ?? "");
    opening.catch(() => {
      if (sessions.get(account.key) === opening) sessions.delete(account.key);
    });
    return opening;
  };

  /** Calls the API. After a 401 it signs in again and repeats the call once; a call that was answered 401 had no effect. */
  const call = async (
    method: WebRequest["method"],
    path: string,
    { body, byteLimit, accept = "application/json" }: { body?: object; byteLimit?: number; accept?: string } = {},
    isLast = false,
  ): Promise<WebResponse> => {
    const { token, baseUrl } = await door();
    const answer = await service.send({
      method,
      url: `${baseUrl}${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        accept,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(byteLimit ? { maxBytes: byteLimit } : {}),
    });
    if (answer.status === 401 && !isLast) {
      sessions.delete(account.key);
      return call(method, path, { ...(body ? { body } : {}), ...(byteLimit ? { maxBytes: byteLimit } : {}), accept }, true);
    }
    const failed = parseFault(answer, Clock.ms(), secrets(token));
    if (failed) throw failed;
    return answer;
  };

  const buildEnvelopePath = (id: string): string => `/envelopes/${encodeURIComponent(id)}`;

  const find = async (request_id: string, tried_at: string): Promise<SentEnvelope | undefined> => {
    const day = new Date(Date.parse(tried_at) - 24 * 60 * 60 * 1000).toISOString();
    // DocuSign finds a transaction id for seven days, and the custom field permanently.
    const queries: Record<string, string>[] = [
      { transaction_ids: request_id },
      { custom_field: `${CUSTOM_FIELD}=${request_id}`, from_date: day },
    ];
    for (const query of queries) {
      const { envelopes } = service.parseBody(
        EnvelopeList,
        await call("GET", `/envelopes?${new URLSearchParams(query).toString()}`),
      );
      const match = envelopes?.find(({ status }) => status !== "created" && status !== "deleted");
      if (match) return { envelope_id: match.envelopeId, isExisting: true };
    }
    return undefined;
  };

  /** Sends the signer again, with a new name and address if given. The API returns for each signer whether it accepted the change. */
  const correct = async (id: string, ref: string, to?: Person): Promise<void> => {
    const { signers } = service.parseBody(Recipients, await call("GET", `${buildEnvelopePath(id)}/recipients`));
    const now = signers?.find(({ recipientId }) => recipientId === ref);
    if (!now) throw fault("gone", "recipient", "The envelope has no such signer");
    const { name, email } = to ?? now;
    const signer = { recipientId: ref, name, email };
    const answer = await call("PUT", `${buildEnvelopePath(id)}/recipients?resend_envelope=true`, { body: { signers: [signer] } });
    for (const { errorDetails } of service.parseBody(RecipientUpdates, answer).recipientUpdateResults ?? []) {
      const code = errorDetails?.errorCode ?? "SUCCESS";
      if (code !== "SUCCESS")
        throw parseFault(toErrorAnswer(errorDetails), Clock.ms(), secrets()) ?? unreachable("DocuSign", code);
    }
  };

  const file = async (id: string, name: "combined" | "certificate"): Promise<Uint8Array> => {
    const query = name === "combined" ? "?certificate=false" : "";
    const { body } = await call("GET", `${buildEnvelopePath(id)}/documents/${name}${query}`, {
      byteLimit: MAX_FILE_BYTES,
      accept: "application/pdf",
    });
    if (!isPdf(body)) throw unreachable("DocuSign", "not a PDF");
    return body;
  };

  const status = async (id: string) =>
    toFacts(
      service.parseBody(Summary, await call("GET", `${buildEnvelopePath(id)}?include=recipients`)),
      Clock.now(),
      "docusign:status",
    );

  return {
    provider: "docusign",
    findFaults: () => [],
    find,
    async send(envelope: Envelope) {
      const existingEnvelope = envelope.tried_at === null ? undefined : await find(envelope.request_id, envelope.tried_at);
      if (existingEnvelope) return existingEnvelope;
      const { envelopeId } = service.parseBody(
        CreatedEnvelope,
        await call("POST", "/envelopes", { body: buildDefinition(envelope) }),
      );
      return { envelope_id: envelopeId, isExisting: false };
    },
    status,
    async void(id, reason) {
      try {
        await call("PUT", buildEnvelopePath(id), { body: { status: "voided", voidedReason: reason.slice(0, 200) } });
      } catch (error) {
        // If the envelope is voided or expired already, the goal is reached.
        if (!isFault(error, "refused")) throw error;
        const { state } = await status(id);
        if (state !== "voided" && state !== "expired") throw error;
      }
    },
    remind: (id, signer) => correct(id, signer),
    reassign: (id, signer, to) => correct(id, signer, to),
    downloadSignedFile: (id) => file(id, "combined"),
    downloadCertificate: (id) => file(id, "certificate"),
    check: async (): Promise<AccountCheck> => {
      sessions.delete(account.key);
      try {
        const { account_name } = await door();
        await call("GET", "");
        return { works: true, problems: [], account_name };
      } catch (error) {
        if (!isFault(error)) throw error;
        const { code, message, url } = error;
        return { works: false, problems: [{ code, message, ...(url ? { url } : {}) }], account_name: null };
      }
    },
  };
}

const toErrorAnswer = (details: unknown): WebResponse => ({
  status: 400,
  headers: {},
  body: Buffer.from(JSON.stringify(details ?? {})),
});

/** Clears the cached tokens, for tests. */
export const forgetTokens = (): void => sessions.clear();
