import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { Web, WebResponse } from "../../kernel/ports.ts";
import { ProviderClient, runAccountCheck } from "../../lib/provider-http/provider-client.ts";
import type { SmsProvider } from "./sms-provider.ts";
import { API_HOST, buildBody, Message, parseFault, toReceipt } from "./telnyx.rules.ts";

/** The Telnyx adapter. It authenticates with an API key. */

interface TelnyxAccount {
  api_key: string;
}

const MAX_RESPONSE_BYTES = 1_000_000;

const MessageResponse = z.object({ data: Message });
const Balance = z.object({ data: z.object({ currency: z.string().nullish() }) });

export function createTelnyx(web: Web, { api_key }: TelnyxAccount): SmsProvider {
  const service = new ProviderClient(web, "Telnyx", { timeoutSeconds: 30, maxBytes: MAX_RESPONSE_BYTES });
  const call = (method: "GET" | "POST", path: string, body?: string): Promise<WebResponse> =>
    service.call(
      {
        method,
        url: `https://${API_HOST}/v2${path}`,
        headers: {
          ...{ authorization: `Bearer ${api_key}`, accept: "application/json" },
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body }),
      },
      (answer) => parseFault(answer, Clock.ms(), [api_key]),
    );

  return {
    provider: "telnyx",
    async send(text) {
      return toReceipt(service.parseBody(MessageResponse, await call("POST", "/messages", buildBody(text))).data, Clock.now());
    },
    /** Telnyx has no list that shows a message immediately. */
    find: async () => undefined,
    async fetchStatus(id) {
      return toReceipt(
        service.parseBody(MessageResponse, await call("GET", `/messages/${encodeURIComponent(id)}`)).data,
        Clock.now(),
      ).report;
    },
    /** Telnyx does not tell the owner of a key: a successful request is all that can be checked. */
    check: () =>
      runAccountCheck(async () => {
        service.parseBody(Balance, await call("GET", "/balance"));
        return { works: true, problems: [], account_name: null };
      }),
  };
}
