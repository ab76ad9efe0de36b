import { Clock } from "../../kernel/clock.ts";
import { may } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { BatchFill, type FillRecord, Fills, isOpen } from "../../reengagement/fill.ts";
import { Batch } from "../../reengagement/reengaged-batch.ts";
import { reengagementGrants } from "../../reengagement/reengagement.domain.ts";
import { Standing } from "../../reengagement/standing.ts";
import { acting } from "../../sign-in/acting.ts";
import { worker } from "../../storage/jobs/worker.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { Audience } from "../audience/audience.ts";
import { pageBehind } from "./whom.ts";

/** How far it is: the id that the walk is at, whether it is at its end, and how many so far. */
interface Progress {
  after: string | null;
  walked: boolean;
  found: number;
  added: number;
}

const beginning: Progress = { after: null, walked: false, found: 0, added: 0 };

/** The worker of fillings: a turn adds page after page, as who asked. A page done twice adds nobody twice. */
const filler = worker<FillRecord, Progress>({
  name: "reengagement-fills",
  collection: Fills,
  isOpen,
  longest: 10_000,
  acting: ({ id, owner_id }) => acting(owner_id, { request: id }),
  work,
  failed: async ({ id }, { message }) => {
    await filler.change(id, () => ({ status: "failed", error: message, ...BatchFill.ended() }));
  },
});
export const { run, lookAfter, onContinueRequested } = filler;

async function work({ id }: FillRecord, from: JobLease<Progress>, until: number): Promise<void> {
  if (!may(reengagementGrants.write)) throw forbidden("Who asked for it may not fill batches any more");
  let lease = from;
  for (;;) {
    const fill = await Records.load(Fills, id, { live: true });
    if (!fill || !isOpen(fill)) return;
    const { after, walked, ...counts } = lease.state ?? beginning;
    if (walked) {
      await filler.change(id, () => ({ status: "completed", ...counts, ...BatchFill.ended() }));
      return;
    }
    if (lease !== from && performance.now() >= until) return filler.resumeLater(id);
    if (fill.status === "queued") await filler.change(id, () => ({ status: "running", started_at: Clock.now() }));
    const page = await pageBehind(fill, after ?? undefined);
    const persons = [...new Map([...(await Audience.seen(page.persons)).values()].map((person) => [person.id, person])).values()];
    const added = await Standing.addAll(persons, () => Batch.open(fill.batch_id));
    const walk = { after: page.after ?? null, walked: page.after === undefined };
    lease = await Job.advance(id, lease, { ...walk, found: counts.found + persons.length, added: counts.added + added });
  }
}
