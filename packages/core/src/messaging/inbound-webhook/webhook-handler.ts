import { usePorts } from "../../kernel/context.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { DeliveryRecord } from "./delivery.entity.ts";
import type { Provider } from "./providers.ts";

/** Who works off what a provider tells: a domain says by a `HookHandler` (`hooks` of its value) what follows from it. */

export interface WebhookEvent {
  /** The text of the event: JSON, or the form of a provider that sends forms. */
  readonly body: string;
  readonly delivery: DeliveryRecord;
}

export type HandlerResult =
  /** It did this, or nothing more was to be done; `record_id` is with what. */
  | { readonly done: string; readonly record_id?: string | null }
  /** What it is about is not there yet: it waits until `InboundWebhooks.arrived` has this key, such as `docusign:<envelope id>`. */
  | { readonly held: string }
  /** It cannot be worked off as it is, however often it is tried. */
  | { readonly quarantined: string };

export interface WebhookHandler {
  /**
   * Says what follows from an event. What it adds to the transaction is written together with that the delivery is done, so that it
   * happens once, whatever ends the process; what it writes by itself may be written again, and must do nothing at a second time.
   * Of anything but `done`, nothing of the transaction is written. What it throws is tried again, later and later, and then quarantined.
   */
  handle(told: WebhookEvent, tx: Transaction): Promise<HandlerResult>;
}

/** Who handles what this provider tells; undefined where nobody does. */
export async function loadHandler(provider: Provider): Promise<WebhookHandler | undefined> {
  const load = usePorts().domains.flatMap(({ webhookHandlers: hooks = {} }) => hooks[provider] ?? [])[0];
  return load && ((await load()) as WebhookHandler);
}
