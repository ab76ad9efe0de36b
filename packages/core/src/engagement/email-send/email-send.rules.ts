/** The states of a send, and the ways between them (docs/engagement/email-sends.md; seed 002, `email_sends`). Pure. */

export const sendStatuses = ["DRAFT", "SCHEDULED", "SENDING", "SENT", "CANCELLED"] as const;
export type SendStatus = (typeof sendStatuses)[number];

/** As long as nothing has begun, it may say something else, to others. */
export const isOpenToChange = (status: SendStatus): boolean => status === "DRAFT" || status === "SCHEDULED";

/** What has ended stays; there is nothing more to be called off. */
export const isCancellable = (status: SendStatus): boolean => isOpenToChange(status) || status === "SENDING";

/** What waits to begin, or has, is called off before it is deleted: so nobody deletes what goes out meanwhile. */
export const isDeletable = (status: SendStatus): boolean => status !== "SCHEDULED" && status !== "SENDING";

/** Whether its messages may still go out. */
export const isUnderWay = (status: SendStatus): boolean => status === "SENDING" || status === "SENT";

/** Of whom it is: one of two, and not both. */
export interface Audience {
  segment_id?: string | null | undefined;
  contact_list_id?: string | null | undefined;
}

/** What is wrong with an audience; undefined where it is one. */
export function findAudienceFault({ segment_id, contact_list_id }: Audience): { field: string; message: string } | undefined {
  if (segment_id && contact_list_id) return { field: "contact_list_id", message: "Not together with segment_id" };
  return segment_id || contact_list_id ? undefined : { field: "segment_id", message: "Required, or contact_list_id" };
}

/** What is known of a mailbox that somebody of the audience has: for whom it was written, and on which page of the walk. */
export interface Claim {
  person: string;
  page: string;
}

/**
 * What becomes of a person whose mailbox has had the mail: they are the one whom it was written to by a try of this page, and are counted with it;
 * they were met before, under another record, and are counted there; or somebody else has the same mailbox, and they are passed over.
 */
export function classifyClaim(claim: Claim, ids: readonly string[], page: string): "written" | "met" | "passed" {
  if (!ids.includes(claim.person)) return "passed";
  return claim.page === page ? "written" : "met";
}
