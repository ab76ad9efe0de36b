/** The prefix of mails in the bucket where SES stores them. */
export const INBOUND_MAIL_PREFIX = "landed/";
