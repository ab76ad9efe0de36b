/** The states of a send and their transitions (docs/engagement/email-sends.md). Pure. */

export const sendStatuses = ["DRAFT", "SCHEDULED", "SENDING", "SENT", "CANCELLED"] as const;
export type SendStatus = (typeof sendStatuses)[number];

/** Content and audience can change until the send starts. */
export const isOpenToChange = (status: SendStatus): boolean => status === "DRAFT" || status === "SCHEDULED";

/** A send that has ended cannot be cancelled. */
export const isCancellable = (status: SendStatus): boolean => isOpenToChange(status) || status === "SENDING";

/** A scheduled or running send must be cancelled before it is deleted, so that no deleted send still goes out. */
export const isDeletable = (status: SendStatus): boolean => status !== "SCHEDULED" && status !== "SENDING";

/** Returns whether messages of the send may still go out. */
export const isUnderWay = (status: SendStatus): boolean => status === "SENDING" || status === "SENT";

/** The audience of a send: a segment or a contact list, exactly one of them. */
export interface Audience {
  segment_id?: string | null | undefined;
  contact_list_id?: string | null | undefined;
}

/** Returns the field and message of an invalid audience; undefined if the audience is valid. */
export function findAudienceFault({ segment_id, contact_list_id }: Audience): { field: string; message: string } | undefined {
  if (segment_id && contact_list_id) return { field: "contact_list_id", message: "Cannot be combined with segment_id" };
  return segment_id || contact_list_id ? undefined : { field: "segment_id", message: "Required if there is no contact_list_id" };
}

/** The claim on a mailbox: the person whose message claimed it, and the page of the walk that wrote it. */
interface Claim {
  person: string;
  page: string;
}

/**
 * Decides the outcome for a person whose mailbox is already claimed.
 * `written`: an earlier try of this page wrote to this person, who is counted with this page.
 * `met`: an earlier page wrote to this person through another record and counted them there.
 * `passed`: another person has the same mailbox, so this person is skipped.
 */
export function classifyClaim(claim: Claim, ids: readonly string[], page: string): "written" | "met" | "passed" {
  if (!ids.includes(claim.person)) return "passed";
  return claim.page === page ? "written" : "met";
}
