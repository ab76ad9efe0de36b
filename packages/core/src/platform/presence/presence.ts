import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { id, instant, text } from "../../kernel/schema.ts";
import { requireOpenable } from "../../storage/write/readable-records.ts";
import { requireSignedInUser } from "../user/current-user.ts";
import { USER } from "../user/user.kind.ts";
import { Heartbeats } from "./heartbeat.ts";

/** Who views a record right now, for the users who may read it (docs/platform/profile.md, Presence). */

/** Seconds for which a heartbeat is valid. Clients repeat it every 15 seconds. */
const BEAT_SECONDS = 45;

export const PresentUser = z.object({
  user_id: id(USER),
  name: z.string().nullable(),
  since: instant(),
  is_editing: z.boolean(),
});

const RecordIdInput = z.strictObject({ record_id: text(64) });

export const beat = fn(
  RecordIdInput.extend({
    is_editing: z.boolean().default(false).describe("true: the user edits the record; false: the user only views it"),
  }),
  async ({ record_id, is_editing }): Promise<null> => {
    const user = requireSignedInUser();
    const record = await requireOpenable(record_id);
    await Heartbeats.beat(record.id, user, { is_editing, seconds: BEAT_SECONDS });
    return null;
  },
);

export const end = fn(RecordIdInput, async ({ record_id }): Promise<null> => {
  const user = requireSignedInUser();
  const record = await requireOpenable(record_id);
  await Heartbeats.end(record.id, user);
  return null;
});

export const list = fn(RecordIdInput, async ({ record_id }) => Heartbeats.listOtherUsers((await requireOpenable(record_id)).id));

export * as Presence from "./presence.ts";
