/** Whose webhooks come in. */
export const providers = ["twilio", "telnyx", "plivo", "docusign", "dropbox_sign", "ses", "standard"] as const;
export type Provider = (typeof providers)[number];
