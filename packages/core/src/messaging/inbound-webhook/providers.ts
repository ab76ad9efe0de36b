/** The providers of inbound webhooks. */
export const providers = ["twilio", "telnyx", "plivo", "docusign", "dropbox_sign", "ses", "stripe", "standard"] as const;
export type Provider = (typeof providers)[number];
