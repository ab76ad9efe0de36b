import * as z from "zod";
import { NoResponse, type Web, type WebRequest, type WebResponse } from "../../kernel/ports.ts";
import { isFault, type ProviderFault } from "./fault.ts";
import { parseJsonBody, unreachable } from "./http.rules.ts";

type ProviderRequest = Omit<WebRequest, "timeoutSeconds" | "maxBytes"> & { maxBytes?: number };

/** Somebody else's service over HTTPS, by the name that people know it by: its answers, or a `ProviderFault`. */
export class ProviderClient {
  readonly #web: Web;
  readonly #name: string;
  readonly #defaults: Pick<WebRequest, "timeoutSeconds" | "maxBytes">;

  /** `seconds` to wait for an answer, and `most` bytes of it, where a request does not say otherwise. */
  constructor(web: Web, name: string, usual: Pick<WebRequest, "timeoutSeconds" | "maxBytes">) {
    this.#web = web;
    this.#name = name;
    this.#defaults = usual;
  }

  /** The answer, whatever it says; `unreachable` where there is none. */
  async send(request: ProviderRequest): Promise<WebResponse> {
    try {
      return await this.#web.send({ ...this.#defaults, ...request });
    } catch (error) {
      if (error instanceof NoResponse) throw unreachable(this.#name, error.message);
      throw error;
    }
  }

  /** An answer that says yes; what `faultIn` finds in another is thrown. */
  async call(request: ProviderRequest, faultIn: (answer: WebResponse) => ProviderFault | undefined): Promise<WebResponse> {
    const answer = await this.send(request);
    const fault = faultIn(answer);
    if (fault) throw fault;
    return answer;
  }

  /** An answer that says yes and cannot be read is no answer: what it was about may have been done. */
  parseBody<S extends z.ZodType>(schema: S, { body }: WebResponse): z.output<S> {
    const result = schema.safeParse(parseJsonBody(body));
    if (!result.success) throw unreachable(this.#name, "not as documented");
    return result.data;
  }
}

/** Whether an account can be used, and what is wrong with it in words for a person. */
export const AccountCheck = z.object({
  works: z.boolean(),
  account_name: z.string().nullable().describe("What the provider calls the account"),
  problems: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      url: z.string().optional().describe("Where a person can mend it, such as the page on which consent is given"),
    }),
  ),
});
export type AccountCheck = z.output<typeof AccountCheck>;

/** What asking for it comes to: a fault is a problem of the account. */
export async function runAccountCheck(ask: () => Promise<AccountCheck>): Promise<AccountCheck> {
  try {
    return await ask();
  } catch (error) {
    if (!isFault(error)) throw error;
    const { code, message, url } = error;
    return { works: false, problems: [{ code, message, ...(url === undefined ? {} : { url }) }], account_name: null };
  }
}
