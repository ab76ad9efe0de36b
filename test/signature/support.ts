import type { WireAnswer } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { expect } from "vitest";
import { approved } from "../contracts/support.ts";
import { hiddenIn, type Reader, visit } from "../offer/support.ts";
import { linkTo } from "../pages/support.ts";
import { type Client, quoteOf } from "../quote/support.ts";

/** What tests of signatures are made of. */

export const DAY = 24 * 60 * 60 * 1000;

let mailboxes = 0;
export const mailbox = (): string => `signer${++mailboxes}@mail.example`;

export interface Party {
  name: string;
  email: string;
  role?: string;
  order?: number;
  phone?: string;
  code_by?: string;
}

/** A quote that is approved, and requires a signature. */
export async function approvedQuote(as: Client, more: Record<string, unknown> = {}): Promise<string> {
  const { id } = await quoteOf(as, { requires_signature: true, ...more });
  await as.submitQuote({ id });
  return id;
}

/** A quote that waits for the signatures of these. */
export async function asked(as: Client, parties: readonly Party[], more: Record<string, unknown> = {}) {
  const id = await approvedQuote(as);
  const { data } = await as.requestQuoteSignature({ id, signers: parties, ...more } as never);
  return { quote: id, request: data };
}

/** What is signed, by kind: how somebody is asked for it, and what it is called by then. */
export const signedKinds = {
  quote: async (as: Client, parties: readonly Party[]): Promise<string> => (await asked(as, parties)).request.id,
  contract: async (as: Client, parties: readonly Party[]): Promise<string> => {
    const { id } = await approved(as);
    const { data } = await as.signContract({ id, party: "customer", signers: parties } as never);
    return data.signature_request_id ?? expect.fail("Nobody was asked");
  },
} as const;
export type SignedKind = keyof typeof signedKinds;

/** The link of the last mail that somebody was asked by. */
export const linkOf = (app: App, email: string): Promise<string> => linkTo(app, email, "/s/");

/** Somebody at a browser of their own. */
export class Browser {
  readonly #app: App;
  readonly #reader: Reader;
  cookie = "";

  constructor(app: App, reader: Reader = {}) {
    this.#app = app;
    this.#reader = reader;
  }

  async open(link: string): Promise<WireAnswer> {
    return this.#keep(await visit(this.#app, link, this.#with()));
  }

  async send(link: string, form: Record<string, string>): Promise<WireAnswer> {
    return this.#keep(await visit(this.#app, link, this.#with(), form));
  }

  #with(): Reader {
    return { ...this.#reader, headers: this.cookie === "" ? {} : { cookie: this.cookie } };
  }

  #keep(answer: WireAnswer): WireAnswer {
    const set = answer.headers["set-cookie"];
    if (set !== undefined) this.cookie = set.split(";")[0] ?? "";
    return answer;
  }

  /** Has a code sent, and reads it in the mailbox. */
  async codeOf(link: string, email: string): Promise<string> {
    const sent = await this.send(link, { act: "code" });
    expect(sent.status, sent.body).toBe(200);
    return codeIn(this.#app, email);
  }

  /** Until the form by which one signs. */
  async enter(link: string, email: string): Promise<WireAnswer> {
    return this.send(link, { act: "enter", code: await this.codeOf(link, email) });
  }

  async sign(link: string, email: string, name: string): Promise<WireAnswer> {
    const page = await this.enter(link, email);
    return this.send(link, formOf(page, name));
  }
}

/** The form by which one signs, as the page shows it. */
export const formOf = (page: WireAnswer, name: string): Record<string, string> => ({
  act: "sign",
  name,
  consent: "yes",
  document_hash: hiddenIn(page, "document_hash"),
});

/** The code of the last mail with one. */
export async function codeIn(app: App, email: string): Promise<string> {
  await app.settle();
  const codes = app.mail.sent(email).flatMap(({ text }) => /\b(\d{6})\b\. It is good/.exec(text)?.[1] ?? []);
  return codes.at(-1) ?? expect.fail(`No code for ${email}`);
}

export const noticesIn = ({ body }: WireAnswer): string[] =>
  [...body.matchAll(/<p class="notice"[^>]*>([^<]*)</g)].map(([, said = ""]) => said);

export const hasForm = ({ body }: WireAnswer): boolean => body.includes("<form");
