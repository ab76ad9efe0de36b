import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { SignatureRecord } from "./signature.entity.ts";

/** Notifications for the owner of a signed record. */

const buildNotification = (
  status: SignatureRecord["status"],
  title: (request: SignatureRecord) => string,
  body: (request: SignatureRecord) => string | null = ({ end_reason }) => end_reason,
): NotificationType<SignatureRecord> => ({
  recipient: () => null,
  successorId: (request) => (request.status === status ? request.subject_id : null),
  title,
  body: (request) => body(request)?.slice(0, 500) ?? null,
});

export const completed = buildNotification(
  "completed",
  ({ name, not_followed }) => (not_followed === null ? `Signed by all signers: ${name}` : `Signed, but not accepted: ${name}`),
  ({ not_followed, signers }) => not_followed ?? signers.map(({ name }) => name).join(", "),
);
export const declined = buildNotification("declined", ({ name }) => `Signature declined: ${name}`);
export const expired = buildNotification("expired", ({ name }) => `Not signed in time: ${name}`);
export const failed = buildNotification("failed", ({ name }) => `Could not be sent for signature: ${name}`);
