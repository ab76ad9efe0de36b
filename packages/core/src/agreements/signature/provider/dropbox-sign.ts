import { randomUUID } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../../kernel/clock.ts";
import type { Web, WebRequest, WebResponse } from "../../../kernel/ports.ts";
import { isFault } from "../../../lib/provider-http/fault.ts";
import { fault, isPdf, unreachable } from "../../../lib/provider-http/http.rules.ts";
import { ProviderClient, runAccountCheck } from "../../../lib/provider-http/provider-client.ts";
import {
  assignPlaces,
  buildForm,
  findFaults,
  HOST,
  isForRequest,
  parseFault,
  type Signature,
  SignatureRequest,
  toFacts,
} from "./dropbox-sign.rules.ts";
import { buildMultipart, type FormPart } from "./multipart.rules.ts";
import type { Envelope, SentEnvelope, SignatureProvider } from "./provider.ts";

/** The Dropbox Sign adapter, with the API key of an account. Requests in the demo environment are sent in test mode and bind no party. */

interface DropboxSignAccount {
  environment: "demo" | "production";
  api_key: string;
}

const MAX_BYTES = 2_000_000;
const MAX_FILE_BYTES = 60_000_000;
/** Page size of the list; the maximum. */
const PAGE_SIZE = 100;

const RequestAnswer = z.object({ signature_request: SignatureRequest });
const RequestListAnswer = z.object({ signature_requests: z.array(SignatureRequest).nullish() });
const AccountAnswer = z.object({ account: z.object({ email_address: z.string().nullish() }) });

export function dropboxSign(web: Web, { environment, api_key }: DropboxSignAccount): SignatureProvider {
  const authorization = `Basic ${Buffer.from(`${api_key}:`).toString("base64")}`;
  const secrets = [api_key, authorization, authorization.slice("Basic ".length)];

  const service = new ProviderClient(web, "Dropbox Sign", { timeoutSeconds: 30, maxBytes: MAX_BYTES });
  const call = async (
    method: WebRequest["method"],
    path: string,
    {
      form,
      byteLimit = MAX_BYTES,
      accept = "application/json",
    }: { form?: readonly FormPart[]; byteLimit?: number; accept?: string } = {},
  ): Promise<WebResponse> => {
    const body = form && buildMultipart(form, `crm-${randomUUID()}`);
    const request = {
      method,
      url: `https://${HOST}/v3${path}`,
      headers: { authorization, accept, ...(body ? { "content-type": body.type } : {}) },
      ...(body ? { body: body.body } : {}),
      maxBytes: byteLimit,
    };
    return service.call(request, (answer) => parseFault(answer, Clock.ms(), secrets));
  };

  const fetchRequest = async (id: string) =>
    service.parseBody(RequestAnswer, await call("GET", `/signature_request/${encodeURIComponent(id)}`)).signature_request;

  const findSignature = async (id: string, ref: string): Promise<Signature> => {
    const match = assignPlaces(await fetchRequest(id)).find((assignPlace) => assignPlace.ref === ref);
    if (!match) throw fault("gone", "signer", "The signature request has no such signer");
    return match;
  };

  /** Finds a request by its metadata. The search matches words and may return other requests, so the metadata of each result is compared. */
  const find = async (request_id: string, tried_at: string): Promise<SentEnvelope | undefined> => {
    const since = Date.parse(tried_at) / 1000 - 24 * 60 * 60;
    const query = new URLSearchParams({ query: `metadata:${request_id}`, page: "1", page_size: String(PAGE_SIZE) });
    const { signature_requests } = service.parseBody(
      RequestListAnswer,
      await call("GET", `/signature_request/list?${query.toString()}`),
    );
    const match = signature_requests?.find(
      (candidate) =>
        isForRequest(candidate, request_id) &&
        !candidate.has_error &&
        (candidate.created_at ?? Number.POSITIVE_INFINITY) >= since,
    );
    return match && { envelope_id: match.signature_request_id, isExisting: true };
  };

  return {
    provider: "dropbox_sign",
    findFaults: findFaults,
    find,
    async send(envelope: Envelope) {
      const [faultMessage] = findFaults(envelope);
      if (faultMessage !== undefined) throw fault("refused", "not_possible", faultMessage);
      const existingEnvelope = envelope.tried_at === null ? undefined : await find(envelope.request_id, envelope.tried_at);
      if (existingEnvelope) return existingEnvelope;
      const form = buildForm(envelope, { now: Clock.ms(), isTest: environment === "demo" });
      const { signature_request } = service.parseBody(RequestAnswer, await call("POST", "/signature_request/send", { form }));
      return { envelope_id: signature_request.signature_request_id, isExisting: false };
    },
    status: async (id) => toFacts(await fetchRequest(id), Clock.now()),
    /** The API has no field for a reason. An event reports later that the cancellation is done. */
    async void(id) {
      try {
        await call("POST", `/signature_request/cancel/${encodeURIComponent(id)}`);
      } catch (error) {
        // A cancelled request no longer exists, so a second cancellation is answered with `gone`.
        if (!isFault(error, "gone")) throw error;
      }
    },
    async remind(id, signer) {
      const { signer_email_address, signer_name } = await findSignature(id, signer);
      const form = [
        ["email_address", signer_email_address ?? ""] as const,
        ...(signer_name ? [["name", signer_name] as const] : []),
      ];
      await call("POST", `/signature_request/remind/${encodeURIComponent(id)}`, { form });
    },
    async reassign(id, signer, { name, email }) {
      const { signature_id } = await findSignature(id, signer);
      await call("POST", `/signature_request/update/${encodeURIComponent(id)}`, {
        form: [
          ["signature_id", signature_id],
          ["email_address", email],
          ["name", name],
        ],
      });
    },
    async downloadSignedFile(id) {
      const path = `/signature_request/files/${encodeURIComponent(id)}?file_type=pdf`;
      const { body } = await call("GET", path, { byteLimit: MAX_FILE_BYTES, accept: "application/pdf" });
      if (!isPdf(body)) throw unreachable("Dropbox Sign", "not a PDF");
      return body;
    },
    downloadCertificate: async () => undefined,
    check: () =>
      runAccountCheck(async () => {
        const { account } = service.parseBody(AccountAnswer, await call("GET", "/account"));
        return { works: true, problems: [], account_name: account.email_address ?? null };
      }),
  };
}
