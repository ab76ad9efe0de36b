import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { Web, WebAnswer, WebRequest } from "../../kernel/ports.ts";
import { isFault } from "../../provider/fault.ts";
import { fault, isPdf, unreachable } from "../../provider/http.rules.ts";
import { type Check, Service } from "../../provider/service.ts";
import {
  authHost,
  CUSTOM_FIELD,
  consentUrl,
  definitionOf,
  type Environment,
  factsOf,
  faultIn,
  isBase,
  Recipients,
  Summary,
  tokenFaultIn,
} from "./docusign.rules.ts";
import type { Envelope, Person, Sent, SignatureProvider } from "./provider.ts";

/** DocuSign, by JWT grant: we act for one user of the account, who has allowed it once. */

export interface DocusignAccount {
  /** Names the account and the state of its credentials: a token is kept under it. */
  key: string;
  environment: Environment;
  /** The user's default account where none is named. */
  account_id: string | null;
  integration_key: string;
  user_id: string;
  private_key: string;
  /** One of the integration's redirect URIs: where a user comes back to who has given consent. */
  redirect_uri: string;
}

/** Under which an account is served, and until when. */
interface Door {
  token: string;
  base: string;
  account_name: string | null;
  until: number;
}

/** Tokens of this process, by account and credentials; the oldest goes first. */
const doors = new Map<string, Promise<Door>>();
const MOST_DOORS = 200;
/** Milliseconds before its end at which a token is not used any more. */
const MARGIN = 60_000;
/** Seconds for which an assertion is good, which is the longest. */
const GOOD_FOR = 3600;

