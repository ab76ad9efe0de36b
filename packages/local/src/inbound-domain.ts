/** Below which each tenant has its addresses here: `support@acme.in.example`. */
export const INBOUND_DOMAIN = "in.example";
