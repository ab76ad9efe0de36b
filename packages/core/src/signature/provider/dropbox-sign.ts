import { randomUUID } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { Web, WebAnswer, WebRequest } from "../../kernel/ports.ts";
import { isFault } from "../../provider/fault.ts";
import { fault, isPdf, unreachable } from "../../provider/http.rules.ts";
import { checked, Service } from "../../provider/service.ts";
import { factsOf, faultIn, formOf, HOST, isOf, placed, type Signature, SignatureRequest, wrongIn } from "./dropbox-sign.rules.ts";
import { type FormPart, multipart } from "./multipart.rules.ts";
import type { Envelope, Sent, SignatureProvider } from "./provider.ts";

/** Dropbox Sign, by the account's API key. What is sent in its demo is marked as a test, and binds nobody. */

export interface DropboxSignAccount {
  environment: "demo" | "production";
  api_key: string;
}

const MOST = 2_000_000;
const MOST_FILE = 60_000_000;
/** Requests of a page of the list: the largest. */
const PAGE = 100;

const One = z.object({ signature_request: SignatureRequest });
const Many = z.object({ signature_requests: z.array(SignatureRequest).nullish() });
const Account = z.object({ account: z.object({ email_address: z.string().nullish() }) });

export function dropboxSign(web: Web, { environment, api_key }: DropboxSignAccount): SignatureProvider {
  const authorization = `Basic ${Buffer.from(`${api_key}:`).toString("base64")}`;
  const secrets = [api_key, authorization, authorization.slice("Basic ".length)];

  const service = new Service(web, "Dropbox Sign", { seconds: 30, most: MOST });
  const call = async (
    method: WebRequest["method"],
    path: string,
    { form, most = MOST, accept = "application/json" }: { form?: readonly FormPart[]; most?: number; accept?: string } = {},
  ): Promise<WebAnswer> => {
    const body = form && multipart(form, `crm-${randomUUID()}`);
    const request = {
      method,
      url: `https://${HOST}/v3${path}`,
      headers: { authorization, accept, ...(body ? { "content-type": body.type } : {}) },
      ...(body ? { body: body.body } : {}),
      most,
    };
    return service.call(request, (answer) => faultIn(answer, Clock.ms(), secrets));
  };

  const one = async (id: string) =>
    service.read(One, await call("GET", `/signature_request/${encodeURIComponent(id)}`)).signature_request;

  const signatureOf = async (id: string, ref: string): Promise<Signature> => {
    const found = placed(await one(id)).find((each) => each.ref === ref);
    if (!found) throw fault("gone", "signer", "The signature request has no such signer");
    return found;
  };

  /** By the metadata, which is searched as a word: what is found is looked at, because a search may find more than was meant. */
  const find = async (request_id: string, tried_at: string): Promise<Sent | undefined> => {
    const since = Date.parse(tried_at) / 1000 - 24 * 60 * 60;
    const query = new URLSearchParams({ query: `metadata:${request_id}`, page: "1", page_size: String(PAGE) });
    const { signature_requests } = service.read(Many, await call("GET", `/signature_request/list?${query.toString()}`));
    const found = signature_requests?.find(
      (each) => isOf(each, request_id) && !each.has_error && (each.created_at ?? Number.POSITIVE_INFINITY) >= since,
    );
    return found && { envelope_id: found.signature_request_id, found: true };
  };

  return {
    provider: "dropbox_sign",
    wrongIn,
    find,
    async send(envelope: Envelope) {
      const [wrong] = wrongIn(envelope);
      if (wrong !== undefined) throw fault("refused", "not_possible", wrong);
      const found = envelope.tried_at === null ? undefined : await find(envelope.request_id, envelope.tried_at);
      if (found) return found;
      const form = formOf(envelope, { now: Clock.ms(), isTest: environment === "demo" });
      const { signature_request } = service.read(One, await call("POST", "/signature_request/send", { form }));
      return { envelope_id: signature_request.signature_request_id, found: false };
    },
    status: async (id) => factsOf(await one(id), Clock.now()),
    /** It has no place for a reason, and says later, by an event, that it is done. */
    async void(id) {
      try {
        await call("POST", `/signature_request/cancel/${encodeURIComponent(id)}`);
      } catch (error) {
        // Twice: what is cancelled is there no more.
        if (!isFault(error, "gone")) throw error;
      }
    },
    async remind(id, signer) {
      const { signer_email_address: email, signer_name: name } = await signatureOf(id, signer);
      const form = [["email_address", email ?? ""] as const, ...(name ? [["name", name] as const] : [])];
      await call("POST", `/signature_request/remind/${encodeURIComponent(id)}`, { form });
    },
    async reassign(id, signer, { name, email }) {
      const { signature_id } = await signatureOf(id, signer);
      await call("POST", `/signature_request/update/${encodeURIComponent(id)}`, {
        form: [
          ["signature_id", signature_id],
          ["email_address", email],
          ["name", name],
        ],
      });
    },
    async signedFile(id) {
      const path = `/signature_request/files/${encodeURIComponent(id)}?file_type=pdf`;
      const { body } = await call("GET", path, { most: MOST_FILE, accept: "application/pdf" });
      if (!isPdf(body)) throw unreachable("Dropbox Sign", "not a PDF");
      return body;
    },
    certificate: async () => undefined,
    check: () =>
      checked(async () => {
        const { account } = service.read(Account, await call("GET", "/account"));
        return { works: true, problems: [], account_name: account.email_address ?? null };
      }),
  };
}
