import * as z from "zod";
import { NoAnswer, type Web, type WebAnswer, type WebRequest } from "../kernel/ports.ts";
import { isFault, type ProviderFault } from "./fault.ts";
import { jsonIn, unreachable } from "./http.rules.ts";

type Asked = Omit<WebRequest, "seconds" | "most"> & { most?: number };

/** Somebody else's service over HTTPS, by the name that people know it by: its answers, or a `ProviderFault`. */
export class Service {
  readonly #web: Web;
  readonly #name: string;
  readonly #usual: Pick<WebRequest, "seconds" | "most">;

  /** `seconds` to wait for an answer, and `most` bytes of it, where a request does not say otherwise. */
  constructor(web: Web, name: string, usual: Pick<WebRequest, "seconds" | "most">) {
    this.#web = web;
    this.#name = name;
    this.#usual = usual;
  }

  /** The answer, whatever it says; `unreachable` where there is none. */
  async ask(request: Asked): Promise<WebAnswer> {
    try {
      return await this.#web.send({ ...this.#usual, ...request });
    } catch (error) {
      if (error instanceof NoAnswer) throw unreachable(this.#name, error.message);
      throw error;
    }
  }

  /** An answer that says yes; what `faultIn` finds in another is thrown. */
  async call(request: Asked, faultIn: (answer: WebAnswer) => ProviderFault | undefined): Promise<WebAnswer> {
    const answer = await this.ask(request);
    const fault = faultIn(answer);
    if (fault) throw fault;
    return answer;
  }

  /** An answer that says yes and cannot be read is no answer: what it was about may have been done. */
  read<S extends z.ZodType>(schema: S, { body }: WebAnswer): z.output<S> {
    const result = schema.safeParse(jsonIn(body));
    if (!result.success) throw unreachable(this.#name, "not as documented");
    return result.data;
  }
}

/** Whether an account can be used, and what is wrong with it in words for a person. */
export const Check = z.object({
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
export type Check = z.output<typeof Check>;

/** What asking for it comes to: a fault is a problem of the account. */
export async function checked(ask: () => Promise<Check>): Promise<Check> {
  try {
    return await ask();
  } catch (error) {
    if (!isFault(error)) throw error;
    const { code, message, url } = error;
    return { works: false, problems: [{ code, message, ...(url === undefined ? {} : { url }) }], account_name: null };
  }
}
