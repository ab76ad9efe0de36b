import { usePorts } from "../../kernel/context.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { DeliveryRecord } from "./delivery.entity.ts";
import type { Provider } from "./providers.ts";

/** Handlers of provider events: a domain declares a `WebhookHandler` for a provider in `webhookHandlers` of its manifest. */

export interface WebhookEvent {
  /** The text of the event: JSON, or the form of a provider that sends forms. */
  readonly body: string;
  readonly delivery: DeliveryRecord;
}

export type HandlerResult =
  /** It was processed, or nothing was to be done; `record_id` is the record concerned. */
  | { readonly done: string; readonly record_id?: string | null }
  /**
   * Its record does not exist yet: it waits until `InboundWebhooks.resumeWaiting` is called with this key, such as
   * `docusign:<envelope id>`.
   */
  | { readonly held: string }
  /** It cannot be processed, however often it is tried. */
  | { readonly quarantined: string };

export interface WebhookHandler {
  /**
   * Processes an event. Its writes in the transaction are committed together with the state of the delivery, so they happen exactly
   * once. Other writes may be repeated and must have no further effect. For any result but `done`, nothing of the transaction is
   * written. An exception leads to further tries at growing intervals, and then to quarantine.
   */
  handle(event: WebhookEvent, tx: Transaction): Promise<HandlerResult>;
}

/** Loads the handler of a provider; undefined if there is none. */
export async function loadHandler(provider: Provider): Promise<WebhookHandler | undefined> {
  const load = usePorts().domains.flatMap(({ webhookHandlers = {} }) => webhookHandlers[provider] ?? [])[0];
  return load && ((await load()) as WebhookHandler);
}
