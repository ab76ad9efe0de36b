import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { runControl } from "@crm/local/server/controls.ts";
import type { Tenant } from "../../support/app.ts";

/** A tenant that sends text messages through the double of a provider, which reports their status. */

export interface SmsProviderDouble {
  sender: string;
  account: string;
  number: string;
  /** The messages at the double, oldest first. */
  messages(): Promise<Record<string, string>[]>;
  /** Lets something happen to a message at the double; its webhooks wait unless `emit` is set. */
  act(id: string, act: string, more?: { reason?: string; emit?: boolean }): Promise<unknown>;
  /** An inbound message from a number that got no message before. */
  text(from: string, body: string, more?: { emit?: boolean }): Promise<unknown>;
  emit(options?: { order?: string; times?: number; keep?: boolean }): Promise<{ status: number }[]>;
  setAnswer(answer: string, times?: number): Promise<unknown>;
}

export type Provider = "twilio" | "telnyx";

let numberCount = 0;

export async function setUpSmsProvider(
  app: App,
  { admin }: Pick<Tenant, "admin">,
  provider: Provider = "twilio",
  more: object = {},
): Promise<SmsProviderDouble> {
  const ask = async <T>(method: string, path: string, body: object = {}): Promise<T> => {
    const url = new URL(`http://localhost/_local/providers/${provider}${path}`);
    const { data, status, error } = (await runControl(app, method, url, Buffer.from(JSON.stringify(body)))) as {
      data: T;
      status: number;
      error?: unknown;
    };
    if (status >= 400) throw new Error(`${path}: ${status} ${JSON.stringify(error)}`);
    return data;
  };
  const { account } = await ask<{ account: Record<string, string> }>("GET", "");
  const { public_key, ...keys } = account;
  const secret = provider === "twilio" ? account.auth_token : public_key;
  const { data: hook } = await allowAnyInput(admin).createInboundWebhook({ provider, secret });
  await ask("POST", "", { answer: "ok", hook: { url: hook.url, secrets: [secret] } });
  const { data: sender } = await admin.createSmsSender({ name: "Harbour", is_default: true, ...more });
  const made = { name: "Ours", provider, sender_id: sender.id, webhook_id: hook.id, ...keys };
  const { data: own } = await admin.createSmsServiceAccount(made);
  const written = {
    number: `+1415666${String(1000 + ++numberCount)}`,
    account_id: own.id,
    is_default: true,
    messages_per_second: 500,
  };
  const { data: number } = await admin.createSmsNumber(written);
  return {
    ...{ sender: sender.id, account: own.id, number: number.id },
    messages: async () => (await ask<{ envelopes: Record<string, string>[] }>("GET", "")).envelopes,
    act: (id, act, rest = {}) => ask("POST", `/messages/${id}`, { do: act, ...rest }),
    text: (from, body, rest = {}) => ask("POST", `/messages/${from}`, { do: "text", reason: body, to: written.number, ...rest }),
    emit: (how = {}) => ask("POST", "/emit", how),
    setAnswer: (answer, times) => ask("POST", "", { answer, ...(times === undefined ? {} : { times }) }),
  };
}

export const readMessageId = (message: Record<string, string> | undefined): string => message?.sid ?? message?.id ?? "";
