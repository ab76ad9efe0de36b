import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { Web, WebAnswer } from "../../kernel/ports.ts";
import { checked, Service } from "../../provider/service.ts";
import type { SmsProvider } from "./sms-provider.ts";
import { faultIn, formOf, HOST, isOf, Message, queryOf, takenOf } from "./twilio.rules.ts";

/** Twilio, by the account's auth token. */

export interface TwilioAccount {
  account_sid: string;
  auth_token: string;
}

const MOST = 4_000_000;

const Many = z.object({ messages: z.array(Message) });
const Account = z.object({ friendly_name: z.string().nullish(), status: z.string().nullish() });

export function twilio(web: Web, { account_sid, auth_token }: TwilioAccount): SmsProvider {
  const authorization = `Basic ${Buffer.from(`${account_sid}:${auth_token}`).toString("base64")}`;
  const secrets = [auth_token, authorization.slice("Basic ".length)];
  const account = `/2010-04-01/Accounts/${encodeURIComponent(account_sid)}`;

  const service = new Service(web, "Twilio", { seconds: 30, most: MOST });
  const call = (method: "GET" | "POST", path: string, form?: URLSearchParams): Promise<WebAnswer> =>
    service.call(
      {
        method,
        url: `https://${HOST}${account}${path}`,
        headers: {
          ...{ authorization, accept: "application/json" },
          ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
        },
        ...(form ? { body: form.toString() } : {}),
      },
      (answer) => faultIn(answer, Clock.ms(), secrets),
    );

  return {
    provider: "twilio",
    async send(text) {
      return takenOf(service.read(Message, await call("POST", "/Messages.json", formOf(text))), Clock.now());
    },
    /** Its lists are newest first; a page has all that two numbers say to each other in a day. */
    async find(text, tried_at) {
      const { messages } = service.read(Many, await call("GET", `/Messages.json?${queryOf(text, tried_at).toString()}`));
      return messages
        .filter((each) => isOf(each, text, tried_at))
        .map((each) => takenOf(each, Clock.now()))
        .toReversed();
    },
    async status(sid) {
      return takenOf(service.read(Message, await call("GET", `/Messages/${encodeURIComponent(sid)}.json`)), Clock.now()).report;
    },
    check: () =>
      checked(async () => {
        const { friendly_name = null, status } = service.read(Account, await call("GET", ".json"));
        const works = status == null || status === "active";
        const problems = works ? [] : [{ code: "account_status", message: `The account is ${status}` }];
        return { works, problems, account_name: friendly_name };
      }),
  };
}
