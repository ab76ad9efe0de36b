import { selectProcessable } from "../../kernel/processing.ts";
import { Audience } from "../audience/audience.ts";
import { createFillWorker } from "../audience/fill-worker.ts";
import { Batch } from "./batch.ts";
import { ReengagementLedger } from "./contact-ledger.ts";
import { Fills, isOpen } from "./fill.ts";
import { loadPage } from "./fill-audience.ts";
import { reengagementGrants } from "./reengagement.kind.ts";

/** The worker that adds an audience to a batch. */
export const { run, onContinueRequested } = createFillWorker({
  ...{ name: "reengagement-fills", collection: Fills, isOpen, authority: "reengagement_fill", loadPage },
  permission: reengagementGrants.write,
  refusal: "The user who started the fill may no longer fill batches",
  addPage: async ({ batch_id }, page) => {
    const visible = await Audience.loadVisible(page.persons);
    const persons = [...new Map([...visible.values()].map((person) => [person.id, person])).values()];
    const processable = await selectProcessable(
      persons.map(({ id }) => id),
      "automate",
    );
    const added = await ReengagementLedger.addAll(
      persons.filter(({ id }) => processable.has(id)),
      () => Batch.requireOpen(batch_id),
    );
    return { found: persons.length, added };
  },
});
