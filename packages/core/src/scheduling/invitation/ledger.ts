import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { queryAll, tableName } from "../../storage/table/database.ts";
import { type Key, recordKey } from "../../storage/table/key.ts";
import { transaction, WriteConflict } from "../../storage/write/transaction.ts";

/**
 * What was sent to whom, beside the activity: of each who was invited one item, which says what they were told last. It is written
 * before its mail goes out, and says afterwards that it went: so whoever is killed in between, or called twice, sends the
 * same message again, and nobody sends an older one behind a newer.
 */
export interface SentInvitation {
  participant: string;
  method: "REQUEST" | "CANCEL";
  /** SEQUENCE of the message: the version of the activity. */
  sequence: number;
  /** Of what it told. */
  digest: string;
  state: "due" | "sent";
}

const ledgerKey = (activity: string, participant: string): Key => ({
  ...recordKey(useTenant(), activity),
  sk: `~invited#${activity}#${participant}`,
});

/** By the id of the participant. */
export async function listSent(activity: string): Promise<Map<string, SentInvitation>> {
  const { pk, sk } = ledgerKey(activity, "");
  const items = await queryAll(pk, { prefix: sk });
  return new Map(
    items.map(({ sk: own, method, sequence, digest, state }) => {
      const participant = String(own).slice(sk.length);
      return [participant, { participant, method, sequence, digest, state } as SentInvitation];
    }),
  );
}

/** Seconds for which it is known, behind the end of what it is about. */
const RETENTION_SECONDS = 90 * 24 * 60 * 60;

/** Whether it may be sent: nobody has sent, or is about to send, what is as new. */
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
    rejection: () => new WriteConflict("Something newer was sent"),
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

/** It went; said of this message alone. */
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
      .add({ Update: update }, () => new WriteConflict("Something newer was sent"))
      .commit(undefined);
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
  }
}

export * as InvitationLedger from "./ledger.ts";
