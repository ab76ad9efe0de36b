/** How a tenant presents itself to its customers on pages and in mails. */
export interface Brand {
  name: string;
  /** The sender's address, line by line, without the name. */
  address: readonly string[];
  /** Register and tax numbers. */
  footer: string | null;
  /** The path of the logo on the origin of the system. */
  logo_path: string | null;
  /** `#rrggbb`, as the tenant chose it. */
  color: string | null;
}

/** Returns the first letter of a name, in upper case, which stands where there is no logo. */
export function readInitial(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim().toLocaleUpperCase());
  return first?.segment ?? "";
}
