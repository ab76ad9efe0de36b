import * as z from "zod";
import { campaignGrants } from "../engagement/campaign/campaign.kind.ts";
import { Campaign } from "../engagement/campaign/campaign.ts";
import { CampaignActivity } from "../engagement/campaign/campaign-activity.ts";
import { emailSendGrants } from "../engagement/email-send/email-send.kind.ts";
import { EmailSend } from "../engagement/email-send/email-send.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { IdInput, instant, oneOf, query as parameter, text } from "../kernel/schema.ts";
import { activityGrants } from "../people/activity/activity.kind.ts";
import { Activity } from "../people/activity/activity.ts";
import { attachmentGrants } from "../people/attachment/attachment.kind.ts";
import { Attachment } from "../people/attachment/attachment.ts";
import { noteGrants } from "../people/note/note.kind.ts";
import { Note } from "../people/note/note.ts";
import { Audit } from "../platform/audit/audit.ts";
import type { TimelineMoment, TimelineSource } from "../storage/read/timeline.ts";
import { buildTimelinePage, readVisibleMoments, type TimelineKind } from "./timeline-page.ts";

/** The timeline of a campaign: what is planned and what has happened, latest first. */

/** The same entries, of the records that are related to a record. */
const bySubject = (moments: TimelineSource): TimelineSource => ({
  ...moments,
  isDated: false,
  partitions: (subject) => [{ index: "by_related", facets: { related_to_id: subject } }],
});

/** Fields whose changes the timeline shows. All users who see the campaign see them. */
const shownFields = ["status", "budget_alert"];

const isShownChange = (record: TimelineMoment["record"]): boolean =>
  record.operation === "UPDATE" &&
  Array.isArray(record.changed) &&
  record.changed.some((field) => shownFields.includes(String(field)));

const kinds = {
  change: {
    moments: Audit.timelineSource,
    access: campaignGrants.read,
    listVisible: async (records) => records.filter(isShownChange),
  },
  activity: { moments: CampaignActivity.timelineSource, access: campaignGrants.read },
  task: { moments: bySubject(Activity.timelineSource), access: activityGrants.read },
  send: { moments: EmailSend.timelineSource, access: emailSendGrants.read },
  note: { moments: bySubject(Note.timelineSource), access: noteGrants.read },
  attachment: { moments: bySubject(Attachment.timelineSource), access: attachmentGrants.read },
} as const satisfies Record<string, TimelineKind>;

type Type = keyof typeof kinds;
const types = Object.keys(kinds) as [Type, ...Type[]];
const typeByKind = new Map(types.map((type) => [kinds[type].moments.kind, type]));

export const Entry = z.object({
  id: z.string().describe("Id of the record; of a change, that of its entry in the audit trail"),
  type: oneOf(types).describe("change: another status, or a budget that is used up; task: an activity of the calendar"),
  at: instant().describe("When it happened; for a planned activity, when it begins"),
  title: z.string(),
  by: z.string().nullable().describe("Id of the actor who did it or is to do it"),
});
type Entry = z.output<typeof Entry>;

const DEFAULT_LIMIT = 20;

export const list = fn(
  IdInput.extend({
    type: oneOf(types).optional(),
    limit: parameter.int(1, 100).optional().describe(`Default: ${DEFAULT_LIMIT}`),
    cursor: text(1000).optional().describe("next_cursor of the previous page"),
    from: instant().optional().describe("Only entries at or after this time"),
    to: instant({ day: "last" }).optional().describe("Only entries at or before this time"),
  }),
  async ({ id: campaignId, type, limit = DEFAULT_LIMIT, cursor, from, to }) => {
    if (from !== undefined && to !== undefined && to < from) throw invalid("to", "Must not be before from");
    const campaign = await Campaign.read(campaignId);
    const requestedKinds = type === undefined ? types.map((name): TimelineKind => kinds[name]) : [kinds[type]];
    const fingerprint = JSON.stringify(["campaign timeline", campaign.id, type, from, to]);
    return buildTimelinePage({ limit, cursor, fingerprint }, async (after) => {
      const { moments, next } = await readVisibleMoments(requestedKinds, [campaign.id], { limit, from, to, after });
      return { entries: await toEntries(moments), next };
    });
  },
);

async function toEntries(moments: readonly TimelineMoment[]): Promise<Entry[]> {
  const changes = moments.filter(({ kind }) => typeByKind.get(kind) === "change");
  const versions = await Audit.loadVersions(
    changes.map(({ record }) => ({
      record_id: String(record.record_id),
      version: Number(record.record_version),
      at: String(record.changed_at),
    })),
    shownFields,
  );
  const titles = new Map(changes.map(({ id }, index) => [id, describeChange(versions[index])]));
  return moments.map(({ id, kind, at, title, by }) => ({
    id,
    type: typeByKind.get(kind) as Type,
    at,
    title: titles.get(id) ?? title,
    by,
  }));
}

type Values = Readonly<Record<string, unknown>> | null;

/** Returns what a change says, such as `PLANNING → IN_PROGRESS`. */
function describeChange(version: { old_values: Values; new_values: Values } | undefined): string | undefined {
  const { status, budget_alert } = version?.new_values ?? {};
  if (typeof status === "string") return `${version?.old_values?.status ?? ""} → ${status}`;
  const { level } = (budget_alert ?? {}) as { level?: number };
  return level === undefined ? undefined : `${level}% of the budget used`;
}

export * as CampaignTimeline from "./campaign-timeline.ts";
