/** Suggests the party that signs next. The customer mostly signs first. */
export const suggestParty = ({ customer_signed }: Readonly<Record<string, unknown>>): { readonly party: string } => ({
  party: customer_signed ? "company" : "customer",
});

const isFilled = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** Tells whether these inputs ask signers by mail, and do not record a signature on paper. */
export const asksSigners = ({ party, provider, signers, attachment_id }: Readonly<Record<string, unknown>>): boolean =>
  isFilled(provider) || isFilled(signers) || (party === "customer" && !isFilled(attachment_id));
