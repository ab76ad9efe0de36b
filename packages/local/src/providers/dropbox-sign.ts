import { createHmac, randomBytes } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { WebRequest, WebResponse } from "@crm/core/kernel/ports.ts";
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
import { parseMultipart } from "./multipart-form.ts";
import { buildSignedPdf } from "./signed-documents.ts";

/**
 * Dropbox Sign, as its published API behaves (docs/agreements/signature-providers.md): signature requests, their list, reminders, updates, files,
 * events.
 */

interface Signature {
  signature_id: string;
  signer_email_address: string;
  signer_name: string;
  order: number | null;
  status_code: string;
  decline_reason?: string;
  signed_at: number | null;
  last_viewed_at: number | null;
  last_reminded_at: number | null;
}

interface SignatureRequest {
  signature_request_id: string;
  account_id: string;
  test_mode: boolean;
  title: string;
  subject: string;
  message: string;
  metadata: Record<string, string>;
  created_at: number;
  expires_at: number | null;
  is_complete: boolean;
  is_declined: boolean;
  has_error: boolean;
  is_cancelled: boolean;
  has_page: boolean;
  signatures: Signature[];
  document: string;
  /** The second until which its files are being prepared, unless the event `signature_request_downloadable` is delivered before. */
  ready_at: number;
}

interface Account {
  account_id: string;
  email_address: string;
  api_key: string;
}

const errorResponse = (status: number, error_name: string, error_msg: string, headers?: Record<string, string>): WebResponse =>
  jsonResponse(status, { error: { error_name, error_msg } }, headers);
const badRequest = (words: string): WebResponse => errorResponse(400, "bad_request", words);
const notFound = (): WebResponse => errorResponse(404, "not_found", "Not found.");

const EMAIL_PATTERN = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const nowSeconds = (): number => Math.floor(Clock.ms() / 1000);
const HOUR_SECONDS = 3600;

const DOWNLOADABLE = "signature_request_downloadable";
/** Seconds until files are ready that no event announces. */
const PREPARATION_SECONDS = { hooked: HOUR_SECONDS / 2, alone: 5 };

