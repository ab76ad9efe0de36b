import type { Address } from "./address.schema.ts";

/** Addresses as they are printed on letters. */

/** Address types in the order in which letters about money, and parcels, prefer them. */
const typePriority: Readonly<Record<"BILLING" | "SHIPPING", readonly Address["type"][]>> = {
  BILLING: ["BILLING", "HEADQUARTERS", "MAILING", "BRANCH", "SHIPPING"],
  SHIPPING: ["SHIPPING", "HEADQUARTERS", "BRANCH", "MAILING", "BILLING"],
};

/** Returns the address that fits a use best; undefined if no address has a street or a city. */
export function chooseAddress(addresses: readonly Address[], use: "BILLING" | "SHIPPING"): Address | undefined {
  const places = addresses.filter((address) => address.address_line1 || address.city);
  return (
    typePriority[use].flatMap(
      (addressType) => places.find(({ type, is_primary }) => is_primary && type === addressType) ?? [],
    )[0] ?? places[0]
  );
}

/** Countries that print the city before the subdivision and the postal code: `Portland, OR 97201`. Others print `10115 Berlin`. */
const CITY_FIRST = new Set(["US", "CA", "AU"]);

type LetterAddress = Pick<Address, "address_line1" | "address_line2" | "city" | "state" | "country" | "postal_code">;

/** Returns the lines of the address, from the street on. `country` returns the name of a country by its code. */
export function formatAddressLines(place: LetterAddress, country: (code: string) => string): string[] {
  const { address_line1, address_line2, city, postal_code, country: code } = place;
  const state = place.state?.replace(/^[A-Z]{2}-/, "");
  const below = [state, postal_code].filter(Boolean).join(" ");
  const town = CITY_FIRST.has(code ?? "")
    ? [city, below].filter(Boolean).join(", ")
    : [postal_code, city].filter(Boolean).join(" ");
  return [address_line1, address_line2, town, code && country(code)].filter((line) => line != null && line !== "") as string[];
}
