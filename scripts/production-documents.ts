import { type Client, createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { connectToServer } from "@crm/local/server/running-server.ts";

interface Mail {
  text: string;
}

const PASSWORD = "Lantern-Harbour-7";
const SIGNERS = ["ada.lund@harbour-union.example", "thea@demo.example"];

/** Fetches one PDF of each kind of document of the demo's tenant from a running server. */
export class ProductionDocuments {
  readonly #url: string;
  #session: Promise<{ crm: Client; token: string }> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  listKinds(): [name: string, fetched: () => Promise<string | undefined>][] {
    return [
      ["a quote", async () => this.#fetchApiPdf(`quotes/${await this.#findFirstId("listQuotes")}/pdf`)],
      ["a quote in Japanese without its fonts", () => this.#fetchJapaneseQuote()],
      ["a proposal", async () => this.#fetchApiPdf(`proposals/${await this.#findFirstId("listProposals")}/pdf`)],
      ["a contract", async () => this.#fetchApiPdf(`contracts/${await this.#findContractId("Care of the quays")}/pdf`)],
      ["an amendment", () => this.#fetchAmendment()],
      ["the customer page of a quote", () => this.#fetchOffer()],
      ["a signed contract and its certificate", () => this.#fetchSignedContract()],
    ];
  }

  async #signInAdmin(): Promise<{ crm: Client; token: string }> {
    this.#session ??= (async () => {
      const credentials = { email: "thea@demo.example", password: PASSWORD, tenant_slug: "demo" };
      const { data } = await createClient(httpTransport(this.#url)).login(credentials);
      return { crm: createClient(httpTransport(this.#url, data.access_token)), token: data.access_token };
    })();
    return this.#session;
  }

  async #findFirstId(list: "listQuotes" | "listProposals"): Promise<string> {
    const { crm } = await this.#signInAdmin();
    const [record] = (await crm[list]({ limit: "1" })).data;
    if (!record) throw new Error(`The demo created no record for ${list}`);
    return record.id;
  }

  async #findContractId(title: string): Promise<string> {
    const { crm } = await this.#signInAdmin();
    const contract = (await crm.listContracts({ limit: "100" })).data.find((each) => each.title === title);
    if (!contract) throw new Error(`The demo created no contract ${title}`);
    return contract.id;
  }

  async #fetchAmendment(): Promise<string> {
    const { crm } = await this.#signInAdmin();
    const id = await this.#findContractId("Care of the quays");
    const [amendment] = (await crm.listContractAmendments({ id })).data;
    return this.#fetchApiPdf(`contracts/${id}/amendments/${amendment?.id}/document`);
  }

  async #fetchJapaneseQuote(): Promise<string> {
    const missing = await this.listMissingFonts();
    if (!missing?.includes("NotoSansJP")) throw new Error(`X-Missing-Fonts is ${missing}`);
    return `X-Missing-Fonts: ${missing}`;
  }

  /** Returns the fonts that the PDF of a new quote in Japanese lacks; null if it is complete. */
  async listMissingFonts(): Promise<string | null> {
    const { crm, token } = await this.#signInAdmin();
    const [quote] = (await crm.listQuotes({ limit: "1" })).data;
    const line_items = [{ description: "船の保険、一年間", quantity: "1", unit_price: "480.00" }];
    const { data } = await crm.createQuote({ customer_id: quote?.customer_id, name: "保険", line_items });
    const response = await this.#fetchUrl(`${this.#url}/api/v1/quotes/${data.id}/pdf?language=ja`, token);
    await this.#requirePdf(response.clone());
    return response.headers.get("x-missing-fonts");
  }

  async #fetchOffer(): Promise<string> {
    const link = await this.#findLink("buyer@customer.example", "/q/");
    return this.#requirePdf(await this.#fetchUrl(`${link}/pdf`));
  }

  /** Signs the demo's contract as both signers, on their pages. */
  async #fetchSignedContract(): Promise<string> {
    const { crm } = await this.#signInAdmin();
    for (const email of SIGNERS) await this.#sign(email);
    await this.#settle();
    const { data } = await crm.getContract({ id: await this.#findContractId("Watch at night") });
    const id = (data as { signature_request_id?: string | null }).signature_request_id;
    const document = await this.#fetchApiPdf(`signature-requests/${id}/document`);
    return `${document}, ${await this.#fetchApiPdf(`signature-requests/${id}/certificate`)}`;
  }

  async #sign(email: string): Promise<void> {
    const link = await this.#findLink(email, "/s/");
    let cookie = "";
    const send = async (form: Record<string, string>): Promise<string> => {
      const response = await fetch(link, { method: "POST", headers: { cookie }, body: new URLSearchParams(form) });
      cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
      const page = await response.text();
      if (!response.ok) throw new Error(`${email}, ${form.act}: ${response.status} ${page.slice(0, 300)}`);
      return page;
    };
    await send({ act: "code" });
    const code =
      (await this.#listMails(email)).flatMap(({ text }) => /\b(\d{6})\b\. It is valid/.exec(text)?.[1] ?? []).at(-1) ?? "";
    const page = await send({ act: "enter", code });
    const document_hash = /name="document_hash" value="([^"]*)"/.exec(page)?.[1] ?? "";
    await send({ act: "sign", name: "A Signer", consent: "yes", document_hash });
  }

  async #findLink(email: string, path: string): Promise<string> {
    const links = (await this.#listMails(email)).flatMap(
      ({ text }) => new RegExp(`http\\S*${path}[\\w.-]+`).exec(text)?.[0] ?? [],
    );
    const link = links.at(-1);
    if (!link) throw new Error(`No mail to ${email} has a link to ${path}`);
    return link;
  }

  async #listMails(email: string): Promise<Mail[]> {
    await this.#settle();
    return connectToServer(this.#url).call<Mail[]>("GET", `mailbox?to=${email}`);
  }

  #settle = (): Promise<unknown> => connectToServer(this.#url).call("POST", "settle");

  async #fetchApiPdf(path: string): Promise<string> {
    const { token } = await this.#signInAdmin();
    return this.#requirePdf(await this.#fetchUrl(`${this.#url}/api/v1/${path}`, token));
  }

  async #fetchUrl(url: string, token?: string): Promise<Response> {
    const response = await fetch(url, token ? { headers: { authorization: `Bearer ${token}` } } : {});
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
    return response;
  }

  async #requirePdf(response: Response): Promise<string> {
    const bytes = Buffer.from(await response.arrayBuffer());
    if (bytes.subarray(0, 5).toString() !== "%PDF-") throw new Error(`Not a PDF: ${bytes.subarray(0, 100)}`);
    return `${Math.round(bytes.length / 1000)} kB`;
  }
}
