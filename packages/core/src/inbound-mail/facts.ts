/** What is known of mails that come in without reading one. */

/** What a mail is: whoever acts on it asks first whether a person has written it. */
export const kinds = ["message", "auto_reply", "bounce", "bulk", "calendar", "loop"] as const;
export type MailKind = (typeof kinds)[number];

/** What SES says of spam and viruses. */
export const verdicts = ["PASS", "FAIL", "GRAY", "UNKNOWN"] as const;
export type MailVerdict = (typeof verdicts)[number];

/** Bytes of a message that is read. SES takes forty. */
export const LARGEST_MAIL = 25 * 1024 * 1024;
