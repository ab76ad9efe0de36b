/** What is known of mails that come in without reading one. */

/** What a mail is: whoever acts on it asks first whether a person has written it. */
export const mailKinds = ["message", "auto_reply", "bounce", "bulk", "calendar", "loop"] as const;
export type MailKind = (typeof mailKinds)[number];

/** What SES says of spam and viruses. */
export const mailVerdicts = ["PASS", "FAIL", "GRAY", "UNKNOWN"] as const;
export type MailVerdict = (typeof mailVerdicts)[number];

/** Bytes of a message that is read. SES takes forty. */
export const MAX_MAIL_BYTES = 25 * 1024 * 1024;
