import * as z from "zod";
import { NoResponse, type Web, type WebRequest, type WebResponse } from "../../kernel/ports.ts";
import { isFault, type ProviderFault } from "./fault.ts";
import { parseJsonBody, unreachable } from "./http.rules.ts";

type ProviderRequest = Omit<WebRequest, "timeoutSeconds" | "maxBytes"> & { maxBytes?: number };

/** A client for an external service over HTTPS, with the provider's name for messages. It returns answers or throws a `ProviderFault`. */
export class ProviderClient {
  readonly #web: Web;
  readonly #name: string;
  readonly #defaults: Pick<WebRequest, "timeoutSeconds" | "maxBytes">;

  /** `usual` has the default timeout and size limit of answers. */
  constructor(web: Web, name: string, usual: Pick<WebRequest, "timeoutSeconds" | "maxBytes">) {
    this.#web = web;
    this.#name = name;
    this.#defaults = usual;
  }

  /** Returns the answer with any status; throws `unreachable` if there is none. */
  async send(request: ProviderRequest): Promise<WebResponse> {
    try {
      return await this.#web.send({ ...this.#defaults, ...request });
    } catch (error) {
      if (error instanceof NoResponse) throw unreachable(this.#name, error.message);
      throw error;
    }
  }

  /** Returns a successful answer; throws what `faultIn` finds in any other. */
  async call(request: ProviderRequest, faultIn: (answer: WebResponse) => ProviderFault | undefined): Promise<WebResponse> {
    const answer = await this.send(request);
    const fault = faultIn(answer);
    if (fault) throw fault;
    return answer;
  }

  /** Parses a successful answer. One that cannot be read counts as no answer: the request may have been done. */
  parseBody<S extends z.ZodType>(schema: S, { body }: WebResponse): z.output<S> {
    const result = schema.safeParse(parseJsonBody(body));
    if (!result.success) throw unreachable(this.#name, "unexpected response format");
    return result.data;
  }
}

/** Whether an account can be used, and its problems in words for a person. */
export const AccountCheck = z.object({
  works: z.boolean(),
  account_name: z.string().nullable().describe("Name of the account at the provider"),
  problems: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      url: z.string().optional().describe("Page where a person can fix the problem, such as the consent page"),
    }),
  ),
});
export type AccountCheck = z.output<typeof AccountCheck>;

/** Runs the check of an account; a fault becomes a problem of the account. */
export async function runAccountCheck(ask: () => Promise<AccountCheck>): Promise<AccountCheck> {
  try {
    return await ask();
  } catch (error) {
    if (!isFault(error)) throw error;
    const { code, message, url } = error;
    return { works: false, problems: [{ code, message, ...(url === undefined ? {} : { url }) }], account_name: null };
  }
}
