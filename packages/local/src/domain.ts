/** Below which each tenant has its addresses here: `support@acme.in.example`. */
export const DOMAIN = "in.example";
