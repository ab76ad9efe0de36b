import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { queryAll, tableName } from "../../storage/table/database.ts";
import { type Key, recordKey } from "../../storage/table/key.ts";
import { transaction, WriteConflict } from "../../storage/write/transaction.ts";

/**
 * The ledger of invitations: one item for each participant of an activity, with the last message to them. It is written before the mail is
 * sent, and marked as sent afterwards. So a worker that was killed in between, or called twice, sends the same message again, and an older
 * message is never sent after a newer one.
 */
export interface SentInvitation {
  participant: string;
  method: "REQUEST" | "CANCEL";
  /** The SEQUENCE of the message: the version of the activity. */
  sequence: number;
  /** The digest of its content. */
  digest: string;
  state: "due" | "sent";
}

const ledgerKey = (activity: string, participant: string): Key => ({
  ...recordKey(useTenant(), activity),
  sk: `~invited#${activity}#${participant}`,
});

/** Lists the last messages, by the id of the participant. */
export async function listSent(activity: string): Promise<Map<string, SentInvitation>> {
  const { pk, sk } = ledgerKey(activity, "");
  const items = await queryAll(pk, { prefix: sk });
  return new Map(
    items.map(({ sk: sortKey, method, sequence, digest, state }) => {
      const participant = String(sortKey).slice(sk.length);
      return [participant, { participant, method, sequence, digest, state } as SentInvitation];
    }),
  );
}

/** Seconds for which an item is kept after the end of the activity. */
const RETENTION_SECONDS = 90 * 24 * 60 * 60;

/** Claims a message before it is sent. Returns false if the same message or a newer one was claimed before. */
export async function claim(
  activity: string,
  { participant, ...sent }: Omit<SentInvitation, "state">,
  ends: string,
): Promise<boolean> {
  const ttl = Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS, Date.parse(ends)));
  const guard = {
    condition: "attribute_not_exists(pk) OR #sequence < :sequence",
    names: { "#sequence": "sequence" },
    values: { ":sequence": sent.sequence },
    rejection: () => new WriteConflict("A newer invitation was sent"),
  };
  try {
    await transaction()
      .put({ ...ledgerKey(activity, participant), ...sent, state: "due", ttl }, guard)
      .commit(undefined);
    return true;
  } catch (error) {
    if (error instanceof WriteConflict) return false;
    throw error;
  }
}

/** Marks the message as sent, unless a newer one has replaced it. */
export async function markSent(
  activity: string,
  { participant, sequence }: Pick<SentInvitation, "participant" | "sequence">,
): Promise<void> {
  const update = {
    TableName: tableName(),
    Key: ledgerKey(activity, participant),
    UpdateExpression: "SET #state = :sent",
    ConditionExpression: "#sequence = :sequence",
    ExpressionAttributeNames: { "#state": "state", "#sequence": "sequence" },
    ExpressionAttributeValues: { ":sent": "sent", ":sequence": sequence },
  };
  try {
    await transaction()
      .add({ Update: update }, () => new WriteConflict("A newer invitation was sent"))
      .commit(undefined);
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
  }
}

export * as InvitationLedger from "./ledger.ts";
