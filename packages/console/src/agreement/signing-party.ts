/** Suggests the party that signs next. The customer mostly signs first. */
export const suggestParty = ({ customer_signed }: Readonly<Record<string, unknown>>): { readonly party: string } => ({
  party: customer_signed ? "company" : "customer",
});
