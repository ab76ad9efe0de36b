import type { BaseRecord } from "../../storage/table/collection.ts";

/**
 * A type of notification. The domain of the record emits the event. The recipient and the text come from the record as it is when the event arrives,
 * because an event may arrive late. A domain declares its types, and the events for each, in its manifest; this module is loaded only when there is
 * something to deliver.
 */
export interface NotificationType<R> {
  /**
   * The field by which the change chose the recipient. Only a change that wrote this field notifies, and only the user whom it wrote. So of two
   * changes whose events arrive late, each notifies its own recipient, if that is still the recipient.
   */
  recipientField?: keyof R & string;
  /** Returns the recipient; null if there is none, or nothing left to tell. */
  recipient(record: R): string | null;
  /** Returns the ids of further users to notify. At most 50 are notified. */
  furtherRecipients?(record: R): Promise<readonly string[]>;
  /** Returns the id of the record that the changed one became. If it has an owner, the owner is notified, about that record. */
  successorId?(record: R): string | null;
  /** Returns the channels if the record decides them; otherwise the user's preferences apply. */
  channels?(record: R): { in_app: boolean; email: boolean };
  /** Whether the user who made the change is notified too. */
  includesActor?: true;
  /** Returns the path of the page in the console to which the mail links; by default that of the record. */
  page?(record: R): string;
  title(record: R): string;
  /** `successor`: the record of `successorId`, if it has an owner. */
  body(record: R, successor?: BaseRecord): string | null;
}
