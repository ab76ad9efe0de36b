import { selectProcessable } from "../../kernel/processing.ts";
import { createFillWorker, type FillCounts } from "../audience/fill-worker.ts";
import { campaignGrants } from "./campaign.kind.ts";
import { type FillRecord, Fills, isOpen } from "./fill.ts";
import { type CandidatePage, loadPage } from "./fill-audience.ts";
import { Membership } from "./membership.ts";

/** The worker that adds an audience to a campaign. */
export const { run, onContinueRequested } = createFillWorker({
  ...{ name: "campaign-fills", collection: Fills, isOpen, authority: "campaign_fill", loadPage, addPage },
  permission: campaignGrants.write,
  refusal: "The user who started the fill may no longer change campaigns",
});

async function addPage({ campaign_id }: FillRecord, { candidates }: CandidatePage): Promise<FillCounts> {
  const campaign = await Membership.requireOpen(campaign_id);
  const processable = await selectProcessable(
    candidates.map(({ person }) => person.id),
    "automate",
  );
  const members = candidates.filter(({ person }) => processable.has(person.id));
  return {
    found: candidates.length,
    added: await Membership.addAll(campaign, members),
    skipped: candidates.length - members.length,
  };
}