const USUAL = { seconds: 20, most: 1_000_000 };
/** A signed document is the one sent, with pages of signatures. */
const MOST_FILE = 60_000_000;

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
const Created = z.object({ envelopeId: z.string().min(1).max(100) });
const Listed = z.object({ envelopes: z.array(z.object({ envelopeId: z.string(), status: z.string().nullish() })).nullish() });
const Updated = z.object({
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
  const host = authHost[environment];
  const secrets = (token?: string): string[] => [private_key, private_key.trim(), ...(token ? [token] : [])];

  const service = new Service(web, "DocuSign", USUAL);

  /** A signed statement that we are the integration, and for whom we act (RFC 7523). */
  const assertion = async (): Promise<string> => {
    const now = Math.floor(Clock.ms() / 1000);
    let key: ReturnType<typeof createPrivateKey>;
    try {
      key = createPrivateKey(private_key);
    } catch {
      throw fault("unauthorized", "private_key", "The private key cannot be read: it is a PEM of an RSA key");
    }
    return new SignJWT({ scope: "signature impersonation" })
      .setProtectedHeader({ alg: "RS256", typ: "JWT" })
      .setIssuer(integration_key)
      .setSubject(user_id)
      .setAudience(host)
      .setIssuedAt(now)
      .setExpirationTime(now + GOOD_FOR)
      .sign(key);
  };

  const signIn = async (): Promise<Door> => {
    const given = await service.ask({
      method: "POST",
      url: `https://${host}/oauth/token`,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: await assertion(),
      }).toString(),
    });
    const consent = consentUrl(environment, integration_key, redirect_uri);
    const refused = tokenFaultIn(given, Clock.ms(), consent, secrets());
    if (refused) throw refused;
    const { access_token: token, expires_in } = service.read(Token, given);
    const until = Clock.ms() + expires_in * 1000 - MARGIN;
    const info = await service.ask({
      method: "GET",
      url: `https://${host}/oauth/userinfo`,
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    });
    const fails = faultIn(info, Clock.ms(), secrets(token));
    if (fails) throw fails;
    const { accounts } = service.read(UserInfo, info);
    const own = account.account_id
      ? accounts.find(({ account_id }) => account_id.toLowerCase() === account.account_id?.toLowerCase())
      : (accounts.find(({ is_default }) => String(is_default) === "true") ?? accounts[0]);
    if (!own) throw fault("unauthorized", "account_not_found", "The user is no member of the account");
    if (!isBase(`${own.base_uri}/`, environment))
      throw fault("unauthorized", "base_uri", "DocuSign names a server for the account that is not one of its own");
    const base = `${own.base_uri}/restapi/v2.1/accounts/${encodeURIComponent(own.account_id)}`;
    return { token, base, account_name: own.account_name ?? null, until };
  };

  /** The account's door, opened once for all who ask at the same time. */
  const door = async (): Promise<Door> => {
    const kept = doors.get(account.key);
    if (kept !== undefined) {
      const open = await kept;
      if (open.until > Clock.ms()) return open;
      // Somebody else who waited has begun anew.
      if ((doors.get(account.key) ?? kept) !== kept) return door();
    }
    const opening = signIn();
    doors.delete(account.key);
    doors.set(account.key, opening);
    if (doors.size > MOST_DOORS) doors.delete(doors.keys().next().value ?? "");
    opening.catch(() => {
      if (doors.get(account.key) === opening) doors.delete(account.key);
    });
    return opening;
  };

  /** A call of the API. A token that is not taken any more is renewed once: such a call was not acted upon. */
  const call = async (
    method: WebRequest["method"],
    path: string,
    { body, most, accept = "application/json" }: { body?: object; most?: number; accept?: string } = {},
    isLast = false,
  ): Promise<WebAnswer> => {
    const { token, base } = await door();
    const answer = await service.ask({
      method,
      url: `${base}${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        accept,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(most ? { most } : {}),
    });
    if (answer.status === 401 && !isLast) {
      doors.delete(account.key);
      return call(method, path, { ...(body ? { body } : {}), ...(most ? { most } : {}), accept }, true);
    }
    const failed = faultIn(answer, Clock.ms(), secrets(token));
    if (failed) throw failed;
    return answer;
  };

  const one = (id: string): string => `/envelopes/${encodeURIComponent(id)}`;

  const find = async (request_id: string, tried_at: string): Promise<Sent | undefined> => {
    const day = new Date(Date.parse(tried_at) - 24 * 60 * 60 * 1000).toISOString();
    // A transaction id is known for seven days; the custom field stays.
    const queries: Record<string, string>[] = [
      { transaction_ids: request_id },
      { custom_field: `${CUSTOM_FIELD}=${request_id}`, from_date: day },
    ];
    for (const query of queries) {
      const { envelopes } = service.read(Listed, await call("GET", `/envelopes?${new URLSearchParams(query).toString()}`));
      const found = envelopes?.find(({ status }) => status !== "created" && status !== "deleted");
      if (found) return { envelope_id: found.envelopeId, found: true };
    }
    return undefined;
  };

  /** The signer as the envelope has them now, changed; the API answers for each whether it took it. */
  const correct = async (id: string, ref: string, to?: Person): Promise<void> => {
    const { signers } = service.read(Recipients, await call("GET", `${one(id)}/recipients`));
    const now = signers?.find(({ recipientId }) => recipientId === ref);
    if (!now) throw fault("gone", "recipient", "The envelope has no such signer");
    const { name, email } = to ?? now;
    const signer = { recipientId: ref, name, email };
    const answer = await call("PUT", `${one(id)}/recipients?resend_envelope=true`, { body: { signers: [signer] } });
    for (const { errorDetails } of service.read(Updated, answer).recipientUpdateResults ?? []) {
      const code = errorDetails?.errorCode ?? "SUCCESS";
      if (code !== "SUCCESS") throw faultIn(refusal(errorDetails), Clock.ms(), secrets()) ?? unreachable("DocuSign", code);
    }
  };

  const file = async (id: string, name: "combined" | "certificate"): Promise<Uint8Array> => {
    const query = name === "combined" ? "?certificate=false" : "";
    const { body } = await call("GET", `${one(id)}/documents/${name}${query}`, { most: MOST_FILE, accept: "application/pdf" });
    if (!isPdf(body)) throw unreachable("DocuSign", "not a PDF");
    return body;
  };

  const status = async (id: string) =>
    factsOf(service.read(Summary, await call("GET", `${one(id)}?include=recipients`)), Clock.now(), "docusign:status");

  return {
    provider: "docusign",
    wrongIn: () => [],
    find,
    async send(envelope: Envelope) {
      const found = envelope.tried_at === null ? undefined : await find(envelope.request_id, envelope.tried_at);
      if (found) return found;
      const { envelopeId } = service.read(Created, await call("POST", "/envelopes", { body: definitionOf(envelope) }));
      return { envelope_id: envelopeId, found: false };
    },
    status,
    async void(id, reason) {
      try {
        await call("PUT", one(id), { body: { status: "voided", voidedReason: reason.slice(0, 200) } });
      } catch (error) {
        // Twice, or at the moment at which it ran out: it is as it was meant to be.
        if (!isFault(error, "refused")) throw error;
        const { state } = await status(id);
        if (state !== "voided" && state !== "expired") throw error;
      }
    },
    remind: (id, signer) => correct(id, signer),
    reassign: (id, signer, to) => correct(id, signer, to),
    signedFile: (id) => file(id, "combined"),
    certificate: (id) => file(id, "certificate"),
    check: async (): Promise<Check> => {
      doors.delete(account.key);
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

const refusal = (details: unknown): WebAnswer => ({ status: 400, headers: {}, body: Buffer.from(JSON.stringify(details ?? {})) });

/** Forgets tokens: those of a test. */
export const forgetTokens = (): void => doors.clear();
