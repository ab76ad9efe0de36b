import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { Web, WebAnswer } from "../../kernel/ports.ts";
import { checked, Service } from "../../provider/service.ts";
import type { SmsProvider } from "./sms-provider.ts";
import { bodyOf, faultIn, HOST, Message, takenOf } from "./telnyx.rules.ts";

/** Telnyx, by an API key. */

export interface TelnyxAccount {
  api_key: string;
}

const MOST = 1_000_000;

const One = z.object({ data: Message });
const Balance = z.object({ data: z.object({ currency: z.string().nullish() }) });

export function telnyx(web: Web, { api_key }: TelnyxAccount): SmsProvider {
  const service = new Service(web, "Telnyx", { seconds: 30, most: MOST });
  const call = (method: "GET" | "POST", path: string, body?: string): Promise<WebAnswer> =>
    service.call(
      {
        method,
        url: `https://${HOST}/v2${path}`,
        headers: {
          ...{ authorization: `Bearer ${api_key}`, accept: "application/json" },
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body }),
      },
      (answer) => faultIn(answer, Clock.ms(), [api_key]),
    );

  return {
    provider: "telnyx",
    async send(text) {
      return takenOf(service.read(One, await call("POST", "/messages", bodyOf(text))).data, Clock.now());
    },
    /** It has no list of messages that shows one at once. */
    find: async () => undefined,
    async status(id) {
      return takenOf(service.read(One, await call("GET", `/messages/${encodeURIComponent(id)}`)).data, Clock.now()).report;
    },
    /** It says nothing of who the key is of: that it is taken is all there is to know. */
    check: () =>
      checked(async () => {
        service.read(Balance, await call("GET", "/balance"));
        return { works: true, problems: [], account_name: null };
      }),
  };
}
