import { allowAnyInput, type WireResponse } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { expect } from "vitest";
import { findMailLink } from "../../functions/pages/support.ts";
import { createApprovedContract } from "../contract/support.ts";
import { type Client, createQuote } from "../quote/support.ts";
import { type Reader, readHiddenField, requestPage } from "../share-link/support.ts";

/** Helpers for tests of signatures. */

export const DAY_MS = 24 * 60 * 60 * 1000;

let mailboxCount = 0;
export const newMailbox = (): string => `signer${++mailboxCount}@mail.example`;

export interface Party {
  name: string;
  email: string;
  role?: string;
  order?: number;
  phone?: string;
  code_by?: string;
}

/** Creates an approved quote that requires a signature. */
export async function createApprovedQuote(as: Client, more: Record<string, unknown> = {}): Promise<string> {
  const { id } = await createQuote(as, { requires_signature: true, ...more });
  await as.submitQuote({ id });
  return id;
}

/** Requests signatures for a new quote from these parties. */
export async function requestSignatures(as: Client, parties: readonly Party[], more: Record<string, unknown> = {}) {
  const id = await createApprovedQuote(as);
  const { data } = await allowAnyInput(as).requestQuoteSignature({ id, signers: parties, ...more });
  return { quote: id, request: data };
}

/** For each kind of signed record, requests signatures and returns the id of the request. */
export const requestByKind = {
  quote: async (as: Client, parties: readonly Party[]): Promise<string> => (await requestSignatures(as, parties)).request.id,
  contract: async (as: Client, parties: readonly Party[]): Promise<string> => {
    const { id } = await createApprovedContract(as);
    const { data } = await allowAnyInput(as).signContract({ id, party: "customer", signers: parties });
    return data.signature_request_id ?? expect.fail("No signer was asked");
  },
} as const;
export type SignableKind = keyof typeof requestByKind;

/** The signing link in the last email to an address. */
export const findSigningLink = (app: App, email: string): Promise<string> => findMailLink(app, email, "/s/");

/** A signer with their own browser. */
export class SignerBrowser {
  readonly #app: App;
  readonly #reader: Reader;
  cookie = "";

  constructor(app: App, reader: Reader = {}) {
    this.#app = app;
    this.#reader = reader;
  }

  async open(link: string): Promise<WireResponse> {
    return this.#storeCookie(await requestPage(this.#app, link, this.#readerWithCookie()));
  }

  async send(link: string, form: Record<string, string>): Promise<WireResponse> {
    return this.#storeCookie(await requestPage(this.#app, link, this.#readerWithCookie(), form));
  }

  #readerWithCookie(): Reader {
    return { ...this.#reader, headers: this.cookie === "" ? {} : { cookie: this.cookie } };
  }

  #storeCookie(answer: WireResponse): WireResponse {
    const set = answer.headers["set-cookie"];
    if (set !== undefined) this.cookie = set.split(";")[0] ?? "";
    return answer;
  }

  /** Requests a code and reads it from the mailbox. */
  async requestCode(link: string, email: string): Promise<string> {
    const sent = await this.send(link, { act: "code" });
    expect(sent.status, sent.body).toBe(200);
    return readMailedCode(this.#app, email);
  }

  /** Continues to the signing form. */
  async enter(link: string, email: string): Promise<WireResponse> {
    return this.send(link, { act: "enter", code: await this.requestCode(link, email) });
  }

  async sign(link: string, email: string, name: string): Promise<WireResponse> {
    const page = await this.enter(link, email);
    return this.send(link, buildSigningForm(page, name));
  }
}

/** The signing form of the page, filled in. */
export const buildSigningForm = (page: WireResponse, name: string): Record<string, string> => ({
  act: "sign",
  name,
  consent: "yes",
  document_hash: readHiddenField(page, "document_hash"),
});

/** The last code that was mailed to an address. */
export async function readMailedCode(app: App, email: string): Promise<string> {
  await app.settle();
  const codes = app.mail.sent(email).flatMap(({ text }) => /\b(\d{6})\b\. It is valid/.exec(text)?.[1] ?? []);
  return codes.at(-1) ?? expect.fail(`No code for ${email}`);
}

export const listNotices = ({ body }: WireResponse): string[] =>
  [...body.matchAll(/<p class="notice"[^>]*>([^<]*)</g)].map(([, said = ""]) => said);

export const hasForm = ({ body }: WireResponse): boolean => body.includes("<form");
