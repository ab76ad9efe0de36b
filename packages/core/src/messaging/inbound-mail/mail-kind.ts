/** Types of inbound mails that need no parser. */

/** The kind of a mail. Handlers check it first, to know whether a person wrote the mail. */
export const mailKinds = ["message", "auto_reply", "bounce", "bulk", "calendar", "loop"] as const;
export type MailKind = (typeof mailKinds)[number];

/** The verdicts of SES on spam and viruses. */
export const mailVerdicts = ["PASS", "FAIL", "GRAY", "UNKNOWN"] as const;
export type MailVerdict = (typeof mailVerdicts)[number];

/** Maximum size in bytes of a mail that is parsed. SES accepts up to 40 MB. */
export const MAX_MAIL_BYTES = 25 * 1024 * 1024;