export function dropboxSignDouble(state: ProviderState): ProviderDouble {
  const limits = (): Record<string, string> => ({
    "x-ratelimit-limit": "100",
    "x-ratelimit-remaining": "99",
    "x-ratelimit-reset": String(nowSeconds() + 60),
  });

  const findAccount = ({ headers }: WebRequest): Account | undefined => {
    const [, credentials = ""] = /^Basic (.+)$/.exec(headers.authorization ?? "") ?? [];
    const [key = "", ...password] = Buffer.from(credentials, "base64").toString().split(":");
    if (password.join(":") !== "") return undefined;
    return state.list<Account>("account").find(({ api_key }) => api_key === key);
  };

  const save = (request: SignatureRequest): void => state.put("request", request.signature_request_id, request);

  const presentRequest = ({
    document: _document,
    account_id: _account,
    is_cancelled: _gone,
    has_page: _page,
    ready_at: _ready,
    ...rest
  }: SignatureRequest) => ({
    ...rest,
    original_title: rest.title,
    custom_fields: [],
    response_data: [],
    signing_url: null,
    signing_redirect_url: null,
    files_url: `https://api.hellosign.com/v3/signature_request/files/${rest.signature_request_id}`,
    details_url: `https://app.hellosign.com/home/manage?guid=${rest.signature_request_id}`,
    requester_email_address: "ada@example.com",
    signatures: rest.signatures.map((signature) => ({ ...signature, signer_role: null, has_pin: false, has_sms_auth: false })),
    cc_email_addresses: [],
    template_ids: null,
    client_id: null,
  });

  const invite = (request: SignatureRequest, again = ""): void => {
    for (const pendingSignature of request.signatures.filter((signature) => canSign(request, signature)))
      state.sendMail(`${request.signature_request_id}-${pendingSignature.signature_id}${again}`, {
        to: pendingSignature.signer_email_address,
        subject: request.subject,
        text: `${request.message}\nReview and sign: ${request.title}`.trim(),
      });
  };

  const send = (account: Account, request: WebRequest): WebResponse => {
    const form = parseMultipart(request);
    if (!form) return badRequest("The request must be a form");
    const indexes = [...new Set([...form.keys()].flatMap((name) => /^signers\[(\d+)\]/.exec(name)?.[1] ?? []))];
    const text = (name: string): string => form.get(name)?.toString("utf8") ?? "";
    const signers = indexes.map((index) => ({
      name: text(`signers[${index}][name]`),
      email: text(`signers[${index}][email_address]`),
      order: form.has(`signers[${index}][order]`) ? Number(text(`signers[${index}][order]`)) : null,
    }));
    if (signers.length === 0) return badRequest("Must specify at least one signer");
    for (const { name, email } of signers) {
      if (!name) return badRequest("Signer name must not be blank");
      if (!EMAIL_PATTERN.test(email)) return badRequest(`Invalid email address: ${email}`);
    }
    const orders = signers.flatMap(({ order }) => order ?? []);
    if (
      orders.length > 0 &&
      (orders.length !== signers.length || orders.toSorted((a, b) => a - b).some((order, index) => order !== index))
    )
      return badRequest("Signer order must begin at 0 and have no gaps");
    const file = form.get("files[0]") ?? form.get("file[0]");
    if (!file) return badRequest("Must specify at least one file, file_url or template");
    if (file.subarray(0, 5).toString() !== "%PDF-") return badRequest("The file is not of a type that can be converted");
    const metadata = Object.fromEntries(
      [...form].flatMap(([name, value]) => {
        const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
        return key ? [[key, value.toString("utf8")]] : [];
      }),
    );
    const tooLong = Object.entries(metadata).some(([key, value]) => key.length > 40 || value.length > 1000);
    if (Object.keys(metadata).length > 10 || tooLong)
      return badRequest("Metadata has at most 10 keys of 40 characters, and values of 1000");
    const expires = text("expires_at");
    if (expires !== "" && Number(expires) < nowSeconds()) return badRequest("expires_at must be in the future");
    const createdRequest: SignatureRequest = {
      signature_request_id: randomBytes(20).toString("hex"),
      account_id: account.account_id,
      test_mode: text("test_mode") === "1" || text("test_mode") === "true",
      title: text("title"),
      subject: text("subject"),
      message: text("message"),
      metadata,
      created_at: nowSeconds(),
      expires_at: expires === "" ? null : Number(expires),
      ...{ is_complete: false, is_declined: false, has_error: false, is_cancelled: false },
      has_page: text("use_text_tags") !== "1",
      signatures: signers.map(({ name, email, order }) => ({
        signature_id: randomBytes(16).toString("hex"),
        ...{ signer_email_address: email, signer_name: name, order, status_code: "awaiting_signature" },
        ...{ signed_at: null, last_viewed_at: null, last_reminded_at: null },
      })),
      document: file.toString("base64"),
      ready_at: 0,
    };
    save(createdRequest);
    invite(createdRequest);
    queue(createdRequest, ["signature_request_sent"]);
    return jsonResponse(200, { signature_request: presentRequest(createdRequest) }, limits());
  };

  const list = (account: Account, query: URLSearchParams): WebResponse => {
    const size = Number(query.get("page_size") ?? 20);
    if (!(size >= 1 && size <= 100)) return badRequest("page_size must be between 1 and 100");
    const words = query.get("query");
    const [, metadataValue] = /^metadata:(.+)$/.exec(words ?? "") ?? [];
    const matches = state
      .list<SignatureRequest>("request")
      .filter(({ account_id, is_cancelled }) => account_id === account.account_id && !is_cancelled)
      .filter(({ metadata }) => words === null || Object.values(metadata).some((value) => value.includes(metadataValue ?? words)))
      .reverse();
    const page = Number(query.get("page") ?? 1);
    return jsonResponse(
      200,
      {
        list_info: { page, num_pages: Math.ceil(matches.length / size), num_results: matches.length, page_size: size },
        signature_requests: matches.slice((page - 1) * size, page * size).map(presentRequest),
      },
      limits(),
    );
  };

  const remind = (request: SignatureRequest, form: ReadonlyMap<string, Buffer>): WebResponse => {
    const email = form.get("email_address")?.toString() ?? "";
    const name = form.get("name")?.toString();
    const signature = request.signatures.find(
      (each) => each.signer_email_address === email && (name === undefined || each.signer_name === name),
    );
    if (!signature) return badRequest("No signer with this email address");
    if (signature.status_code !== "awaiting_signature") return badRequest("The signer has already responded");
    if (!canSign(request, signature)) return badRequest("Not this signer's turn yet");
    if (nowSeconds() - (signature.last_reminded_at ?? 0) < HOUR_SECONDS)
      return badRequest("A reminder was sent within the last hour");
    signature.last_reminded_at = nowSeconds();
    save(request);
    invite(request, `-${nowSeconds()}`);
    queue(request, ["signature_request_remind"]);
    return jsonResponse(200, { signature_request: presentRequest(request) }, limits());
  };

  const update = (request: SignatureRequest, form: ReadonlyMap<string, Buffer>): WebResponse => {
    const signature = request.signatures.find(({ signature_id }) => signature_id === form.get("signature_id")?.toString());
    if (!signature) return notFound();
    if (request.has_page)
      return badRequest("This action cannot be performed on a signature request with an appended signature page");
    if (signature.status_code !== "awaiting_signature") return badRequest("The signer has already responded");
    const email = form.get("email_address")?.toString();
    if (email !== undefined && !EMAIL_PATTERN.test(email)) return badRequest(`Invalid email address: ${email}`);
    if (email !== undefined)
      Object.assign(signature, {
        signer_email_address: email,
        signature_id: randomBytes(16).toString("hex"),
        last_viewed_at: null,
      });
    const name = form.get("name")?.toString();
    if (name) signature.signer_name = name;
    save(request);
    invite(request);
    queue(request, ["signature_request_reassigned"]);
    return jsonResponse(200, { signature_request: presentRequest(request) }, limits());
  };

  const cancel = (request: SignatureRequest): WebResponse => {
    if (request.is_complete || request.is_declined) return badRequest("The signature request is complete and cannot be canceled");
    const cancelledRequest = { ...request, is_cancelled: true };
    save(cancelledRequest);
    queue(cancelledRequest, ["signature_request_canceled"]);
    return { status: 200, headers: limits(), body: new Uint8Array() };
  };

  const queue = (request: SignatureRequest, events: readonly string[]): OutgoingEvent[] => {
    const hook = state.get<Hook>("hook", "account");
    const account = state.list<Account>("account").find(({ account_id }) => account_id === request.account_id);
    if (!hook || !account) return [];
    const outgoingEvents = events.map((event) =>
      waiting(request, hook, event, hook.secrets[0] ?? account.api_key, account.account_id),
    );
    for (const outgoingEvent of outgoingEvents) state.put("waiting", outgoingEvent.id, outgoingEvent);
    return outgoingEvents;
  };

  const waiting = (
    request: SignatureRequest,
    { url }: Hook,
    event: string,
    api_key: string,
    account_id: string,
  ): OutgoingEvent => {
    const event_time = String(nowSeconds());
    const event_hash = createHmac("sha256", api_key).update(`${event_time}${event}`).digest("hex");
    const related = request.signatures.find(({ status_code }) => status_code !== "awaiting_signature")?.signature_id ?? null;
    const event_metadata = { related_signature_id: related, reported_for_account_id: account_id, reported_for_app_id: null };
    const payload = {
      event: { event_time, event_type: event, event_hash, event_metadata },
      signature_request: presentRequest(request),
    };
    const boundary = `crm-${randomId()}`;
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="json"\r\n\r\n${JSON.stringify(payload)}\r\n--${boundary}--\r\n`;
    const headers = { "content-type": `multipart/form-data; boundary=${boundary}`, "user-agent": "Dropbox Sign API" };
    return { id: randomId(), provider: "dropbox_sign", envelope_id: request.signature_request_id, event, url, headers, body };
  };

  /** Whether the hook has accepted the event that the files can be downloaded. */
  const isAnnounced = (id: string): boolean =>
    state.get<Hook>("hook", "account") !== undefined &&
    !state.list<OutgoingEvent>("waiting").some(({ envelope_id, event }) => envelope_id === id && event === DOWNLOADABLE);

  const outlived = (request: SignatureRequest): SignatureRequest => {
    const isOver = request.is_complete || request.is_declined || request.is_cancelled;
    if (isOver || request.expires_at === null || request.expires_at > nowSeconds()) return request;
    return request.signatures.some(({ status_code }) => status_code === "expired") ? request : expired(request);
  };

  const expired = (request: SignatureRequest): SignatureRequest => {
    const signatures = request.signatures.map((signature) =>
      signature.status_code === "awaiting_signature" ? { ...signature, status_code: "expired" } : signature,
    );
    const next = { ...request, signatures };
    save(next);
    queue(next, ["signature_request_expired"]);
    return next;
  };

  const loadCredentials = async (): Promise<Record<string, string>> => {
    const storedAccount = state.get<Account>("account", "own");
    if (storedAccount) return { api_key: storedAccount.api_key };
    const createdAccount = {
      account_id: randomBytes(20).toString("hex"),
      email_address: "ada@example.com",
      api_key: randomBytes(32).toString("hex"),
    };
    state.put("account", "own", createdAccount);
    return { api_key: createdAccount.api_key };
  };

  return {
    provider: "dropbox_sign",
    hosts: ["api.hellosign.com"],
    async serve(request) {
      await loadCredentials();
      const url = new URL(request.url);
      const account = findAccount(request);
      if (!account) return errorResponse(401, "unauthorized", "Unauthorized user. The API key is invalid.");
      const key = `${request.method} ${url.pathname.replace(/^\/v3/, "")}`;
      const { api_key: _key, ...accountFields } = account;
      if (key === "GET /account")
        return jsonResponse(
          200,
          { account: { ...accountFields, is_paid_hs: true, quotas: { api_signature_requests_left: 1250 } } },
          limits(),
        );
      if (key === "POST /signature_request/send") return send(account, request);
      if (key === "GET /signature_request/list") return list(account, url.searchParams);
      const [, method = "", verb = "", id = ""] =
        /^(\w+) \/signature_request(?:\/(remind|update|cancel|files))?\/(\w+)$/.exec(key) ?? [];
      const storedRequest = state.get<SignatureRequest>("request", id);
      if (!storedRequest || storedRequest.account_id !== account.account_id) return notFound();
      if (storedRequest.is_cancelled) return errorResponse(410, "deleted", "This resource has been deleted.");
      const signatureRequest = outlived(storedRequest);
      const form = method === "POST" ? (parseMultipart(request) ?? new Map<string, Buffer>()) : new Map<string, Buffer>();
      if (method === "GET" && verb === "")
        return jsonResponse(200, { signature_request: presentRequest(signatureRequest) }, limits());
      if (method === "POST" && verb === "remind") return remind(signatureRequest, form);
      if (method === "POST" && verb === "update") return update(signatureRequest, form);
      if (method === "POST" && verb === "cancel") return cancel(signatureRequest);
      if (method === "GET" && verb === "files") {
        if (signatureRequest.ready_at > nowSeconds() && !isAnnounced(id))
          return errorResponse(409, "conflict", "Files are still being processed. Please try again later.");
        const signers = signatureRequest.signatures.map(({ signer_name, signer_email_address }) => ({
          name: signer_name,
          email: signer_email_address,
        }));
        return pdfResponse(await buildSignedPdf("Dropbox Sign", id, signatureRequest.document, signers));
      }
      return notFound();
    },
    failureResponse: (mode) =>
      ({
        error: errorResponse(500, "unknown", "Unknown error"),
        refused: badRequest("This value should not be blank"),
        rate_limited: errorResponse(429, "exceeded_rate", "Too many requests.", {
          "x-ratelimit-reset": String(nowSeconds() + 45),
          "x-ratelimit-remaining": "0",
        }),
      })[mode],
    credentials: loadCredentials,
    async configure({ hook, api_key, account_id }) {
      if (typeof api_key === "string") {
        const id = typeof account_id === "string" ? account_id : randomBytes(20).toString("hex");
        state.put("account", id, { account_id: id, email_address: "other@example.com", api_key });
      }
      state.setHook(hook);
      return undefined;
    },
    async performAct(id, act) {
      const storedRequest = state.get<SignatureRequest>("request", id);
      if (!storedRequest) return { wrong: "No such signature request" };
      const request = outlived(storedRequest);
      if (request.is_complete || request.is_declined || request.is_cancelled) return { wrong: "The signature request has ended" };
      if (act.do === "void") {
        const cancelledRequest = { ...request, is_cancelled: true };
        save(cancelledRequest);
        return { events: queue(cancelledRequest, ["signature_request_canceled"]) };
      }
      if (act.do === "expire") {
        expired(request);
        return { events: state.list<OutgoingEvent>("waiting").slice(-1) };
      }
      const done = applyAct(request, act);
      if ("wrong" in done) return done;
      if (request.is_complete) {
        const isHooked = state.get<Hook>("hook", "account") !== undefined;
        request.ready_at = nowSeconds() + PREPARATION_SECONDS[isHooked ? "hooked" : "alone"];
      }
      save(request);
      invite(request);
      return { events: queue(request, done.events) };
    },
    listEnvelopes: () =>
      state
        .list<SignatureRequest>("request")
        .map((signatureRequest) => ({ ...presentRequest(signatureRequest), is_cancelled: signatureRequest.is_cancelled })),
  };
}

/** Whether the signer can sign now: all earlier signers have signed. */
function canSign({ signatures }: SignatureRequest, { status_code, order }: Signature): boolean {
  const next = Math.min(
    ...signatures.filter((signature) => signature.status_code !== "signed").map((signature) => signature.order ?? 0),
  );
  return status_code === "awaiting_signature" && (order ?? 0) <= next;
}

/** Changes the request. `signer` is the number of a signature, from 1. */
function applyAct(
  request: SignatureRequest,
  { do: action, signer = "1", reason }: Act,
): { wrong: string } | { events: string[] } {
  const signature = request.signatures[Number(signer) - 1];
  if (!signature) return { wrong: "No such signer" };
  if (!canSign(request, signature)) return { wrong: `The signer cannot act now: the status is ${signature.status_code}` };
  if (action === "deliver") {
    signature.last_viewed_at = nowSeconds();
    return { events: ["signature_request_viewed"] };
  }
  if (action === "decline") {
    Object.assign(signature, { status_code: "declined", decline_reason: reason ?? "I do not agree" });
    request.is_declined = true;
    return { events: ["signature_request_declined"] };
  }
  if (action !== "sign") return { wrong: "The action must be deliver, sign, decline, expire or void" };
  Object.assign(signature, {
    status_code: "signed",
    signed_at: nowSeconds(),
    last_viewed_at: signature.last_viewed_at ?? nowSeconds(),
  });
  request.is_complete = request.signatures.every(({ status_code }) => status_code === "signed");
  if (!request.is_complete) return { events: ["signature_request_signed"] };
  return { events: ["signature_request_signed", "signature_request_all_signed", DOWNLOADABLE] };
}
