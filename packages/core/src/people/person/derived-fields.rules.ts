import { formatFullName } from "../../kernel/person-name.ts";
import { type ContactPoint, listAccounts, listCountries, type PersonRecord } from "./person.entity.ts";

/** Derives the fields that follow from contact points: one primary of each type, and the values for lists and searches. */
export function deriveFields(person: PersonRecord): PersonRecord {
  const primaries = new Map<string, ContactPoint>();
  for (const point of person.contact_points) {
    const primary = primaries.get(point.contact_type);
    if (!primary || (point.is_primary && !primary.is_primary)) primaries.set(point.contact_type, point);
  }
  const contact_points = person.contact_points.map((point) => {
    const is_primary = primaries.get(point.contact_type)?.id === point.id;
    return point.is_primary === is_primary ? point : { ...point, is_primary };
  });
  const listPoints = (type: ContactPoint["contact_type"]): ContactPoint[] =>
    contact_points
      .filter(({ contact_type }) => contact_type === type)
      .sort((a, b) => Number(b.is_primary) - Number(a.is_primary));
  const emails = listPoints("email").map(({ contact_value }) => contact_value);
  const phones = listPoints("phone").map(({ contact_value, normalized }) => normalized ?? contact_value);
  return {
    ...person,
    contact_points,
    emails,
    phones,
    social_accounts: listAccounts(contact_points),
    countries: listCountries(person.addresses),
  };
}

/** Returns the key by which two contact points are the same: the normalized value, or the typed one if it cannot be parsed. */
export const pointKey = ({ contact_type, normalized, contact_value }: ContactPoint): string =>
  `${contact_type}:${normalized ?? contact_value}`;

/** Returns the primary contact point of a type, as typed. */
export const findPrimary = (person: PersonRecord, type: ContactPoint["contact_type"]): string | undefined =>
  person.contact_points.find((point) => point.contact_type === type && point.is_primary)?.contact_value;

/** Returns the name of a person: first and last name, or else the display name. */
export const personName = (person: PersonRecord | undefined): string | null =>
  (person && formatFullName(person)) || (person?.display_name ?? null);
