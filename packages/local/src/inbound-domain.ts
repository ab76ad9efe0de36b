/** The local domain for inbound mail: a tenant has addresses such as `support@acme.in.example`. */
export const INBOUND_DOMAIN = "in.example";
