/** Before the names of mails in the bucket where SES leaves them. */
export const INBOUND_MAIL_PREFIX = "landed/";
