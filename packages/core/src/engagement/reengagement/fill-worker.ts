import { Clock } from "../../kernel/clock.ts";
import { hasPermission, runIn } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { selectProcessable } from "../../kernel/processing.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { Audience } from "../audience/audience.ts";
import { type FilteredSlice, FilterRevisions } from "../audience/filter-revisions.ts";
import { Batch } from "./batch.ts";
import { ReengagementLedger } from "./contact-ledger.ts";
import { BatchFill, type FillRecord, Fills, isOpen } from "./fill.ts";
import { loadPage } from "./fill-audience.ts";
import { reengagementGrants } from "./reengagement.kind.ts";

/** The progress of a fill: the cursor of the walk, whether the walk is complete, and the counts so far. */
interface Progress {
  after: string | null;
  walked: boolean;
  found: number;
  added: number;
}

const initialProgress: Progress = { after: null, walked: false, found: 0, added: 0 };

/** The worker of fills. A slice adds page after page as the user who started the fill. A repeated page adds no person twice. */
const filler = createWorker<FillRecord, Progress>({
  name: "reengagement-fills",
  collection: Fills,
  isOpen,
  sliceMs: 10_000,
  contextFor: ({ id, owner_id }) => buildActorContext(owner_id, { authority: "reengagement_fill", request: id }),
  work,
  onFailed: async ({ id }, { message }) => {
    await filler.change(id, () => ({ status: "failed", error: message, ...BatchFill.buildEndFields() }));
  },
});
export const { run, scheduleRecovery, onContinueRequested } = filler;

async function work({ id, owner_id, filter_revisions }: FillRecord, from: JobLease<Progress>, until: number): Promise<void> {
  if (!hasPermission(reengagementGrants.write)) throw forbidden("The user who started the fill may no longer fill batches");
  const changed = await FilterRevisions.loadChanged(filter_revisions);
  await runIn(await FilterRevisions.limitToAuthors(changed, owner_id), () => addPages(id, { lease: from, until, changed }));
}

async function addPages(id: string, { lease: from, until, changed }: FilteredSlice<Progress>): Promise<void> {
  let lease = from;
  for (;;) {
    const fill = await Records.load(Fills, id, { live: true });
    if (!fill || !isOpen(fill)) return;
    const { after, walked, ...counts } = lease.state ?? initialProgress;
    if (walked) {
      await filler.change(id, () => ({ status: "completed", ...counts, ...BatchFill.buildEndFields() }));
      return;
    }
    if (lease !== from && performance.now() >= until) return filler.requestNextSlice(id);
    if (fill.status === "queued") await filler.change(id, () => ({ status: "running", started_at: Clock.now() }));
    const page = await loadPage(fill, after ?? undefined);
    if (await FilterRevisions.haveMoved(fill.filter_revisions, changed)) return filler.requestNextSlice(id);
    const persons = [
      ...new Map([...(await Audience.loadVisible(page.persons)).values()].map((person) => [person.id, person])).values(),
    ];
    const processable = await selectProcessable(
      persons.map(({ id: person }) => person),
      "automate",
    );
    const added = await ReengagementLedger.addAll(
      persons.filter(({ id: person }) => processable.has(person)),
      () => Batch.requireOpen(fill.batch_id),
    );
    const walk = { after: page.after ?? null, walked: page.after === undefined };
    lease = await Job.saveProgress(id, lease, { ...walk, found: counts.found + persons.length, added: counts.added + added });
  }
}
