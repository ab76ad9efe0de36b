import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { Web, WebResponse } from "../../kernel/ports.ts";
import { ProviderClient, runAccountCheck } from "../../lib/provider-http/provider-client.ts";
import type { SmsProvider } from "./sms-provider.ts";
import { API_HOST, buildForm, buildQuery, isSameMessage, Message, parseFault, toReceipt } from "./twilio.rules.ts";

/** The Twilio adapter. It authenticates with the account's auth token. */

interface TwilioAccount {
  account_sid: string;
  auth_token: string;
}

const MAX_RESPONSE_BYTES = 4_000_000;

const MessageList = z.object({ messages: z.array(Message) });
const Account = z.object({ friendly_name: z.string().nullish(), status: z.string().nullish() });

export function createTwilio(web: Web, { account_sid, auth_token }: TwilioAccount): SmsProvider {
  const authorization = `Basic ${Buffer.from(`${account_sid}:${auth_token}`).toString("base64")}`;
  const secrets = [auth_token, authorization.slice("Basic ".length)];
  const account = `/2010-04-01/Accounts/${encodeURIComponent(account_sid)}`;

  const service = new ProviderClient(web, "Twilio", { timeoutSeconds: 30, maxBytes: MAX_RESPONSE_BYTES });
  const call = (method: "GET" | "POST", path: string, form?: URLSearchParams): Promise<WebResponse> =>
    service.call(
      {
        method,
        url: `https://${API_HOST}${account}${path}`,
        headers: {
          ...{ authorization, accept: "application/json" },
          ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
        },
        ...(form ? { body: form.toString() } : {}),
      },
      (answer) => parseFault(answer, Clock.ms(), secrets),
    );

  return {
    provider: "twilio",
    async send(text) {
      return toReceipt(service.parseBody(Message, await call("POST", "/Messages.json", buildForm(text))), Clock.now());
    },
    /** Lists are newest first. One page contains all messages between two numbers in a day. */
    async find(text, tried_at) {
      const { messages } = service.parseBody(
        MessageList,
        await call("GET", `/Messages.json?${buildQuery(text, tried_at).toString()}`),
      );
      return messages
        .filter((message) => isSameMessage(message, text, tried_at))
        .map((message) => toReceipt(message, Clock.now()))
        .toReversed();
    },
    async fetchStatus(sid) {
      return toReceipt(service.parseBody(Message, await call("GET", `/Messages/${encodeURIComponent(sid)}.json`)), Clock.now())
        .report;
    },
    check: () =>
      runAccountCheck(async () => {
        const { friendly_name = null, status } = service.parseBody(Account, await call("GET", ".json"));
        const isWorking = status == null || status === "active";
        const problems = isWorking ? [] : [{ code: "account_status", message: `The account is ${status}` }];
        return { works: isWorking, problems, account_name: friendly_name };
      }),
  };
}
